//! A tenant: the handle that callers have, and what is open behind it.

mod entering;
mod open;
mod upkeep;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

pub(crate) use self::{
    open::{OfRoot, OpenTenant},
    upkeep::Purged,
};
use crate::{
    CheckReport, Config, Files, Quota, Result, ScopeName, Store, TenantId, Unmigrated,
    backend::Read,
    delivery::Desk,
    feed::Signal,
    larder::Inner,
    limits::UNMIGRATED_PAGE_ROWS,
    sandbox::{ArchiveDir, OwnerLock, TenantDir},
    store::{Open, refuse_nested, update::Writing},
    telemetry::Meters,
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

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
