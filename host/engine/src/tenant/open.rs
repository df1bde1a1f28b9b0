//! A tenant with its database open: what is read and committed goes through here.

use std::{
    mem,
    sync::{
        Arc, Mutex, OnceLock, Weak,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
};

use super::locked;
use crate::{
    Config, Error, Files, Operation, Result, SqlError, SqlRows, SqlValue, TenantId,
    backend::{Backend, Snapshot, Stored},
    cache::{Cache, Epoch, Known, Name},
    feed::{Fullness, Recorder, Signal, Trimmer},
    gate::{Gate, Permit},
    larder::Inner,
    open_tenants::Used,
    sandbox::OwnerLock,
    store::{Queue, accounts::Accounts, update::Writing},
    telemetry::{Meters, OpenMeter},
};

/// A tenant with its database open.
pub(crate) struct OpenTenant {
    // Fields are dropped in this order: the lock goes when the database is closed.
    pub(super) backend: Arc<dyn Backend>,
    pub(super) larder: Weak<Inner>,
    pub(super) id: TenantId,
    pub(super) writer: Arc<Gate>,
    pub(super) queue: Queue,
    pub(super) readers: Arc<Gate>,
    /// For whoever makes or removes archives.
    pub(super) archives: Arc<Gate>,
    pub(super) config: Config,
    pub(super) closed: AtomicBool,
    pub(super) failed: AtomicBool,
    pub(super) files: OnceLock<Files>,
    pub(super) signal: Arc<Signal>,
    pub(crate) cache: Arc<Cache>,
    /// When it was last used, by the clock of the open tenants.
    pub(crate) used: Used,
    /// When it had last been used at the last purge.
    pub(super) used_before: AtomicU64,
    /// The counters that the last transaction used.
    pub(super) accounts: Mutex<Accounts>,
    /// Whether the background has been told of a long log.
    pub(super) checkpointing: AtomicBool,
    /// Whether the next commit is to move what the background left in the log.
    pub(super) log_rest: AtomicBool,
    pub(super) trimmer: Option<Trimmer>,
    /// Whether the tenant is marked as one with something to deliver.
    pub(super) marked: AtomicBool,
    /// When rows to be delivered were last committed, in milliseconds since the epoch; 0 is never.
    pub(super) outgoing_at: AtomicI64,
    pub(super) meters: Meters,
    pub(super) _open: Option<OpenMeter>,
    pub(super) _lock: Option<Arc<OwnerLock>>,
}

/// What an open tenant has of its root.
pub(crate) struct OfRoot {
    pub(crate) larder: Weak<Inner>,
    pub(crate) signal: Arc<Signal>,
    pub(crate) meters: Meters,
    pub(crate) cache: Arc<Cache>,
    pub(crate) used: Used,
}

impl OpenTenant {
    pub(crate) fn new(
        id: TenantId,
        backend: Arc<dyn Backend>,
        lock: Option<Arc<OwnerLock>>,
        config: &Config,
        root: OfRoot,
    ) -> OpenTenant {
        let OfRoot { larder, signal, meters, cache, used } = root;
        if let Some(stamp) = backend.own_stamp() {
            cache.keep_at(stamp);
        }
        OpenTenant {
            backend,
            larder,
            id,
            writer: Gate::new(1),
            queue: Queue::default(),
            readers: Gate::new(config.readers),
            archives: Gate::new(1),
            config: config.clone(),
            closed: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            files: OnceLock::new(),
            signal,
            cache,
            used,
            used_before: AtomicU64::new(u64::MAX),
            accounts: Mutex::default(),
            checkpointing: AtomicBool::new(false),
            log_rest: AtomicBool::new(false),
            trimmer: config.feed.map(Trimmer::new),
            marked: AtomicBool::new(false),
            outgoing_at: AtomicI64::new(0),
            _open: OpenMeter::new(&meters),
            meters,
            _lock: lock,
        }
    }

    /// Keep the account of the tenant's files for as long as the tenant is open.
    pub(crate) fn keep_files(&self, files: &Files) {
        self.files.get_or_init(|| files.clone());
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.config.clock.now_ms()
    }

    /// One moment of the tenant, to read from. What another program wrote is counted first.
    pub(crate) fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        self.config.fault(Operation::Read)?;
        let is_own = self.is_known();
        let snapshot = self.backend.read()?;
        if is_own {
            return Ok(snapshot);
        }
        // Whoever is writing counted it when it began.
        if snapshot.has_foreign_rows()?
            && let Some(_permit) = self.writer.try_enter()
        {
            drop(snapshot);
            // On a disk that cannot be written the counters stay as they are; the rows can be read all the same.
            if let Err(error) = self.begin() {
                tracing::warn!(tenant = %self.id, %error, "what another program wrote is not counted");
            }
            return self.backend.read();
        }
        self.catch_up();
        Ok(snapshot)
    }

    /// Whether the last commit is one of this process, so that the cache is right and the counters are.
    pub(super) fn is_known(&self) -> bool {
        self.backend.stamp().is_some_and(|stamp| self.cache.is_at(stamp))
    }

    /// Start the cache anew after somebody else's commit, unless somebody writes: whoever does, does it.
    fn catch_up(&self) {
        if let Some(_permit) = self.writer.try_enter()
            && let Some(stamp) = self.backend.stamp()
        {
            self.cache.keep_at(stamp);
        }
    }

    /// What memory knows of an entry, `scope` being its caller's. Never older than what the storage would answer.
    pub(crate) fn known(&self, scope: Option<&str>, group: &str, key: &str) -> Option<Known> {
        let stamp = self.backend.stamp()?;
        if self.is_closed() || self.has_failed() {
            return None;
        }
        Name::with(scope, group, key, |name| self.cache.get(stamp, name))
    }

    /// One row as it is now; the caller has entered as a reader.
    pub(crate) fn point(&self, group: &str, key: &str) -> Result<Known> {
        self.config.fault(Operation::Read)?;
        let epoch = self.cache.epoch();
        let known = if self.is_known() {
            self.backend.get(group, key)?
        } else {
            Known::of(self.snapshot()?.as_read().get(group, key, true)?)
        };
        if self.cache.is_on() {
            Name::with(None, group, key, |name| self.cache.fill(epoch, name, known.clone()));
        }
        Ok(known)
    }

    /// Enter into the cache what was read since `epoch`.
    pub(crate) fn remember(&self, epoch: Epoch, group: &str, key: &str, stored: Option<&Stored>) {
        // A row without its value tells too little.
        if self.cache.is_on() && stored.is_none_or(|stored| stored.value.is_some()) {
            Name::with(None, group, key, |name| self.cache.fill(epoch, name, Known::of(stored.cloned())));
        }
    }

    /// Run a guest's statement on the journal; the caller has entered as a reader.
    pub(crate) fn journal_sql(
        &self,
        scope: Option<&str>,
        statement: &str,
        parameters: &[SqlValue],
    ) -> Result<SqlRows, SqlError> {
        if self.is_closed() {
            return Err(Error::Closed.into());
        }
        self.config.fault(Operation::Read)?;
        self.backend.journal_sql(scope, statement, parameters)
    }

    /// Begin to write; the caller has entered as the writer.
    pub(crate) fn begin(&self) -> Result<Writing> {
        if self.is_closed() {
            return Err(Error::Closed);
        }
        self.config.fault(Operation::Write)?;
        let recorder = self.config.feed.map(|feed| Recorder::new(feed, self.config.clock.now_ms()));
        let write = self.backend.write().inspect_err(|error| self.note(error))?;
        if let Some(stamp) = write.stamp() {
            self.cache.keep_at(stamp);
        }
        let kept = mem::take(&mut *locked(&self.accounts));
        let accounts = if write.continues() { kept } else { Accounts::default() };
        Ok(Writing::new(write, accounts, recorder))
    }

    /// After some errors it is no longer sure what the disk holds; the next one opens the file anew.
    pub(super) fn note(&self, error: &Error) {
        if matches!(error, Error::Storage { .. } | Error::Corrupt { .. } | Error::Io { .. }) {
            self.failed.store(true, Ordering::Release);
        }
    }

    /// Commit, let the next writer in, and tell those who follow.
    pub(crate) fn commit(&self, mut writing: Writing, permit: Permit) -> Result<u64> {
        if self.is_closed() {
            return Err(Error::Closed);
        }
        self.config.fault(Operation::Commit)?;
        let fullness = self.keep_feed_bounded(&mut writing).inspect_err(|error| self.note(error))?;
        let outgoing = if writing.outgoing { Some(self.mark()?) } else { None };
        let version = writing.version;
        if let Some(committed) = writing.commit().inspect_err(|error| self.note(error))? {
            self.cache.committed(committed.changes, committed.stamp);
            *locked(&self.accounts) = committed.accounts;
        }
        self.keep_log_short();
        drop(permit);
        if let Some(larder) = outgoing {
            larder.delivery.wake(&self.id);
        }
        if let Some(fullness) = fullness {
            self.signal.committed(&self.id, version);
            if fullness != Fullness::Within
                && let Some(larder) = self.larder.upgrade()
            {
                larder.scheduler.trim(&self.id);
            }
            self.signal.callbacks.deliver();
        }
        Ok(version)
    }

    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }
}
