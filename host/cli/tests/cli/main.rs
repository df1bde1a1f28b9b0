//! The command as a user meets it: each test runs the built binary in a directory of its own.
#![allow(clippy::unwrap_used, missing_docs)]

mod archive;
mod bad_input;
mod call;
mod damage;
mod delivery;
mod entries;
mod files;
#[cfg(unix)]
mod guides;
mod harness;
mod help;
mod home;
mod inspect;
mod journal;
mod lists;
mod manifest;
mod new;
mod render;
mod run;
mod serve;
mod telemetry;
mod tenants;
mod test;
mod transfer;
mod triggers;
mod watch;
mod workspaces;
