//! Tests of the engine through its public interface.
//!
//! `conformance` holds what every storage behind the seam must do, one function a case; the other modules hold what
//! needs a real disk, many threads or a second process.

mod allocations;
mod archive;
mod cache;
mod child;
mod combine;
mod conformance;
mod crash;
mod delivery;
mod feed_model;
mod hostile;
mod journal;
mod log;
mod lru;
mod model;
mod races;
mod reference_defects;
mod sqlite;
mod support;
mod telemetry;
mod text;
mod transfer;
mod workspaces;
