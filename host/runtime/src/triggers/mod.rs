//! Plugins that run when something changes.
//!
//! A plugin that exports `larder:store/on-change`, or `watcher` of `wasi:keyvalue` or `wasmcloud:keyvalue`, is a consumer of a tenant's change feed under its own name: the feed's
//! [`Consumer`](larder_engine::Consumer) keeps the position and what is put aside, this module decides when to call, when
//! to try again and when to give up.

mod call;
mod retry;
mod runner;
mod trigger;
mod watcher;

pub use self::{
    retry::Retried,
    runner::Triggers,
    trigger::{Backoff, Trigger, TriggerError},
};
