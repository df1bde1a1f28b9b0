//! A tenant: the handle that callers have, and what is open behind it.

use std::{
    mem,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use crate::{
    CheckReport, Config, Error, Files, Operation, Quota, Result, ScopeName, SqlError, SqlRows, SqlValue, Store,
    TenantId, Unmigrated,
    backend::{Backend, Names, Read, Snapshot, Stored},
    cache::{Cache, Epoch, Known, Name},
    delivery::Desk,
    feed::{Fullness, Recorder, Signal, Trimmer},
    gate::{Gate, Permit},
    larder::Inner,
    limits::UNMIGRATED_PAGE_ROWS,
    open_tenants::Used,
    sandbox::{ArchiveDir, Marks, OwnerLock, TenantDir},
    store::{
        Open,
        accounts::Accounts,
        context::Context,
        refuse_nested,
        update::{Update, Writing},
    },
    telemetry::{Behind, Meters, Op, OpenMeter, Waiting},
    workspaces::Live,
};

/// A tenant of a [`Larder`](crate::Larder). A handle: it holds nothing open, and is cheap to make and to clone.
///
/// The tenant's directory and database are made by the first operation on its store.
#[derive(Clone)]
pub struct Tenant {
    larder: Arc<Inner>,
    id: TenantId,
    meters: Meters,
    recent: Recent,
}

/// What was open when it was last used: looked at before the table of all that are open.
#[derive(Default)]
struct Recent(Mutex<Weak<OpenTenant>>);

impl Recent {
    fn get(&self) -> Option<Arc<OpenTenant>> {
        let recent = locked(&self.0).upgrade()?;
        (!recent.is_closed() && !recent.has_failed()).then_some(recent)
    }

    fn set(&self, open: &Arc<OpenTenant>) {
        *locked(&self.0) = Arc::downgrade(open);
    }
}

impl Clone for Recent {
    /// A lock of its own, so that those who use clones don't wait for each other.
    fn clone(&self) -> Recent {
        Recent(Mutex::new(locked(&self.0).clone()))
    }
}

impl Tenant {
    pub(crate) fn new(larder: Arc<Inner>, id: TenantId, meters: Meters) -> Tenant {
        Tenant { larder, id, meters, recent: Recent::default() }
    }

    /// Its name.
    pub fn id(&self) -> &TenantId {
        &self.id
    }

    /// Whether it has a directory under the root.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Io`], [`Error::Refused`] if something else has its place.
    pub fn exists(&self) -> Result<bool> {
        self.larder.tenant_exists(&self.id)
    }

    /// Make its directory and database, if they are missing.
    ///
    /// # Errors
    /// [`Error::Closed`], and the host's faults.
    pub fn create(&self) -> Result<()> {
        self.open().map(drop)
    }

    /// The whole of it, without a scope.
    pub fn store(&self) -> Store {
        Store::new(self.clone(), None, Quota::default())
    }

    /// A namespace of it, with a quota of its own.
    pub fn scope(&self, scope: ScopeName, quota: Quota) -> Store {
        Store::new(self.clone(), Some(scope), quota)
    }

    /// Its files.
    ///
    /// # Errors
    /// [`Error::Unsupported`] in memory, [`Error::Closed`], and the host's faults.
    pub fn files(&self) -> Result<Files> {
        self.larder.files(&self.id)
    }

    /// Compare the counters of keys, groups and bytes with the rows. Reads everything.
    ///
    /// # Errors
    /// [`Error::Closed`], and the host's faults.
    pub fn check(&self) -> Result<CheckReport> {
        let open = self.open()?;
        let _permit = open.enter_as_reader()?;
        let snapshot = open.snapshot()?;
        let (entries, problems) = snapshot.as_read().check()?;
        Ok(CheckReport { entries, problems, unmigrated: snapshot.as_read().unmigrated_rows()? })
    }

    /// Rows of a legacy table that could not become entries: a page, behind the row of number `after`; 0 is the start. The
    /// last page is empty.
    ///
    /// # Errors
    /// [`Error::Closed`], and the host's faults.
    pub fn unmigrated(&self, after: u64) -> Result<Vec<Unmigrated>> {
        let open = self.open()?;
        let _permit = open.enter_as_reader()?;
        open.snapshot()?.as_read().unmigrated(after, UNMIGRATED_PAGE_ROWS)
    }

    pub(crate) fn signal(&self) -> Result<Arc<Signal>> {
        self.larder.signal(&self.id)
    }

    /// Read what lies beside entries, at one moment.
    pub(crate) fn read<R>(&self, reads: impl FnOnce(&dyn Read) -> Result<R>) -> Result<R> {
        let open = self.open()?;
        let _permit = open.enter_as_reader()?;
        reads(open.snapshot()?.as_read())
    }

    /// Write what lies beside entries, in one transaction.
    pub(crate) fn write<R>(&self, writes: impl FnOnce(&mut Writing) -> Result<R>) -> Result<R> {
        let open = self.open()?;
        refuse_nested(&open)?;
        let permit = open.enter_as_writer()?;
        let mut writing = open.begin()?;
        let result = writes(&mut writing)?;
        writing.changed = true;
        open.commit(writing, permit)?;
        Ok(result)
    }

    /// The value of the label `tenant` in what is measured: its name, `_other`, or `None` when nothing is measured or not
    /// by tenant.
    pub fn metrics_label(&self) -> Option<&Arc<str>> {
        self.meters.label()
    }

    pub(crate) fn meters(&self) -> &Meters {
        &self.meters
    }

    pub(crate) fn archive_dir(&self) -> Result<ArchiveDir> {
        self.larder.directory(&self.id)?.archive_dir()
    }

    pub(crate) fn config(&self) -> &Config {
        &self.larder.config
    }

    pub(crate) fn delivery(&self) -> &Desk {
        &self.larder.delivery
    }

    /// Read what lies beside entries, at one moment, whoever has the tenant open; `None` without a database.
    pub(crate) fn observe<R>(&self, reads: impl FnOnce(&dyn Read) -> Result<R>) -> Result<Option<R>> {
        if self.larder.opened(&self.id)?.is_some() {
            return self.read(reads).map(Some);
        }
        if !self.larder.has_database(&self.id)? {
            return Ok(None);
        }
        let backend = self.larder.observed(&self.id)?;
        reads(backend.read()?.as_read()).map(Some)
    }

    pub(crate) fn own_directory(&self) -> Result<(TenantDir, Arc<OwnerLock>)> {
        self.larder.own_directory(&self.id)
    }

    /// Those in use.
    pub(crate) fn live_workspaces(&self) -> &Live {
        &self.larder.workspaces
    }

    pub(crate) fn not_closed(&self) -> Result<()> {
        self.larder.not_closed()
    }

    /// Its directory.
    pub(crate) fn directory(&self) -> Result<TenantDir> {
        self.larder.directory(&self.id)
    }

    pub(crate) fn open(&self) -> Result<Arc<OpenTenant>> {
        let open = self.larder.open_tenant(&self.id)?;
        self.recent.set(&open);
        Ok(open)
    }

    /// It, if it is open; never waits.
    pub(crate) fn opened(&self) -> Result<Option<Arc<OpenTenant>>> {
        if let Some(open) = self.recent.get().filter(|open| open.used.touch()) {
            return Ok(Some(open));
        }
        let open = self.larder.opened(&self.id)?;
        open.iter().for_each(|open| self.recent.set(open));
        Ok(open)
    }

    pub(crate) async fn open_async(&self) -> Result<Arc<OpenTenant>> {
        if let Some(open) = self.opened()? {
            return Ok(open);
        }
        let tenant = self.clone();
        let open = blocking::unblock(move || tenant.open()).await?;
        self.recent.set(&open);
        Ok(open)
    }

    pub(crate) fn expire_at(&self, deadline_ms: i64, open: &Arc<Open>) {
        self.larder.scheduler.expire_at(deadline_ms, open);
    }
}

/// What a purge did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Purged {
    pub(crate) rows: u64,
    /// Whether nothing was left because somebody was writing.
    pub(crate) is_all: bool,
}

