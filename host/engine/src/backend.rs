//! The seam between what the store means and where it lies.
//!
//! Above it are scopes, quotas, expiry, versions and counters, written once. Below it is a place that keeps rows in
//! order and changes them atomically: [SQLite](crate::sqlite), or [memory](crate::memory) as the model for tests.
//! Groups here are stored names, with the scope's prefix. Nothing below the seam decides whether a row has expired,
//! except to leave expired rows out of a scan.

mod archives;
mod outbox;

use std::{borrow::Cow, ops::Range};

pub(crate) use archives::{Outgoing, OutgoingRow, ReadArchives, StoredArchive, WriteArchives};
pub(crate) use outbox::{BucketWaiting, ParkedRow, ReadOutbox, WaitingRow, WriteOutbox};

use crate::{
    Error, FeedStatus, Result, SqlError, SqlRows, SqlValue, Unmigrated, Version, cache::Known, scope,
    telemetry::Waiting, transfer::TransferRow,
};

/// A row without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// `None` when values were not asked for.
    pub(crate) value: Option<Vec<u8>>,
    /// Bytes of the value.
    pub(crate) size: u64,
    pub(crate) version: Version,
    /// Milliseconds since the epoch.
    pub(crate) expires_at: Option<i64>,
    /// Whether the value is a counter, in decimal digits.
    pub(crate) counter: bool,
}

impl Stored {
    pub(crate) fn is_live(&self, now: i64) -> bool {
        self.expires_at.is_none_or(|at| at > now)
    }
}

/// A row to write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) group: &'a str,
    pub(crate) key: &'a str,
    pub(crate) value: &'a [u8],
    pub(crate) version: Version,
    pub(crate) expires_at: Option<i64>,
    pub(crate) counter: bool,
}

/// Rows of one group, expired ones included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct GroupTotals {
    pub(crate) keys: u64,
    pub(crate) bytes: u64,
}

/// Rows of one scope, or of the whole tenant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) keys: u64,
    pub(crate) groups: u64,
    pub(crate) bytes: u64,
}

/// A half-open range of names in byte order; no end means to the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) from: String,
    pub(crate) to: Option<String>,
}

impl Names {
    /// All names that start with `prefix`.
    pub(crate) fn with_prefix(prefix: &str) -> Names {
        Names { from: prefix.into(), to: scope::prefix_end(prefix) }
    }

    /// Just this name.
    pub(crate) fn one(name: &str) -> Names {
        Names { from: name.into(), to: Some(after(name)) }
    }

    /// Whether there can be none.
    pub(crate) fn is_empty(&self) -> bool {
        self.to.as_ref().is_some_and(|to| *to <= self.from)
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        name >= self.from.as_str() && self.to.as_ref().is_none_or(|to| name < to.as_str())
    }
}

impl From<Range<&str>> for Names {
    fn from(range: Range<&str>) -> Names {
        Names { from: range.start.into(), to: Some(range.end.into()) }
    }
}

/// The name right behind `name` in byte order.
pub(crate) fn after(name: &str) -> String {
    format!("{name}\0")
}

/// A scan of one group.
#[derive(Clone, Debug)]
pub(crate) struct Scan<'a> {
    pub(crate) group: &'a str,
    pub(crate) keys: Names,
    pub(crate) reverse: bool,
    pub(crate) values: bool,
    /// Rows that expired by then are left out.
    pub(crate) now: i64,
    /// Live rows to pass over first.
    pub(crate) skip: u64,
}

/// An expired row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExpiredRow {
    pub(crate) group: String,
    pub(crate) key: String,
    /// Bytes of group, key and value.
    pub(crate) bytes: u64,
}

/// Events of one commit to write into the feed, encoded by [`feed`](crate::feed).
#[derive(Clone, Copy, Debug)]
pub(crate) struct FeedPart<'a> {
    /// Its number within the commit, from 0.
    pub(crate) number: u32,
    /// Milliseconds since the epoch.
    pub(crate) at_ms: i64,
    pub(crate) events: u64,
    pub(crate) body: &'a [u8],
}

/// Events of one commit as the feed holds them. An empty body stands for changes that nobody recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredPart<'a> {
    pub(crate) version: Version,
    pub(crate) at_ms: i64,
    pub(crate) body: &'a [u8],
}

/// Events, and bytes of their bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FeedTotals {
    pub(crate) events: u64,
    pub(crate) bytes: u64,
}

/// What the feed may keep.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FeedBounds {
    pub(crate) most: FeedTotals,
    /// Milliseconds since the epoch: what is older goes.
    pub(crate) since_ms: i64,
}

/// How far somebody has come in the feed: to a commit, and so many of its events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) version: Version,
    pub(crate) taken: u64,
}

