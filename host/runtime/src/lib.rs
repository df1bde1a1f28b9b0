//! larder gives WebAssembly components a durable store: a directory with a SQLite database and files for each tenant,
//! by the contract `larder:store`. This is the host's side, for programs that embed [wasmtime].
//!
//! A host that runs plugins as they come:
//!
//! ```no_run
//! use larder::{
//!     Config, Grant, Interfaces, Larder, LarderCtx, Plugin, Quota, Runtime, RuntimeConfig, ScopeName, Setup, TenantId,
//! };
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     // One root holds all tenants; one runtime compiles and runs.
//!     let larder = Larder::open("data", Config::new())?;
//!     let runtime = Runtime::new(RuntimeConfig::new().cache("data/cache"))?;
//!     let plugin = Plugin::load_file(&runtime, "notes.wasm", &Interfaces::all())?;
//!
//!     // The host chooses the tenant and what the plugin can open; everything else is denied.
//!     let tenant = larder.tenant(&TenantId::parse("acme")?);
//!     let quota = Quota { keys: Some(10_000), ..Quota::default() };
//!     let scope = tenant.scope(ScopeName::parse("notes")?, quota);
//!     let ctx = LarderCtx::builder().grant("default", Grant::store(scope).files(tenant.files()?)).build()?;
//!
//!     let status = plugin.run_command(Setup::new(ctx).arg("notes").arg("add").inherit_stdio()).await?;
//!     println!("exit status {status}");
//!     Ok(())
//! }
//! ```
//!
//! A host with a wasmtime store and a world of its own adds larder to its linker, as it adds WASI:
//!
//! ```
//! use larder::{LarderCtx, LarderCtxView, LarderView};
//! use wasmtime::component::{Linker, ResourceTable};
//!
//! struct MyState {
//!     larder: LarderCtx,
//!     table: ResourceTable,
//! }
//!
//! impl LarderView for MyState {
//!     fn larder(&mut self) -> LarderCtxView<'_> {
//!         LarderCtxView { ctx: &mut self.larder, table: &mut self.table }
//!     }
//! }
//!
//! # fn main() -> wasmtime::Result<()> {
//! let engine = wasmtime::Engine::default();
//! let mut linker = Linker::<MyState>::new(&engine);
//! larder::add_to_linker(&mut linker)?;
//! # Ok(()) }
//! ```
//!
//! What is denied: everything. A context grants no label, a [`Setup`] no arguments, environment, directories or
//! network, a [`Manifest`] nothing that is not written in it. [`Limits`] bounds what an instance costs; what it held is
//! released however it ends: transactions roll back, and files that were being written leave no trace.
//!
//! It is not: a store that plugins of several machines share, a way to give a plugin the host's own files, a scheduler.
#![deny(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod bindings;
mod calls;
mod convert;
mod ctx;
mod fault;
mod grants;
mod handles;
mod held;
#[cfg(feature = "http")]
pub mod http;
pub mod influx;
mod interfaces;
mod limits;
pub mod manifest;
mod permissions;
mod runtime;
pub mod standard;
pub mod testing;
pub mod triggers;
mod view;
pub mod wasi_files;
pub mod wave;

pub use larder_engine as engine;
pub use larder_engine::{
    Clock, Config, Durability, FileQuota, Files, Larder, Limits as SizeLimits, ManualClock, Quota, ScopeName, Store,
    SystemClock, Tenant, TenantId, Transaction,
};

pub use self::{
    calls::METRICS,
    ctx::{LarderCtx, LarderCtxBuilder},
    grants::{Grant, GrantError, Preopen},
    interfaces::{
        add_archive_to_linker, add_atomics_to_linker, add_batch_to_linker, add_event_stream_to_linker,
        add_events_to_linker, add_files_to_linker, add_journal_to_linker, add_sql_to_linker, add_store_to_linker,
        add_text_to_linker, add_to_linker, add_transactions_to_linker, add_workspaces_to_linker,
    },
    limits::Limits,
    manifest::{
        Access, ByteSize, FileQuotaManifest, GrantManifest, JournalManifest, LimitsManifest, Manifest, ManifestError,
        MetricsManifest, PluginManifest, QuotaManifest, ServeManifest, Span, Stdio, StoreManifest, TenantManifest,
        WorkspacesManifest,
    },
    permissions::{Interface, Interfaces, UnknownInterface},
    runtime::{
        Export, Home, HomeHost, Import, ImportKind, Instance, LoadError, MissingImport, Plugin, Pooling, Program, Role,
        RunError, Runtime, RuntimeConfig, RuntimeError, Setup, State, Warm,
    },
    view::{LarderCtxView, LarderData, LarderView},
};

// Compiles the example of the readme.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
