//! What is carried over, whatever the form.

use super::Refused;

/// One thing of a source, or why it is none.
pub(crate) enum Found {
    Item(Item),
    Refused(Refused),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Entry(TransferEntry),
    Journal(TransferRow),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TransferEntry {
    /// As its store knows it, without a scope's prefix.
    pub(crate) group: String,
    pub(crate) key: String,
    pub(crate) value: Vec<u8>,
    /// Milliseconds since the epoch.
    pub(crate) expires_at: Option<i64>,
    pub(crate) counter: bool,
}

/// A row of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TransferRow {
    /// `None` is the whole tenant.
    pub(crate) scope: Option<String>,
    pub(crate) bucket: String,
    pub(crate) measurement: String,
    /// JSON text.
    pub(crate) fields: String,
    /// JSON text.
    pub(crate) tags: String,
    /// Milliseconds since the epoch.
    pub(crate) committed_at: i64,
    /// Milliseconds since the epoch.
    pub(crate) archived_at: Option<i64>,
}

impl TransferRow {
    /// What the row counts for in the journal's quota.
    pub(crate) fn bytes(&self) -> u64 {
        let TransferRow { scope: _, bucket, measurement, fields, tags, .. } = self;
        (bucket.len() + measurement.len() + fields.len() + tags.len()) as u64
    }
}