impl Position {
    /// All of the commit is done with.
    pub(crate) fn after(version: Version) -> Position {
        Position { version, taken: u64::MAX }
    }

    /// The first commit that is not wholly done with.
    pub(crate) fn first_commit(self) -> Version {
        if self.taken == u64::MAX { self.version.saturating_add(1) } else { self.version }
    }
}

/// An event that a consumer could not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parked {
    /// Given when it is parked.
    pub(crate) id: i64,
    pub(crate) consumer: String,
    pub(crate) version: Version,
    /// When the event was, in milliseconds since the epoch.
    pub(crate) at_ms: i64,
    pub(crate) body: Vec<u8>,
    pub(crate) attempts: u32,
    pub(crate) error: String,
    pub(crate) parked_at_ms: i64,
}

/// A row to append to the journal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JournalRow<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) measurement: &'a str,
    pub(crate) fields_json: &'a str,
    pub(crate) tags_json: &'a str,
    /// Milliseconds since the epoch.
    pub(crate) committed_at: i64,
    /// Who sees it; `None` is the whole tenant alone.
    pub(crate) scope: Option<&'a str>,
}

impl JournalRow<'_> {
    /// Bytes of its texts, which is what counts.
    pub(crate) fn bytes(&self) -> u64 {
        (self.bucket.len() + self.measurement.len() + self.fields_json.len() + self.tags_json.len()) as u64
    }
}

/// A row of the journal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredJournalRow<'a> {
    pub(crate) id: i64,
    pub(crate) bucket: &'a str,
    pub(crate) measurement: &'a str,
    pub(crate) fields_json: &'a str,
    pub(crate) tags_json: &'a str,
    pub(crate) committed_at: i64,
    pub(crate) archived_at: Option<i64>,
}

/// Rows of the journal by time and number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JournalScan<'a> {
    /// Rows of this scope; `None` is all of the tenant.
    pub(crate) scope: Option<&'a str>,
    /// Behind the row of this time and number.
    pub(crate) after: (i64, i64),
    /// Before this moment.
    pub(crate) to: i64,
    /// Archived ones too.
    pub(crate) archived: bool,
}

/// A row that another one took the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Replaced {
    /// Bytes of its value.
    pub(crate) size: u64,
    /// Milliseconds since the epoch.
    pub(crate) expires_at: Option<i64>,
}

/// The log of what was committed and is not in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Log {
    Short,
    /// To be worked off in the background.
    Long,
    /// To be worked off before more is written.
    TooLong,
}

/// Called for each row that was put.
pub(crate) type PutRow<'a> = &'a mut dyn FnMut(&Row<'_>, Option<Replaced>) -> Result<()>;

/// A row where it lies, for as long as it is looked at.
#[derive(Clone, Debug)]
pub(crate) struct RowRef<'a> {
    pub(crate) key: &'a str,
    /// `None` when values were not asked for.
    pub(crate) value: Option<Cow<'a, [u8]>>,
    pub(crate) version: Version,
    /// Milliseconds since the epoch.
    pub(crate) expires_at: Option<i64>,
    /// Whether the value is a counter, in decimal digits.
    pub(crate) counter: bool,
}

