//! Interfaces of others over the same store: `wasi:keyvalue`, `wasi:config`, `wasi:blobstore`, Spin's and wasmCloud's key-value.
//!
//! A component that was built for another host runs unmodified: what it opens is a label that it was granted, and its keys are those
//! of one group there, which `larder:store` shows as well. The interfaces convert and call the functions that `larder:store`'s
//! own calls use, so that limits, quotas and measuring are the same. `docs/standard-interfaces.md` says which there are, and where
//! they differ from their home, which [`DIFFERENCES`] has as data.
//!
//! [`Plugin`](crate::Plugin) links what a component imports by itself; a host with a linker of its own calls
//! [`add_to_linker`].

pub(crate) mod bindings;
pub(crate) mod blobstore;
pub(crate) mod bucket;
pub(crate) mod config;
pub(crate) mod counters;
mod cursors;
mod differences;
pub(crate) mod errors;
mod keyvalue;
mod known;
mod link;
mod spin;
#[cfg(test)]
mod tests;
mod unserved;
mod wasmcloud;

use self::counters::Shown;
pub use self::{
    differences::{DIFFERENCES, Difference, Differences, differences},
    link::add_to_linker,
};
pub(crate) use self::{
    known::Standard,
    link::{is_of_spins_shape, is_wanted},
    unserved::instead,
};

/// Exports that are called when a key has changed, by name, and how they expect counters.
pub(crate) const WATCHERS: &[(&str, Shown)] = &[
    ("wasi:keyvalue/watcher@0.2.0-draft", Shown::Decimal),
    ("wasi:keyvalue/watcher@0.2.0-draft2", Shown::LittleEndian),
    (CONCURRENT_WATCHER, Shown::Decimal),
];

/// The one whose functions are async.
pub(crate) const CONCURRENT_WATCHER: &str = "wasmcloud:keyvalue/watcher@0.2.0";
