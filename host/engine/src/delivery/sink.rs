use std::time::Duration;

use crate::TenantId;

/// Who takes rows of journals: a connection to a database of time series, a file, a queue.
///
/// Rows come at least once: those that were taken come again when the host ended before that was written down. Those of one
/// bucket of a tenant come in the order of their commits.
pub trait Sink: Send + Sync {
    /// Take all rows of the batch. May block: no commit waits for it, only the batches behind it.
    ///
    /// # Errors
    /// A [`Refusal`] says what becomes of the rows. A panic counts as [`Refusal::Retry`].
    fn deliver(&self, batch: &DeliveryBatch<'_>) -> Result<(), Refusal>;
}

/// Why a batch was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The receiver cannot be reached, or has no time: the same batch comes again, after `after` if that is said, else after
    /// a wait that grows. Until then nothing else is delivered.
    Retry {
        /// How long the receiver asked to be left alone.
        after: Option<Duration>,
        /// What happened.
        reason: String,
    },
    /// Some row is not acceptable, the receiver does not say which: halves of the batch come until it is found. It is
    /// parked.
    Invalid {
        /// What happened.
        reason: String,
    },
    /// The batch is larger than the receiver takes: halves come. A row that is too large by itself is parked.
    TooLarge {
        /// What happened.
        reason: String,
    },
    /// These rows, by their place in the batch, are not acceptable: they are parked, and the others come again.
    Unfit(
        /// Place and reason of each.
        Vec<(usize, String)>,
    ),
    /// The receiver takes nothing of this kind, whatever is in it: all rows of the batch are parked.
    Refused {
        /// What happened.
        reason: String,
    },
}

/// Rows of one bucket of a tenant, in the order of their commits.
#[derive(Clone, Copy, Debug)]
pub struct DeliveryBatch<'a> {
    /// Whose they are.
    pub tenant: &'a TenantId,
    /// The bucket that they were appended to.
    pub bucket: &'a str,
    /// At least one.
    pub rows: &'a [DeliveryRow],
}

/// A row of a journal, to be delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryRow {
    /// Its number, greater for each later row of the tenant.
    pub id: i64,
    /// What was done.
    pub measurement: String,
    /// At least one value, by the order of the names.
    pub fields: Vec<(String, DeliveryValue)>,
    /// By the order of the names.
    pub tags: Vec<(String, String)>,
    /// In milliseconds since the epoch. Rows can have the same.
    pub committed_at_ms: i64,
    /// The scope that appended it; `None` is the whole tenant.
    pub scope: Option<String>,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum DeliveryValue {
    /// A text.
    Text(String),
    /// A whole number of 64 bits. JSON, as the journal keeps it, does not tell 2.0 from 2.
    Integer(i64),
    /// Any other number; it is finite.
    Real(f64),
    /// A truth value.
    Bool(bool),
    /// An array or an object, as JSON.
    Json(String),
}
