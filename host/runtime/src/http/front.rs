//! What happens to a request before a guest sees it, and after.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::Arc,
    time::{Instant, SystemTime},
};

use http::{Method, Request, Response};
use hyper::body::Incoming;
use larder_engine::{Larder, TenantId};

use super::{
    access::{Access, AccessLog},
    body::{HttpBody, Progress},
    limits::ServerLimits,
    meters::Meters,
    refusal::Outcome,
    rule::TenantRule,
    service::HttpService,
};

/// Which tenants are served. By default those that there are, and none is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantPolicy {
    /// Make a tenant that is not there yet. Only where clients cannot name tenants as they like: each one costs space.
    pub create: bool,
    /// Serve these and no others.
    pub only: Option<BTreeSet<TenantId>>,
}

/// How a server serves.
#[derive(Clone)]
pub struct ServerConfig {
    pub(super) rule: TenantRule,
    pub(super) policy: TenantPolicy,
    pub(super) limits: ServerLimits,
    pub(super) log: Option<AccessLog>,
    pub(super) metrics: Option<String>,
}

impl ServerConfig {
    /// The tenants that there are, by `rule`, within the default [`ServerLimits`]; nothing is logged or measured.
    pub fn new(rule: TenantRule) -> ServerConfig {
        let (policy, limits) = (TenantPolicy::default(), ServerLimits::default());
        ServerConfig { rule, policy, limits, log: None, metrics: None }
    }

    /// Which tenants are served.
    pub fn policy(self, policy: TenantPolicy) -> ServerConfig {
        ServerConfig { policy, ..self }
    }

    /// What connections may use.
    pub fn limits(self, limits: ServerLimits) -> ServerConfig {
        ServerConfig { limits, ..self }
    }

    /// Tell of each request.
    pub fn log(self, log: AccessLog) -> ServerConfig {
        ServerConfig { log: Some(log), ..self }
    }

    /// Measure requests, with this as the label `plugin`.
    pub fn metrics(self, plugin: impl Into<String>) -> ServerConfig {
        ServerConfig { metrics: Some(plugin.into()), ..self }
    }
}

/// Answers the requests of connections.
pub(super) struct Front {
    pub(super) service: HttpService,
    larder: Larder,
    pub(super) config: ServerConfig,
    pub(super) meters: Option<Arc<Meters>>,
}

impl Front {
    pub(super) fn new(service: HttpService, larder: Larder, config: ServerConfig) -> Front {
        let meters = config.metrics.as_deref().map(|plugin| Arc::new(Meters::new(plugin)));
        Front { service, larder, config, meters }
    }

    pub(super) async fn answer(&self, request: Request<Incoming>, client: SocketAddr) -> Response<HttpBody> {
        let (time, started) = (SystemTime::now(), Instant::now());
        let (mut parts, body) = request.into_parts();
        let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
        let progress = Arc::<Progress>::default();
        let tenant = self.config.rule.apply(&mut parts);
        let mut response = match &tenant {
            Ok(tenant) => match self.serves(tenant).await {
                Ok(()) => self.service.answer(tenant, Request::from_parts(parts, body), &progress).await,
                Err(outcome) => outcome.response(),
            },
            Err(outcome) => outcome.response(),
        };
        let outcome = response.extensions().get().copied().unwrap_or(Outcome::Answered);
        let access = Access {
            time,
            client,
            tenant: tenant.ok(),
            status: response.status().as_u16(),
            outcome,
            received: progress.received(),
            sent: 0,
            duration: started.elapsed(),
            path,
            method,
        };
        let (log, meters) = (self.config.log.clone(), self.meters.clone());
        response.body_mut().on_end(move |sent, whole| {
            let cut = access.outcome == Outcome::Answered && !whole && access.method != Method::HEAD;
            let outcome = if cut { Outcome::CutOff } else { access.outcome };
            let access = Access { sent, outcome, duration: started.elapsed(), ..access };
            if let Some(meters) = &meters {
                meters.ended(access.status, outcome.as_str(), access.duration);
            }
            if let Some(log) = &log {
                log(&access);
            }
        });
        response
    }

    /// Whether the tenant is there, or could be made.
    async fn serves(&self, tenant: &TenantId) -> Result<(), Outcome> {
        let policy = &self.config.policy;
        if policy.only.as_ref().is_some_and(|only| !only.contains(tenant)) {
            return Err(Outcome::UnknownTenant);
        }
        if self.config.rule.is_fixed() || self.service.knows(tenant) {
            return Ok(());
        }
        let (of, create) = (self.larder.tenant(tenant), policy.create);
        // The disk may take its time.
        let found = tokio::task::spawn_blocking(move || match of.exists()? {
            false if create => of.create().map(|()| true),
            found => Ok(found),
        });
        match found.await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(Outcome::UnknownTenant),
            Ok(Err(error)) => {
                tracing::error!(%tenant, %error, "a tenant cannot be served");
                Err(Outcome::HostFailed)
            }
            Err(error) => {
                tracing::error!(%tenant, %error, "looking for a tenant failed");
                Err(Outcome::HostFailed)
            }
        }
    }
}
