//! The storage engine of larder: one sandboxed SQLite store for each tenant, without any WebAssembly.
//!
//! ```
//! use larder_engine::{Config, Larder, Quota, ScopeName, TenantId};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let root = tempfile::tempdir()?;
//! let larder = Larder::open(root.path().join("data"), Config::new())?;
//! let tenant = larder.tenant(&TenantId::parse("acme")?);
//!
//! // A scope is a namespace of a tenant with a quota of its own.
//! let store = tenant.scope(ScopeName::parse("billing")?, Quota { keys: Some(1000), ..Quota::default() });
//! store.set("invoices", "2026-001", b"{\"total\": 12}")?;
//! assert_eq!(store.count("invoices")?, 1);
//!
//! // Several calls as one.
//! store.transaction(|inside| {
//!     let number = inside.increment("numbers", "invoice", 1)?;
//!     inside.set("invoices", &format!("2026-{number:03}"), b"{}")
//! })?;
//! # Ok(())
//! # }
//! ```
//!
//! A [`Larder`] is a root directory, a [`Tenant`] a directory below it, a [`Store`] a scope of its entries, [`Files`] its
//! files. Operations block; each has a form for tasks, which waits without holding a thread and is independent of the
//! executor ([`Store::view_async`], [`Store::update_async`], [`Store::begin_async`]).
//!
//! It is not: a database that several machines or processes write at the same time, a cache, a query language.
//! Limits that the configuration does not change are in [`Limits`].
#![deny(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod archive;
mod backend;
mod cache;
mod clock;
mod config;
mod cursor;
mod delivery;
mod entry;
mod error;
mod feed;
mod files;
mod gate;
mod journal;
mod larder;
mod limits;
mod memory;
mod open_tenants;
mod owned;
mod packed;
mod sandbox;
mod scheduler;
mod scope;
mod sql;
mod sqlite;
mod store;
pub mod telemetry;
mod tenant;
mod text;
mod transfer;
mod watch;
mod workspaces;

pub use archive::{ArchiveFormat, ArchiveInfo, ArchiveReader, ArchivedRow, Archives, Compacted, Verified};
pub use clock::{Clock, ManualClock, Moved, SystemClock};
pub use config::{Config, Durability, Faults, FileQuota, Operation, Quota};
pub use delivery::{
    BucketDelivery, DeliveryBatch, DeliveryConfig, DeliveryReport, DeliveryRow, DeliveryValue, ParkedDelivery, Refusal,
    Sink,
};
pub use entry::{Bound, Change, CheckReport, Entry, Gauge, GroupPage, Outcome, Page, Query, Unmigrated, Usage, Value};
pub use error::{Error, QuotaKind, Result, SizeLimit};
pub use feed::{
    Batch, Consumer, ConsumerStatus, Event, EventKind, FeedConfig, FeedItem, FeedStatus, Observer, ParkedEvent,
    Subscription, Watch, Watcher,
};
pub use files::{
    FileError, FileId, FileInfo, FileItem, FileKind, FileLedger, FilePage, FileQuotaKind, FileReader, FileResult,
    FileUsage, FileWriter, Files, OpenedFile, TreeChange, broken_file_name_rule,
};
pub use journal::{FieldValue, Journal, JournalConfig, JournalEntry, JournalPage, JournalQuery, moment};
pub use larder::Larder;
pub use limits::Limits;
pub use packed::{EntryRef, PackedEntries, PackedPage};
pub use sandbox::{ScopeName, TenantId};
pub use sql::{SqlError, SqlRows, SqlValue};
pub use store::{Reading, Short, Store, Transaction, Turn, Update, View};
pub use tenant::Tenant;
pub use transfer::{
    ExportReport, ExportTarget, ImportOptions, ImportReport, ImportSource, ImportedWorkspace, OnConflict, Refused,
    TransferProgress, WorkspaceImport,
};
pub use workspaces::{Workspace, WorkspaceConfig, Workspaces};

/// The sequence number of a commit: greater for each later commit of the same tenant, never used again.
pub type Version = u64;

// Compiles the example of the readme.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
