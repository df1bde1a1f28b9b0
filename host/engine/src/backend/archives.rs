//! The seam for what moves rows of the journal into archives and back.

use super::JournalRow;
use crate::Result;

/// An archive as it is written down. Without rows it is one that is being written, or to be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredArchive {
    pub(crate) name: String,
    /// Whose it is; `None` is the whole tenant's.
    pub(crate) scope: Option<String>,
    pub(crate) rows: Option<u64>,
    pub(crate) bytes: Option<u64>,
    /// In milliseconds since the epoch; no two have the same, and its rows have it as the time of their archiving.
    pub(crate) created_at: i64,
}

/// Live rows that are to go into an archive, by time and number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outgoing<'a> {
    /// Rows of this scope; `None` is all of the tenant.
    pub(crate) scope: Option<&'a str>,
    /// Behind the row of this time and number.
    pub(crate) after: (i64, i64),
    /// Before this moment.
    pub(crate) before: i64,
    /// Up to and with this number.
    pub(crate) last_id: i64,
}

/// A row on its way, or that which cannot be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutgoingRow<'a> {
    pub(crate) id: i64,
    pub(crate) committed_at: i64,
    pub(crate) row: Option<JournalRow<'a>>,
}

/// Reads of archives.
pub(crate) trait ReadArchives {
    /// Every archive behind `after`, in the order of their names.
    fn archives(&self, after: &str, visit: &mut dyn FnMut(StoredArchive) -> bool) -> Result<()>;
    fn archive(&self, name: &str) -> Result<Option<StoredArchive>>;
    /// The greatest number of a row, and the greatest time of an archive.
    fn last_row_and_archive(&self) -> Result<(i64, i64)>;
    /// Rows that are to go into an archive, in order.
    fn outgoing(&self, rows: &Outgoing<'_>, visit: &mut dyn FnMut(OutgoingRow<'_>) -> bool) -> Result<()>;
    /// Rows of an archive that are still kept, in order, behind the row of this time and number.
    fn kept(&self, archived_at: i64, after: (i64, i64), visit: &mut dyn FnMut(OutgoingRow<'_>) -> bool) -> Result<()>;
    /// Whether a row can go: it is archived, was committed before then, and is not waiting to be delivered.
    fn has_outdated(&self, before: i64) -> Result<bool>;
}

/// Writes of archives.
pub(crate) trait WriteArchives {
    /// Insert or replace.
    fn set_archive(&mut self, archive: &StoredArchive) -> Result<()>;
    fn forget_archive(&mut self, name: &str) -> Result<()>;
    /// Mark rows of `rows` up to and with that of time and number `until`, but not those of the numbers `but`. Answers how
    /// many.
    fn mark(&mut self, rows: &Outgoing<'_>, until: (i64, i64), but: &[i64], archived_at: i64) -> Result<u64>;
    fn unmark(&mut self, id: i64) -> Result<()>;
    /// Insert a row that had gone, without telling receivers.
    fn insert(&mut self, row: &JournalRow<'_>) -> Result<()>;
    /// Remove at most `most` rows that [can go](ReadArchives::has_outdated), oldest first. Answers how many.
    fn remove_outdated(&mut self, before: i64, most: usize) -> Result<u64>;
}