/// Called for each row of a scan; answers whether to go on.
pub(crate) type VisitRow<'a> = &'a mut dyn FnMut(RowRef<'_>) -> bool;

/// Called for each row or name; answers whether to go on.
pub(crate) type Visit<'a, T> = &'a mut dyn FnMut(&str, T) -> bool;

/// What a back end without a journal answers.
const NO_JOURNAL: Error = Error::Unsupported("the journal of a tenant in memory");

const NO_WORKSPACES: Error = Error::Unsupported("workspaces of a tenant in memory");

/// Reads that all see the same moment.
pub(crate) trait Read {
    fn get(&self, group: &str, key: &str, value: bool) -> Result<Option<Stored>>;
    fn scan(&self, scan: &Scan<'_>, visit: VisitRow<'_>) -> Result<()>;
    /// Groups with a live row, in order.
    fn groups(&self, names: &Names, now: i64, visit: Visit<'_, ()>) -> Result<()>;
    /// Groups with a row, expired or not, in order, with their totals.
    fn group_totals(&self, names: &Names, visit: Visit<'_, GroupTotals>) -> Result<()>;
    /// The totals kept for a scope; `""` is the whole tenant.
    fn totals(&self, scope: &str) -> Result<Totals>;
    /// The sum of keys over groups.
    fn keys_in(&self, groups: &Names) -> Result<u64>;
    /// What of the groups has expired; a group counts when all of it has.
    fn expired_in(&self, groups: &Names, now: i64) -> Result<Totals>;
    /// The first moment at which a row expires.
    fn next_expiry(&self) -> Result<Option<i64>>;
    /// At most `most` rows that a migration kept aside, behind the one of number `after`.
    fn unmigrated(&self, _after: u64, _most: usize) -> Result<Vec<Unmigrated>> {
        Ok(Vec::new())
    }
    /// How many rows a migration kept aside.
    fn unmigrated_rows(&self) -> Result<u64> {
        Ok(0)
    }
    /// The number of the last commit.
    fn sequence(&self) -> Result<Version>;
    /// The feed from the first part of commit `from` on, in order.
    fn feed(&self, from: Version, visit: &mut dyn FnMut(StoredPart<'_>) -> bool) -> Result<()>;
    /// The last commit that the feed no longer holds, with all before it.
    fn feed_floor(&self) -> Result<Version>;
    /// What the feed holds.
    fn feed_status(&self) -> Result<FeedStatus>;
    /// How far each consumer whose name is in the range has come, in order.
    fn consumers(&self, names: &Names, visit: Visit<'_, Position>) -> Result<()>;
    /// Parked events of a consumer, or of all, in the order in which they were parked, behind `after`.
    fn parked(&self, consumer: Option<&str>, after: i64, visit: &mut dyn FnMut(Parked) -> bool) -> Result<()>;
    /// Files of workspaces that are committed and may still be there.
    fn committed_workspaces(&self) -> Result<Vec<String>> {
        Err(NO_WORKSPACES)
    }
    /// Rows of the journal, in order, until `visit` answers that it has enough.
    fn journal(&self, _scan: &JournalScan<'_>, _visit: &mut dyn FnMut(StoredJournalRow<'_>) -> bool) -> Result<()> {
        Err(NO_JOURNAL)
    }
    /// Events of commits from `from` on that the feed holds.
    fn feed_events(&self, from: Version) -> Result<u64>;
    /// Events that a consumer put aside.
    fn parked_events(&self, consumer: &str) -> Result<u64>;
    /// What lies there to be worked on.
    fn waiting(&self, now: i64) -> Result<Waiting>;
    /// The number of the journal's last row; 0 if it has none.
    fn last_journal_row(&self) -> Result<i64> {
        Ok(0)
    }
    /// Whether the journal has the same row among those up to number `last`.
    fn has_journal_row(&self, _row: &TransferRow, _last: i64) -> Result<bool> {
        Ok(false)
    }
    /// How many rows the journal has of a scope; `None` is the whole tenant.
    fn journal_rows(&self, _scope: Option<&str>) -> Result<u64> {
        Ok(0)
    }
    /// The journal's rows of a scope, in order.
    fn transfer_rows(&self, _scope: Option<&str>, _visit: &mut dyn FnMut(TransferRow) -> bool) -> Result<()> {
        Ok(())
    }
    /// Reads of archives.
    fn archives(&self) -> Result<&dyn ReadArchives> {
        Err(NO_JOURNAL)
    }
    /// Reads of what is to be delivered.
    fn outbox(&self) -> Result<&dyn ReadOutbox> {
        Err(NO_JOURNAL)
    }
    /// Compare the counters with the rows: entries, and a line for each thing that is wrong.
    fn check(&self) -> Result<(u64, Vec<String>)>;
}

/// A read transaction.
pub(crate) trait Snapshot {
    fn as_read(&self) -> &dyn Read;
    /// Whether another program wrote rows that the counters do not know of. A write transaction makes that good.
    fn has_foreign_rows(&self) -> Result<bool>;
}

/// A write transaction that reads its own writes. Dropping it rolls it back.
pub(crate) trait Write: Send {
    /// The sequence number that the commit will have. It is not used again if the transaction is rolled back.
    fn version(&self) -> Version;
    /// Draw another number, for what is written from here on.
    fn next_version(&mut self) -> Version;
    /// Insert or replace a row. Answers what was in its place.
    fn put(&mut self, row: &Row<'_>) -> Result<Option<Replaced>>;
    /// Insert or replace rows until the first error; `put` is told what was in the place of each.
    fn put_all(&mut self, rows: &mut dyn Iterator<Item = Row<'_>>, put: PutRow<'_>) -> Result<()> {
        for row in rows {
            let replaced = self.put(&row)?;
            put(&row, replaced)?;
        }
        Ok(())
    }
    /// Change the time and version of a row, not its value.
    fn retime(&mut self, group: &str, key: &str, expires_at: Option<i64>, version: Version) -> Result<()>;
    fn remove(&mut self, group: &str, key: &str) -> Result<()>;
    /// Remove all rows of a group. Answers how many were live at `now`. Costs time in proportion to the group alone.
    fn remove_group(&mut self, group: &str, now: i64) -> Result<u64>;
    /// At most `most` expired rows of the groups.
    fn expired(&self, groups: &Names, now: i64, most: usize) -> Result<Vec<ExpiredRow>>;
    /// Totals of nothing remove the counter.
    fn set_group_totals(&mut self, group: &str, totals: GroupTotals) -> Result<()>;
    /// Totals of nothing remove the counter: a name that was used once would take room for ever.
    fn set_totals(&mut self, scope: &str, totals: Totals) -> Result<()>;
    /// Write events into the feed, behind all that is in it. Answers what it has held so far, with these.
    fn append_feed(&mut self, part: &FeedPart<'_>) -> Result<FeedTotals>;
    /// Remove the oldest commits of the feed that the bounds do not allow, looking at about `most_parts`. Answers whether
    /// more are left to remove.
    fn trim_feed(&mut self, bounds: &FeedBounds, most_parts: usize) -> Result<bool>;
    /// Write down how far a consumer has come; `None` forgets it and what is parked of it.
    fn set_consumer(&mut self, name: &str, position: Option<Position>) -> Result<()>;
    /// Put an event aside; its `id` is given here.
    fn park(&mut self, parked: &Parked) -> Result<()>;
    /// Take a parked event away. Answers whether it was there.
    fn unpark(&mut self, id: i64) -> Result<bool>;
    /// Write down that a workspace is committed and its file to be removed, or that the file is gone.
    fn mark_workspace(&mut self, _file: &str, _committed: bool) -> Result<()> {
        Err(NO_WORKSPACES)
    }
    /// Append a row to the journal, and to what is to be delivered where that is configured. Answers its number.
    fn journal_append(&mut self, _row: &JournalRow<'_>) -> Result<i64> {
        Err(NO_JOURNAL)
    }
    /// Put a row of another journal behind the last one. It is delivered nowhere.
    fn put_journal_row(&mut self, _row: &TransferRow) -> Result<()> {
        Err(NO_JOURNAL)
    }
    /// Writes of archives.
    fn archives(&mut self) -> Result<&mut dyn WriteArchives> {
        Err(NO_JOURNAL)
    }
    /// Writes of what is to be delivered.
    fn outbox(&mut self) -> Result<&mut dyn WriteOutbox> {
        Err(NO_JOURNAL)
    }
    /// Whether nothing was written so far, and a part that begins now can as well be undone by [`Write::restart`].
    fn is_clean(&self) -> bool;
    /// Undo all of it and begin anew.
    fn restart(&mut self) -> Result<()>;
    /// Begin a part that can be undone by itself. The last one that was begun is the first to end.
    fn begin_part(&mut self) -> Result<()>;
    fn end_part(&mut self, keep: bool) -> Result<()>;
    /// What [`Backend::stamp`] says since the transaction began.
    fn stamp(&self) -> Option<u64> {
        None
    }
    /// Whether nobody else has written since the last commit of this process, so that what was known then is so still.
    fn continues(&self) -> bool {
        false
    }
    /// Answers what [`Backend::stamp`] says with this commit and none after it, if that can be told.
    fn commit(self: Box<Self>) -> Result<Option<u64>>;
    /// The reads of this transaction.
    fn as_read(&self) -> &dyn Read;
}

/// A tenant's storage. Whoever calls makes sure that one write transaction is open at a time, and so many readers.
pub(crate) trait Backend: Send + Sync {
    fn read(&self) -> Result<Box<dyn Snapshot>>;
    fn write(&self) -> Result<Box<dyn Write>>;
    /// A number that changes with each commit, whoever makes it, from the moment at which a read can see it. To ask for it
    /// costs next to nothing. `None` where there is no such number.
    fn stamp(&self) -> Option<u64> {
        None
    }
    /// What [`Backend::stamp`] said after the last commit of this process, or when it was opened with nothing of another
    /// program's left to look at; `None` where that cannot be told.
    fn own_stamp(&self) -> Option<u64> {
        None
    }
    /// How much of what was committed waits to be moved to its place. To ask for it costs next to nothing.
    fn log(&self) -> Log {
        Log::Short
    }
    /// Move what was committed to its place, beside readers and the writer.
    fn checkpoint(&self) -> Result<()> {
        Ok(())
    }
    /// One row, as it is now.
    fn get(&self, group: &str, key: &str) -> Result<Known> {
        Ok(Known::of(self.read()?.as_read().get(group, key, true)?))
    }
    /// A short look at one moment, with what is open already where that can be: whoever is to write waits for it.
    fn glance(&self, look: &mut dyn FnMut(&dyn Read) -> Result<()>) -> Result<()> {
        look(self.read()?.as_read())
    }
    /// Give back the memory and the connections that only a tenant in use needs.
    fn rest(&self) {}
    /// Run a guest's statement on the journal of a scope, or on all of it.
    fn journal_sql(&self, _scope: Option<&str>, _sql: &str, _parameters: &[SqlValue]) -> Result<SqlRows, SqlError> {
        Err(NO_JOURNAL.into())
    }
}
