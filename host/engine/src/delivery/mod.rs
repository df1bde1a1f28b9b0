//! Delivery: rows of the journal go to a receiver outside, at least once, in order for each bucket of a tenant.
//!
//! A commit that appends rows puts them into the tenant's [outbox](crate::backend::ReadOutbox) in the same transaction, and
//! wakes whoever delivers; that is all it has to do with it. The [courier](courier) takes a batch, gives it to the
//! [`Sink`] while it holds nothing of the tenant, and writes down what came of it. [Lines](lines) say which tenant is next
//! and who has to wait; the [desk](desk) is where commits, the courier's thread and those who ask meet.
//!
//! A tenant with something to deliver is [marked](crate::sandbox::Marks), so that a root that is opened knows them without
//! opening any.

mod backoff;
mod config;
mod courier;
mod desk;
mod lines;
mod row;
mod run;
mod sink;
mod status;

pub use config::DeliveryConfig;
pub(crate) use desk::Desk;
pub use run::DeliveryReport;
pub use sink::{DeliveryBatch, DeliveryRow, DeliveryValue, Refusal, Sink};
pub use status::{BucketDelivery, ParkedDelivery};
