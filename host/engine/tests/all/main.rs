//! Tests of the engine through its public interface.
//!
//! `conformance` holds what every storage behind the seam must do, one function a case; the other modules hold what
//! needs a real disk, many threads or a second process.

mod child;
mod conformance;
mod hostile;
mod lru;
mod races;
mod sqlite;
mod support;
