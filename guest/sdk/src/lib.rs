//! Durable storage for WebAssembly components.
//!
//! A complete plugin, that counts visits to pages:
//!
//! ```no_run
//! use larder_guest::{Result, Store};
//!
//! larder_guest::wit_bindgen::generate!({
//!     inline: "
//!         package example:visits;
//!         world plugin { export visit: func(page: string) -> result<s64, string>; }
//!     ",
//!     runtime_path: "larder_guest::wit_bindgen::rt",
//! });
//!
//! struct Visits;
//!
//! impl Guest for Visits {
//!     fn visit(page: String) -> Result<i64, String> {
//!         let store = Store::default_store()?;
//!         Ok(store.increment("visits", &page, 1)?)
//!     }
//! }
//!
//! export!(Visits);
//! # fn main() {}
//! ```
//!
//! The host decides which store `default_store` is and who else may open it;
//! the plugin names no tenant and no path. What a call answered `Ok` for is on
//! disk, and there for the next instance.
//!
//! - [`Store`]: entries in groups, with times to live, counters, conditional
//!   changes, many keys in a call; [`Store::scan`] reads many in order.
//! - [`Transaction`]: several calls as one.
//! - [`Watcher`]: what changes, in the order of commits.
//! - [`workspaces`]: buffers of work in progress, asked by [`sql`].
//! - [`journal`]: what was done when, read by time; [`archive`] keeps the old.
//! - [`files`]: files in the tenant's own directory.
//! - `json` (a feature): values through serde.
//! - `async` (a feature): changes as a stream, and programs that are
//!   concurrent.
//! - `testing` (a feature): tests of plugins, for `larder test`.
//!
//! It is not: a cache (nothing is evicted), a way to talk to other tenants, or
//! a copy of the WIT contract, which has the last word on each call and lies
//! raw in [`bindings`].
//!
//! Limits, unless the host changed them: a group name 1,024 bytes, a key 4,096
//! bytes, a value 16 MiB, 10,000 keys in a call. A component imports just those
//! interfaces of `larder:store` whose functions it calls.
//!
//! # A world of your own
//!
//! The example's world says nothing of `larder:store`: this crate brings the
//! imports. A world that names them itself, so that its WIT tells the whole
//! story, uses the types of this crate by `with`; list each interface that the
//! world imports, and `types`:
//!
//! ```ignore
//! larder_guest::wit_bindgen::generate!({
//!     world: "plugin",
//!     path: "../wit",
//!     runtime_path: "larder_guest::wit_bindgen::rt",
//!     with: {
//!         "larder:store/types@0.1.0": larder_guest::bindings::types,
//!         "larder:store/store@0.1.0": larder_guest::bindings::store,
//!     },
//! });
//! ```
#![deny(missing_docs)]

pub mod archive;
#[cfg(feature = "async")]
mod async_main;
mod atomics;
mod batch;
pub mod bindings;
mod entry;
mod error;
#[cfg(feature = "async")]
mod event_stream;
mod events;
pub mod files;
mod group;
pub mod journal;
mod on_change;
mod packed;
mod paging;
mod scan;
pub mod sql;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
mod transaction;
mod values;
pub mod workspaces;
mod write_behind;

pub use atomics::Outcome;
pub use batch::Batch;
pub use entry::{Entry, Gauge, Usage, Version};
pub use error::{Error, Holding, Quota, Result, SizeLimit};
#[cfg(feature = "async")]
pub use event_stream::EventStream;
pub use events::{Event, EventKind, Filter, Gap, Item, Watcher};
pub use group::Group;
pub use on_change::OnChange;
pub use packed::EntryRef;
pub use scan::{Entries, Groups, Keys, Scan};
pub use store::Store;
pub use transaction::Transaction;
#[cfg(feature = "json")]
pub use values::JsonEntries;
pub use wit_bindgen;
pub use write_behind::WriteBehind;

// Compiles the example of the readme.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