impl Default for Purged {
    fn default() -> Purged {
        Purged { rows: 0, is_all: true }
    }
}

/// A tenant with its database open.
pub(crate) struct OpenTenant {
    // Fields are dropped in this order: the lock goes when the database is closed.
    backend: Arc<dyn Backend>,
    larder: Weak<Inner>,
    id: TenantId,
    writer: Arc<Gate>,
    readers: Arc<Gate>,
    /// For whoever makes or removes archives.
    archives: Arc<Gate>,
    config: Config,
    closed: AtomicBool,
    failed: AtomicBool,
    files: OnceLock<Files>,
    signal: Arc<Signal>,
    pub(crate) cache: Arc<Cache>,
    /// When it was last used, by the clock of the open tenants.
    pub(crate) used: Used,
    /// The counters that the last transaction used.
    accounts: Mutex<Accounts>,
    trimmer: Option<Trimmer>,
    /// Whether the tenant is marked as one with something to deliver.
    marked: AtomicBool,
    /// When rows to be delivered were last committed, in milliseconds since the epoch; 0 is never.
    outgoing_at: AtomicI64,
    meters: Meters,
    _open: Option<OpenMeter>,
    _lock: Option<Arc<OwnerLock>>,
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
        OpenTenant {
            backend,
            larder,
            id,
            writer: Gate::new(1),
            readers: Gate::new(config.readers),
            archives: Gate::new(1),
            config: config.clone(),
            closed: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            files: OnceLock::new(),
            signal,
            cache,
            used,
            accounts: Mutex::default(),
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

    pub(crate) fn enter_as_reader(&self) -> Result<Permit> {
        self.readers.enter(self.config.busy_timeout).ok_or_else(|| self.busy())
    }

    pub(crate) fn enter_as_writer(&self) -> Result<Permit> {
        self.writer.enter(self.config.busy_timeout).ok_or_else(|| self.busy())
    }

    pub(crate) fn try_enter_as_reader(&self) -> Option<Permit> {
        self.readers.try_enter()
    }

    pub(crate) fn try_enter_as_writer(&self) -> Option<Permit> {
        self.writer.try_enter()
    }

    /// Refused at once, because whoever is there may take minutes.
    pub(crate) fn enter_archives(&self) -> Result<Permit> {
        self.archives.try_enter().ok_or_else(|| Error::Busy { tenant: self.id.clone(), waited: Duration::ZERO })
    }

    pub(crate) async fn enter_as_reader_async(&self) -> Result<Permit> {
        self.enter_async(&self.readers).await
    }

    pub(crate) async fn enter_as_writer_async(&self) -> Result<Permit> {
        self.enter_async(&self.writer).await
    }

    async fn enter_async(&self, gate: &Arc<Gate>) -> Result<Permit> {
        if let Some(permit) = gate.try_enter() {
            return Ok(permit);
        }
        let timeout = {
            let larder = self.larder.upgrade().ok_or(Error::Closed)?;
            larder.scheduler.sleep(self.config.busy_timeout)
        };
        // Closing ends the wait too.
        gate.enter_async(timeout).await.ok_or_else(|| if self.is_closed() { Error::Closed } else { self.busy() })
    }

    fn busy(&self) -> Error {
        Error::Busy { tenant: self.id.clone(), waited: self.config.busy_timeout }
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
    fn is_known(&self) -> bool {
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
    pub(crate) fn point(&self, group: &str, key: &str) -> Result<Option<Stored>> {
        self.config.fault(Operation::Read)?;
        let epoch = self.cache.epoch();
        let stored = if self.is_known() {
            self.backend.get(group, key)?
        } else {
            self.snapshot()?.as_read().get(group, key, true)?
        };
        self.remember(epoch, group, key, stored.as_ref());
        Ok(stored)
    }

    /// Enter into the cache what was read since `epoch`.
    pub(crate) fn remember(&self, epoch: Epoch, group: &str, key: &str, stored: Option<&Stored>) {
        if let Some(known) = Known::of(stored) {
            Name::with(None, group, key, |name| self.cache.fill(epoch, name, known));
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
    fn note(&self, error: &Error) {
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

    /// Mark the tenant as one with something to deliver, before that is committed; the caller is the writer.
    fn mark(&self) -> Result<Arc<Inner>> {
        let larder = self.larder.upgrade().ok_or(Error::Closed)?;
        if !self.marked.load(Ordering::Acquire) {
            larder.delivery.marks()?.set(&self.id)?;
            self.marked.store(true, Ordering::Release);
        }
        self.outgoing_at.store(self.config.clock.now_ms(), Ordering::Release);
        Ok(larder)
    }

    /// Nothing is left to deliver; the caller has entered as the writer.
    pub(crate) fn unmark(&self, marks: &Marks) -> Result<()> {
        self.marked.store(false, Ordering::Release);
        marks.clear(&self.id)
    }

    /// When rows to be delivered were last committed; `None` is not since the tenant was opened.
    pub(crate) fn outgoing_at(&self) -> Option<i64> {
        Some(self.outgoing_at.load(Ordering::Acquire)).filter(|at| *at != 0)
    }

    /// Answers how full the feed is with the events of this transaction; `None` when it has none.
    fn keep_feed_bounded(&self, writing: &mut Writing) -> Result<Option<Fullness>> {
        let (Some(trimmer), Some(so_far)) = (&self.trimmer, writing.flush_events()?) else { return Ok(None) };
        let fullness = trimmer.fullness(so_far, writing.write.as_read())?;
        if fullness == Fullness::FarOver {
            trimmer.step(writing.write.as_mut(), self.config.clock.now_ms())?;
        }
        Ok(Some(fullness))
    }

    /// Remove from the feed what its bounds do not allow, unless somebody writes now.
    pub(crate) fn trim_feed(&self, now: i64) -> Result<()> {
        let Some(trimmer) = &self.trimmer else { return Ok(()) };
        while !self.is_closed() && trimmer.is_due(&self.backend.read()?.as_read().feed_status()?, now) {
            let Some(permit) = self.writer.try_enter() else { break };
            let mut writing = self.begin()?;
            trimmer.step(writing.write.as_mut(), now)?;
            writing.changed = true;
            self.commit(writing, permit)?;
        }
        Ok(())
    }

    /// Clear the place of an entry that has expired, unless somebody writes now: it goes with the next purge then.
    pub(crate) fn remove_expired(&self, stored_group: &str, key: &str, now: i64) {
        let Some(permit) = self.writer.try_enter() else { return };
        let context = Context { now, ..Context::plain(None, &self.config) };
        let removed = self.begin().and_then(|mut writing| {
            Update { writing: &mut writing, context: &context }.remove_expired(stored_group, key)?;
            self.commit(writing, permit)
        });
        if let Err(error) = removed {
            tracing::debug!(tenant = %self.id, %error, "an expired entry stays for the purge");
        }
    }

    /// Remove what has expired, unless somebody writes now. Answers how many rows went.
    pub(crate) fn purge(&self, now: i64) -> Result<Purged> {
        let mut purged = Purged::default();
        while self.has_expired(now)? && !self.is_closed() {
            let Some(permit) = self.writer.try_enter() else {
                purged.is_all = false;
                break;
            };
            let context = Context { now, meters: self.meters.clone(), ..Context::plain(None, &self.config) };
            let _operation = self.meters.enter(Op::Purge);
            let mut writing = self.begin()?;
            let rows = Update { writing: &mut writing, context: &context }.purge_step()?;
            self.commit(writing, permit)?;
            purged.rows += rows;
            self.meters.purged(rows);
            if rows == 0 {
                // What is left has names that only another program can have given.
                break;
            }
        }
        self.drop_outdated(now, &mut purged)?;
        Ok(purged)
    }

    /// What lies there to be worked on.
    pub(crate) fn waiting(&self, now: i64) -> Result<(Meters, Waiting)> {
        let snapshot = self.backend.read()?;
        let read = snapshot.as_read();
        let mut waiting = read.waiting(now)?;
        let feed = read.feed_status()?;
        (waiting.feed_events, waiting.feed_bytes) = (feed.events, feed.bytes);
        let mut positions = Vec::new();
        read.consumers(&Names::with_prefix(""), &mut |name, position| {
            positions.push((name.to_owned(), position));
            true
        })?;
        for (consumer, position) in positions {
            let events = read.feed_events(position.first_commit())?;
            let parked = read.parked_events(&consumer)?;
            waiting.behind.push(Behind { consumer, events, parked });
        }
        Ok((self.meters.clone(), waiting))
    }

    /// Before when archived rows are no longer kept; `None` is never.
    pub(crate) fn outdated_before(&self, now: i64) -> Option<i64> {
        let retention = i64::try_from(self.config.journal.retention?.as_millis()).ok()?;
        now.checked_sub(retention)
    }

    pub(crate) fn has_outdated(&self, before: i64) -> Result<bool> {
        match self.backend.read()?.as_read().archives() {
            Ok(archives) => archives.has_outdated(before),
            Err(Error::Unsupported(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn has_expired(&self, now: i64) -> Result<bool> {
        Ok(self.backend.read()?.as_read().next_expiry()?.is_some_and(|next| next <= now))
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

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
