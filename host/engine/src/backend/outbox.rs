//! The seam for the rows of the journal that are still to be delivered.

use crate::Result;

/// A row that waits, as it is stored; `None` stands for what is gone or of another type, which only another program can have
/// done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WaitingRow<'a> {
    pub(crate) id: i64,
    pub(crate) measurement: Option<&'a str>,
    pub(crate) fields_json: Option<&'a str>,
    pub(crate) tags_json: Option<&'a str>,
    /// Milliseconds since the epoch.
    pub(crate) committed_at: Option<i64>,
    pub(crate) scope: Option<&'a str>,
    /// Why it was not delivered when that was tried last.
    pub(crate) error: Option<&'a str>,
}

/// A row that was put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParkedRow {
    pub(crate) id: i64,
    pub(crate) bucket: String,
    /// `None` when it is gone from the journal.
    pub(crate) measurement: Option<String>,
    pub(crate) committed_at: Option<i64>,
    pub(crate) error: String,
    pub(crate) parked_at: i64,
}

/// What is to be delivered to one bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BucketWaiting {
    pub(crate) bucket: String,
    pub(crate) waiting: u64,
    pub(crate) parked: u64,
    /// When the first row that waits was committed.
    pub(crate) oldest: Option<i64>,
    /// Why that was not delivered when it was tried last.
    pub(crate) error: Option<String>,
}

/// Reads of what is to be delivered.
pub(crate) trait ReadOutbox {
    /// The first bucket with a row that waits, from the name `from` on.
    fn next_bucket(&self, from: &str) -> Result<Option<String>>;
    /// Rows of a bucket that wait, in order.
    fn waiting_rows(&self, bucket: &str, visit: &mut dyn FnMut(WaitingRow<'_>) -> bool) -> Result<()>;
    /// Every bucket for which something waits or is parked, in order. Reads all of it.
    fn buckets(&self) -> Result<Vec<BucketWaiting>>;
    /// Rows that are parked, behind number `after`, in order.
    fn parked_rows(&self, after: i64, visit: &mut dyn FnMut(ParkedRow) -> bool) -> Result<()>;
}

/// Writes of what is to be delivered. Each answers whether the row was there, or how many were.
pub(crate) trait WriteOutbox {
    /// Take a row out: it is delivered.
    fn remove_waiting(&mut self, id: i64) -> Result<bool>;
    /// Put a row aside that waits.
    fn park_row(&mut self, id: i64, error: &str, at: i64) -> Result<bool>;
    /// Write down why a row was not delivered.
    fn set_error(&mut self, id: i64, error: &str) -> Result<bool>;
    /// Let a parked row wait again; `None` is all of them.
    fn unpark_rows(&mut self, id: Option<i64>) -> Result<u64>;
    /// Give a parked row up; `None` is all of them.
    fn remove_parked(&mut self, id: Option<i64>) -> Result<u64>;
}
