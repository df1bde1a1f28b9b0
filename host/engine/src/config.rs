//! How a root is run.

use std::{fmt, sync::Arc, time::Duration};

use crate::{Clock, Error, FeedConfig, JournalConfig, Limits, Result, SystemClock, WorkspaceConfig};

/// What an acknowledged write has survived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Each commit is synced: it survives a crash of the machine. SQLite's `synchronous=FULL`.
    #[default]
    Full,
    /// Commits are synced at checkpoints: they survive a crash of the program; a crash of the machine may lose the last
    /// ones, never the file. SQLite's `synchronous=NORMAL`.
    Normal,
}

/// Bounds on what a scope may store. `None` is unlimited. Expired entries do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// Live entries.
    pub keys: Option<u64>,
    /// Groups with an entry.
    pub groups: Option<u64>,
    /// Bytes of group name as stored, key and value over all entries.
    pub bytes: Option<u64>,
}

/// Bounds on the files of a tenant. `None` is unlimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileQuota {
    /// Bytes of all files together.
    pub bytes: Option<u64>,
    /// Files and directories together.
    pub files: Option<u64>,
}

/// What the storage is about to do for a caller, where a test can make it [fail](Config::faults).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Begin to read, for one call.
    Read,
    /// Begin to write, for one call or a transaction.
    Write,
    /// Commit what was written.
    Commit,
    /// Read a piece of a file that was opened for it.
    ReadFile,
}

/// Answers the error that an operation is to fail with, if it is to fail.
pub type Faults = Arc<dyn Fn(Operation) -> Option<Error> + Send + Sync>;

/// The [faults](Config::faults) of one kind of operation.
#[derive(Clone, Default)]
pub(crate) struct OwnFaults(Option<(Operation, Faults)>);

impl OwnFaults {
    pub(crate) fn next(&self) -> Result<()> {
        let Some((operation, faults)) = &self.0 else { return Ok(()) };
        faults(*operation).map_or(Ok(()), Err)
    }
}

impl fmt::Debug for OwnFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnFaults").field(&self.0.is_some()).finish()
    }
}

/// How a root is run. [`Config::new`] lists the defaults.
///
/// ```
/// use larder_engine::{Config, Durability, Quota};
/// let config = Config::new()
///     .durability(Durability::Normal)
///     .tenant_quota(Quota { bytes: Some(1 << 30), ..Quota::default() });
/// # let _ = config;
/// ```
#[derive(Clone)]
pub struct Config {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) durability: Durability,
    pub(crate) purge_interval: Duration,
    pub(crate) open_tenants: usize,
    pub(crate) readers: usize,
    pub(crate) read_cache: u64,
    pub(crate) busy_timeout: Duration,
    pub(crate) transaction_deadline: Duration,
    pub(crate) limits: Limits,
    pub(crate) tenant_quota: Quota,
    pub(crate) file_quota: FileQuota,
    pub(crate) feed: Option<FeedConfig>,
    pub(crate) journal: Arc<JournalConfig>,
    pub(crate) workspaces: WorkspaceConfig,
    pub(crate) metrics: Option<usize>,
    faults: Option<Faults>,
}

impl Config {
    /// The defaults: the system's clock, full durability, a purge each 60 s, 256 open tenants with at most 4 readers
    /// each, 64 MiB of read cache for all of them, 5 s of waiting for a writer, 5 s for a transaction, the default [`Limits`], no quotas, a feed of the default
    /// [size](FeedConfig), no metrics.
    pub fn new() -> Config {
        Config {
            clock: Arc::new(SystemClock::default()),
            durability: Durability::Full,
            purge_interval: Duration::from_secs(60),
            open_tenants: 256,
            readers: 4,
            read_cache: 64 << 20,
            busy_timeout: Duration::from_secs(5),
            transaction_deadline: Duration::from_secs(5),
            limits: Limits::default(),
            tenant_quota: Quota::default(),
            file_quota: FileQuota::default(),
            feed: Some(FeedConfig::default()),
            journal: Arc::default(),
            workspaces: WorkspaceConfig::default(),
            metrics: None,
            faults: None,
        }
    }

