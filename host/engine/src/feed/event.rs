use crate::Version;

/// What happened to an entry or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// An entry was inserted or replaced.
    Set,
    /// The time to live of an entry was changed, and its version with it.
    Touch,
    /// An entry was deleted.
    Delete,
    /// All entries of a group were deleted at once; it has no key.
    DeleteGroup,
    /// An entry whose time to live had passed was removed. It was gone for readers from its time on; this is when its
    /// place was cleared.
    Expire,
}

impl EventKind {
    /// All of them.
    pub const ALL: [EventKind; 5] =
        [EventKind::Set, EventKind::Touch, EventKind::Delete, EventKind::DeleteGroup, EventKind::Expire];

    /// The name in the contract and in output for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            EventKind::Set => "set",
            EventKind::Touch => "touch",
            EventKind::Delete => "delete",
            EventKind::DeleteGroup => "delete-group",
            EventKind::Expire => "expire",
        }
    }
}

/// One change of a store, as it was committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The group, by the name that the watching scope knows it by.
    pub group: String,
    /// The key; empty for a group that was deleted.
    pub key: String,
    /// The new value of an entry that was set. `None` for other kinds, and for a value larger than the feed
    /// [keeps](crate::FeedConfig::value_bytes): read the entry then.
    pub value: Option<Vec<u8>>,
    /// When the entry expires, in milliseconds since the epoch, for what was set or touched; `None` is never.
    pub expires_at_ms: Option<i64>,
    /// The commit that made it: all events of one transaction have the same, and no others have.
    pub version: Version,
    /// Its place among all events of the commit, from 0. Together with the version it tells an event from every other.
    pub index: u64,
    /// Whether it is the last one of its commit that this watcher gets.
    pub is_last: bool,
    /// When the transaction was begun, in milliseconds since the epoch.
    pub at_ms: i64,
}

/// What a watcher gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedItem {
    /// A change.
    Event(Event),
    /// Changes that the feed no longer holds, or never did because another program made them: those of the commits from
    /// `from` to `to`, both included. Not each of them need have had one.
    Gap {
        /// The first commit that is missing.
        from: Version,
        /// The last one.
        to: Version,
    },
}

impl FeedItem {
    /// The commit that it ends with.
    pub fn version(&self) -> Version {
        match self {
            FeedItem::Event(event) => event.version,
            FeedItem::Gap { to, .. } => *to,
        }
    }
}

/// Which groups to watch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Watch {
    /// Everything in the scope.
    #[default]
    All,
    /// One group.
    Group(String),
    /// Every group whose name starts with this.
    Prefix(String),
}

/// How much of the past a tenant's feed keeps. The oldest goes when one of the bounds is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedConfig {
    /// Most events. Default 100,000.
    pub events: u64,
    /// Most bytes of events. Default 16 MiB.
    pub bytes: u64,
    /// Longest time, in milliseconds. Default seven days.
    pub age_ms: u64,
    /// Largest value that an event carries, in bytes. Default 1 MiB.
    pub value_bytes: usize,
}

impl Default for FeedConfig {
    fn default() -> FeedConfig {
        FeedConfig {
            events: 100_000,
            bytes: 16 * 1024 * 1024,
            age_ms: 7 * 24 * 60 * 60 * 1000,
            value_bytes: 1024 * 1024,
        }
    }
}

/// What a tenant's feed holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedStatus {
    /// Events that are kept.
    pub events: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The first commit that is kept.
    pub first: Option<Version>,
    /// When it was, in milliseconds since the epoch.
    pub first_at_ms: Option<i64>,
    /// The last commit of the tenant that had an event, and is kept.
    pub last: Option<Version>,
    /// Commits up to this one are no longer kept.
    pub floor: Version,
}
