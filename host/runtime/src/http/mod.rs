//! Components that answer HTTP: `wasi:http/incoming-handler@0.2` and `wasi:http/handler@0.3`, behind the feature `http`.
//!
//! - [`HttpPlugin`] is such a component with its imports granted.
//! - [`HttpService`] answers requests for tenants: a request and a tenant go in, a response comes out, whatever the guest does. For
//!   hosts that have a server of their own.
//! - [`HttpServer`] is the rest: it takes connections, finds the tenant of each request by a [`TenantRule`], and ends in good order.
//!
//! The host says which tenant a request is for, by a rule that the guest has no part in. An instance serves one tenant and no other,
//! ever. What a guest asks of other hosts is refused, but for those that [`Outgoing`] names.
//!
//! ```no_run
//! use larder::{
//!     Grant, Interfaces, Larder, LarderCtx, Config, Runtime, RuntimeConfig, Setup,
//!     http::{HttpLimits, HttpPlugin, HttpServer, HttpService, ServerConfig, TenantRule},
//! };
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let larder = Larder::open("data", Config::new())?;
//! let runtime = Runtime::new(RuntimeConfig::new().cache("data/cache"))?;
//! let plugin = HttpPlugin::load_file(&runtime, "notes.wasm", &Interfaces::all())?;
//! let stores = larder.clone();
//! let service = HttpService::new(plugin, HttpLimits::default(), move |tenant| {
//!     let grant = Grant::store(stores.tenant(tenant).store());
//!     Ok(Setup::new(LarderCtx::builder().grant("default", grant).build()?))
//! });
//! // acme.notes.example.org is the tenant acme, if there is one.
//! let rule = TenantRule::host(".notes.example.org");
//! let server = HttpServer::new(service, larder, ServerConfig::new(rule));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! server.serve(listener, std::future::pending()).await;
//! # Ok(()) }
//! ```
//!
//! - `plugin`: linking; `guest`: what an instance has of it, and what it may ask of other hosts.
//! - `service`: requests in, responses out. `worker`: one instance; `idle`: those that wait; `version`: one component, with its
//!   tenants.
//! - `server`: connections; `front`: what happens to a request before a guest sees it; `rule`: which tenant it is for; `token`:
//!   tokens that say so.
//! - `admin`: health and metrics; `meters`: what is measured; `refusal`: what the host answers.
//! - `body`: bodies within their bounds. `access`: what is told of each request. `limits`: every bound.

mod access;
mod admin;
mod body;
mod front;
mod guest;
mod idle;
mod limits;
mod meters;
mod plugin;
mod refusal;
mod rule;
mod server;
mod service;
#[cfg(test)]
mod tests;
mod token;
mod version;
mod worker;

pub(crate) use self::guest::GuestHttp;
pub use self::{
    access::{Access, AccessLog},
    admin::Admin,
    body::HttpBody,
    front::{ServerConfig, TenantPolicy},
    guest::{InvalidHost, Outgoing},
    limits::{HttpLimits, ServerLimits},
    meters::METRICS,
    plugin::HttpPlugin,
    refusal::Outcome,
    rule::{InvalidRule, TenantRule},
    server::{Drained, HttpServer, Readiness},
    service::HttpService,
    token::{Algorithm, TokenError, TokenRule},
};
