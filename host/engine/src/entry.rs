//! What the operations take and answer.

use crate::{Limits, Version};

/// One entry of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub key: String,
    /// Its bytes; `None` where the call left values out.
    pub value: Option<Vec<u8>>,
    /// The commit sequence number that wrote it.
    pub version: Version,
    /// Milliseconds until it expires; `None` if it does not.
    pub ttl_ms: Option<u64>,
}

/// The value of an entry, with what tells a counter from other text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Its bytes; of a counter, decimal digits.
    pub bytes: Vec<u8>,
    /// Whether [`Update::increment`](crate::Update::increment) made it, rather than somebody who set these bytes.
    pub is_counter: bool,
    /// The commit sequence number that wrote it.
    pub version: Version,
}

/// A page of entries, in the order asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Where the next page starts; `None` when this is the last one.
    pub next: Option<String>,
}

/// A page of group names, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupPage {
    /// The names, without the scope's prefix.
    pub groups: Vec<String>,
    /// Where the next page starts; `None` when this is the last one.
    pub next: Option<String>,
}

/// What a conditional change came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done, with the version that the change got.
    Done(Version),
    /// Not done: this is what the entry is now; `None` if it is absent.
    Stale(Option<Entry>),
}

/// One end of a range of keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Bound {
    /// No end.
    #[default]
    Unbounded,
    /// This key and those beyond it.
    Included(String),
    /// Those beyond this key.
    Excluded(String),
}

/// Which entries a scan answers: those that match all of it.
///
/// ```
/// use larder_engine::{Bound, Query};
/// let query = Query { group: "users".into(), start: Bound::Included("m".into()), values: true, ..Query::default() };
/// # let _ = query;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The group.
    pub group: String,
    /// Only keys that start with this; empty is all.
    pub prefix: String,
    /// The low end of the range, in byte order, whatever the direction.
    pub start: Bound,
    /// The high end of the range.
    pub end: Bound,
    /// From the high end to the low one.
    pub reverse: bool,
    /// Values too, or keys alone.
    pub values: bool,
    /// At most so many entries in the page; 0 is [`Limits::page_items`], which also bounds it.
    pub limit: u32,
    /// Where to go on; `None` at the start.
    pub cursor: Option<String>,
}

/// An amount and its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gauge {
    /// In use.
    pub used: u64,
    /// The quota; `None` is unlimited.
    pub limit: Option<u64>,
}

/// What a scope uses. Expired entries do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Live entries.
    pub keys: Gauge,
    /// Groups with a live entry.
    pub groups: Gauge,
    /// Bytes of group name as stored, key and value.
    pub bytes: Gauge,
    /// The limits on sizes.
    pub limits: Limits,
}

/// One change in [`Update::apply`](crate::Update::apply).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Insert or replace an entry.
    Set {
        /// The group.
        group: String,
        /// The key.
        key: String,
        /// The bytes.
        value: Vec<u8>,
        /// Milliseconds from now until it expires; `None`: never.
        ttl_ms: Option<u64>,
    },
    /// Delete an entry.
    Delete {
        /// The group.
        group: String,
        /// The key.
        key: String,
    },
    /// Delete all entries of a group.
    DeleteGroup {
        /// The group.
        group: String,
    },
}

/// What [`Tenant::check`](crate::Tenant::check) found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Entries in the database, expired ones included.
    pub entries: u64,
    /// What is wrong, a line each; empty when all is well.
    pub problems: Vec<String>,
    /// Rows of a legacy table that could not become entries and are kept aside; see
    /// [`Tenant::unmigrated`](crate::Tenant::unmigrated).
    pub unmigrated: u64,
}

/// A row of a legacy table that could not become an entry. It is kept in the database, out of every scope's sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmigrated {
    /// Its number among those that were kept aside; from 1.
    pub id: u64,
    /// The table that it was in.
    pub source: String,
    /// The stored group; `None` is NULL. Need not be UTF-8.
    pub group: Option<Vec<u8>>,
    /// The key; `None` is NULL. Need not be UTF-8.
    pub key: Option<Vec<u8>>,
    /// The value; `None` is NULL.
    pub value: Option<Vec<u8>>,
    /// When it expires, in milliseconds since the epoch.
    pub expires_at: Option<i64>,
    /// Why it could not become an entry.
    pub reason: String,
}
