//! What is measured, and where it goes: the recorder of the crate `metrics` that the host installed, and spans of `tracing`.
//!
//! - `catalogue` names every metric of this crate.
//! - `operation` is what is counted and timed.
//! - `meters` holds what one tenant counts with; `tenants` bounds how many have a label of their own.
//! - `waiting` is what lies there to be worked on: the gauges.

mod catalogue;
mod meters;
mod operation;
mod tenants;
mod waiting;

pub use catalogue::{METRICS, Metric, MetricKind};
pub(crate) use meters::{Entered, Kind, Meters, OpenMeter};
pub(crate) use operation::Op;
pub(crate) use tenants::TenantMeters;
pub(crate) use waiting::{Behind, Waiting, WaitingGauges};