    /// Where the time comes from. Default: the system.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Config {
        self.clock = clock;
        self
    }

    /// What an acknowledged write has survived. Default: [`Durability::Full`].
    pub fn durability(mut self, durability: Durability) -> Config {
        self.durability = durability;
        self
    }

    /// How often expired entries of open tenants are removed in the background. Default 60 s; at least 1 ms. A tenant that nobody
    /// used in between stays open, but gives back the memory and the connections that only use needs.
    pub fn purge_interval(mut self, interval: Duration) -> Config {
        self.purge_interval = interval.max(Duration::from_millis(1));
        self
    }

    /// How many tenants are kept open; the one that was not used for longest is closed for another. Tenants with a call
    /// or a transaction under way stay open beyond it. Default 256; at least 1.
    pub fn open_tenants(mut self, tenants: usize) -> Config {
        self.open_tenants = tenants.max(1);
        self
    }

    /// How many reads of one tenant run at the same time, each on a connection of its own; more wait. Default 4; at
    /// least 1.
    pub fn readers(mut self, readers: usize) -> Config {
        self.readers = readers.max(1);
        self
    }

    /// Bytes of entries that were read or written lately, kept in memory for all open tenants together; 0 keeps none. What is in it
    /// answers a read without the database. One tenant alone may use all of it, and each that needs it has an equal share.
    /// Default 64 MiB.
    pub fn read_cache(mut self, bytes: u64) -> Config {
        self.read_cache = bytes;
        self
    }

    /// How long a writer waits for another one before it answers [`Error::Busy`](crate::Error::Busy). Default 5 s.
    pub fn busy_timeout(mut self, timeout: Duration) -> Config {
        self.busy_timeout = timeout;
        self
    }

    /// How long a transaction may stay open before it is rolled back. Default 5 s.
    pub fn transaction_deadline(mut self, deadline: Duration) -> Config {
        self.transaction_deadline = deadline;
        self
    }

    /// Limits on sizes.
    pub fn limits(mut self, limits: Limits) -> Config {
        self.limits = limits;
        self
    }

    /// A quota on all that one tenant stores, over its scopes' own quotas. Default: none.
    pub fn tenant_quota(mut self, quota: Quota) -> Config {
        self.tenant_quota = quota;
        self
    }

    /// A quota on each tenant's files. Default: none.
    pub fn file_quota(mut self, quota: FileQuota) -> Config {
        self.file_quota = quota;
        self
    }

    /// How much of the past the change feed of each tenant keeps, for watchers; `None` keeps no feed, and watching answers
    /// [`Error::Unsupported`]. Default: [`FeedConfig::default`].
    pub fn feed(mut self, feed: Option<FeedConfig>) -> Config {
        self.feed = feed;
        self
    }

    /// How many workspaces there may be, how large and how old.
    pub fn workspaces(mut self, workspaces: WorkspaceConfig) -> Config {
        self.workspaces = workspaces;
        self
    }

    /// How journals are kept.
    pub fn journal(mut self, journal: JournalConfig) -> Config {
        self.journal = Arc::new(journal);
        self
    }

    /// Measure operations, into the recorder of the crate `metrics`; it has to be installed before the root is opened. Each
    /// of the first `tenants` that are used gets a label of its own, which costs whoever keeps the metrics some memory;
    /// all others share the label `_other`. With 0, nothing is labelled by tenant. Default: nothing is measured.
    ///
    /// [`telemetry::METRICS`](crate::telemetry::METRICS) lists what is measured.
    pub fn metrics(mut self, tenants: usize) -> Config {
        self.metrics = Some(tenants);
        self
    }

    /// For tests: make operations fail, on every tenant of the root, as a storage does that is damaged, full or shared with
    /// others. A commit that fails keeps nothing. Default: none fails but by itself.
    ///
    /// ```
    /// use larder_engine::{Config, Error, Larder, Operation, TenantId};
    /// use std::sync::Arc;
    /// # fn main() -> larder_engine::Result<()> {
    /// let conflicts = Arc::new(|operation| (operation == Operation::Commit).then_some(Error::Conflict));
    /// let store = Larder::in_memory(Config::new().faults(conflicts)).tenant(&TenantId::parse("acme")?).store();
    /// assert!(matches!(store.set("g", "k", b"v"), Err(Error::Conflict)));
    /// assert_eq!(store.get("g", "k")?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn faults(mut self, faults: Faults) -> Config {
        self.faults = Some(faults);
        self
    }

    /// The faults of one kind of operation, for what does not know this configuration.
    pub(crate) fn faults_of(&self, operation: Operation) -> OwnFaults {
        OwnFaults(self.faults.clone().map(|faults| (operation, faults)))
    }

    /// Whether operations are made to fail, which they can only where they take place.
    pub(crate) fn has_faults(&self) -> bool {
        self.faults.is_some()
    }

    pub(crate) fn fault(&self, operation: Operation) -> Result<()> {
        match self.faults.as_ref().and_then(|faults| faults(operation)) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// The limits on sizes.
    pub fn limits_in_use(&self) -> &Limits {
        &self.limits
    }
}

impl Default for Config {
    fn default() -> Config {
        Config::new()
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("durability", &self.durability)
            .field("purge_interval", &self.purge_interval)
            .field("open_tenants", &self.open_tenants)
            .field("readers", &self.readers)
            .field("read_cache", &self.read_cache)
            .field("busy_timeout", &self.busy_timeout)
            .field("transaction_deadline", &self.transaction_deadline)
            .field("limits", &self.limits)
            .field("tenant_quota", &self.tenant_quota)
            .field("file_quota", &self.file_quota)
            .field("feed", &self.feed)
            .field("journal", &self.journal)
            .field("workspaces", &self.workspaces)
            .field("metrics", &self.metrics)
            .finish_non_exhaustive()
    }
}
