//! The root of all tenants.

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    Config, Error, Files, Result, Tenant, TenantId,
    backend::Backend,
    cache::{Budget, Cache},
    delivery::Desk,
    feed::{Signal, Signals},
    memory::MemoryBackend,
    open_tenants::OpenTenants,
    owned::Owned,
    sandbox::{Mark, Marks, OwnerLock, Root, TenantDir},
    scheduler::Scheduler,
    sqlite::SqliteBackend,
    telemetry::TenantMeters,
    tenant::{OfRoot, OpenTenant},
    workspaces::Live,
};

/// A root directory of tenants, each with a database and files of its own.
///
/// Cheap to clone. One process owns a tenant at a time; several processes may share a root as long as they use different
/// tenants. When the last clone, and the last handle of a tenant, is dropped, everything is closed.
///
/// ```no_run
/// use larder_engine::{Config, Larder, TenantId};
/// # fn main() -> larder_engine::Result<()> {
/// let larder = Larder::open("data", Config::new())?;
/// let store = larder.tenant(&TenantId::parse("acme")?).store();
/// store.set("config", "colour", b"blue")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Larder {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) scheduler: Arc<Scheduler>,
    place: Place,
    open: Arc<OpenTenants>,
    signals: Signals,
    meters: TenantMeters,
    cache: Arc<Budget>,
    pub(crate) workspaces: Live,
    pub(crate) delivery: Arc<Desk>,
    closed: AtomicBool,
}

enum Place {
    Disk { root: Root, owned: Owned },
    Memory(Mutex<HashMap<TenantId, Arc<MemoryBackend>>>),
}

impl Larder {
    /// Open a root directory, making it if it is missing.
    ///
    /// # Ambient authority
    /// This is the one place where larder uses a path of the file system; all else is relative to the directory.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Refused`].
    pub fn open(root: impl AsRef<Path>, config: Config) -> Result<Larder> {
        let root = Root::open(root.as_ref())?;
        let marks = root.marks(Mark::Delivery)?;
        Ok(Larder::new(Place::Disk { root, owned: Owned::default() }, Some(marks), config))
    }

    /// A root that is gone with the last handle, for tests. Tenants have no [files](Tenant::files).
    pub fn in_memory(config: Config) -> Larder {
        Larder::new(Place::Memory(Mutex::default()), None, config)
    }

    fn new(place: Place, marks: Option<Marks>, config: Config) -> Larder {
        let open = Arc::new(OpenTenants::new(&config));
        let scheduler = Scheduler::start(open.clone(), &config);
        let meters = TenantMeters::new(config.metrics);
        let cache = Budget::new(config.read_cache);
        let delivery = Desk::new(config.clock.clone(), marks);
        Larder {
            inner: Arc::new(Inner {
                config,
                scheduler,
                place,
                open,
                meters,
                cache,
                signals: Signals::default(),
                workspaces: Live::default(),
                delivery,
                closed: AtomicBool::new(false),
            }),
        }
    }

    /// A tenant by name. Opens and makes nothing.
    pub fn tenant(&self, id: &TenantId) -> Tenant {
        self.inner.tenant(id)
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    /// The tenants that there are, sorted by name.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Io`].
    pub fn tenants(&self) -> Result<Vec<TenantId>> {
        self.inner.not_closed()?;
        match &self.inner.place {
            Place::Disk { root, .. } => root.tenants(),
            Place::Memory(tenants) => {
                let mut tenants: Vec<TenantId> = locked(tenants).keys().cloned().collect();
                tenants.sort();
                Ok(tenants)
            }
        }
    }

    /// How the root is run.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Remove what has expired from the tenants that are open, now. Answers how many rows went.
    ///
    /// The background does the same each [purge interval](Config::purge_interval).
    pub fn purge(&self) -> u64 {
        self.inner.open.purge(self.inner.config.clock.now_ms()).rows
    }

    /// Call `listener` after each commit that changed an entry of any tenant, with the tenant's name, by the thread that
    /// committed: it should do no more than take note. It is let go when the root is closed.
    pub fn on_commit(&self, listener: impl Fn(&TenantId) + Send + Sync + 'static) {
        self.inner.signals.on_commit(Arc::new(listener));
    }

    pub(crate) fn observed(&self, id: &TenantId) -> Result<Arc<dyn Backend>> {
        self.inner.observed(id)
    }

    /// Bring the gauges of what waits in open tenants up to date, now: expired entries, what is to be delivered. Reads
    /// a little of each of them. The background does the same each [purge interval](Config::purge_interval); nothing is done
    /// without [metrics](Config::metrics).
    pub fn measure(&self) {
        self.inner.open.measure(self.inner.config.clock.now_ms());
    }

    /// End [delivery](Larder::deliver_to) and close every tenant. Open transactions are rolled back, workspaces in use are left
    /// over, calls under way end, later ones answer [`Error::Closed`], those on
    /// files [`FileError::Closed`](crate::FileError::Closed).
    /// Doing it again does nothing.
    pub fn close(&self) {
        // First, so that what the receiver takes just now can still be written down.
        self.inner.delivery.stop(true);
        self.inner.close();
        self.inner.close_files();
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.inner.not_closed().is_err()
    }
}

impl Inner {
    pub(crate) fn tenant(self: &Arc<Inner>, id: &TenantId) -> Tenant {
        Tenant::new(self.clone(), id.clone(), self.meters.of(id))
    }

    /// The tenant's database for reading alone, whoever has it open.
    pub(crate) fn observed(&self, id: &TenantId) -> Result<Arc<dyn Backend>> {
        self.not_closed()?;
        let Place::Disk { root, .. } = &self.place else {
            return Err(Error::Unsupported("observing a tenant in memory"));
        };
        let directory = root.open_tenant(id)?.ok_or_else(|| Error::TenantNotFound { tenant: id.clone() })?;
        directory.check_store_files()?;
        Ok(Arc::new(SqliteBackend::observe(&directory, &self.config)?))
    }

    /// Whether there is something to [observe](Inner::observed).
    pub(crate) fn has_database(&self, id: &TenantId) -> Result<bool> {
        self.not_closed()?;
        let Place::Disk { root, .. } = &self.place else { return Ok(true) };
        let directory = root.open_tenant(id)?.ok_or_else(|| Error::TenantNotFound { tenant: id.clone() })?;
        directory.has_store()
    }

    /// Close a tenant, if nobody uses it.
    pub(crate) fn close_idle(&self, id: &TenantId) {
        self.open.close_idle(id);
    }

    pub(crate) fn open_tenant(self: &Arc<Inner>, id: &TenantId) -> Result<Arc<OpenTenant>> {
        self.not_closed()?;
        let open = self.open.get_or_open(id, || self.open_now(id))?;
        if let Err(closed) = self.not_closed() {
            // It was closed while this tenant was being opened.
            self.open.close();
            return Err(closed);
        }
        Ok(open)
    }

    /// The tenant, if it is open already.
    pub(crate) fn opened(&self, id: &TenantId) -> Result<Option<Arc<OpenTenant>>> {
        self.not_closed()?;
        Ok(self.open.get(id))
    }

    fn open_now(self: &Arc<Inner>, id: &TenantId) -> Result<OpenTenant> {
        let (backend, lock): (Arc<dyn Backend>, _) = match &self.place {
            Place::Disk { root, owned } => {
                let directory = root.create_tenant(id)?;
                let lock = owned.own(&directory)?;
                directory.check_store_files()?;
                (Arc::new(SqliteBackend::open(&directory, &self.config)?), Some(lock))
            }
            Place::Memory(tenants) => (locked(tenants).entry(id.clone()).or_default().clone(), None),
        };
        tracing::debug!(tenant = %id, "opened");
        let root = OfRoot {
            larder: Arc::downgrade(self),
            signal: self.signals.of(id),
            meters: self.meters.of(id),
            cache: Cache::new(&self.cache),
            used: self.open.used(),
        };
        Ok(OpenTenant::new(id.clone(), backend, lock, &self.config, root))
    }

    pub(crate) fn tenant_exists(&self, id: &TenantId) -> Result<bool> {
        self.not_closed()?;
        match &self.place {
            Place::Disk { root, .. } => root.exists(id),
            Place::Memory(tenants) => Ok(locked(tenants).contains_key(id)),
        }
    }

    pub(crate) fn files(&self, id: &TenantId) -> Result<Files> {
        self.not_closed()?;
        let Place::Disk { root, owned } = &self.place else {
            return Err(Error::Unsupported("files of a tenant in memory"));
        };
        let files = owned.files(root, id, &self.config, self.meters.of(id))?;
        if let Some(open) = self.open.get(id) {
            // The account is counted once, not for each instance that comes and goes.
            open.keep_files(&files);
        }
        if let Err(closed) = self.not_closed() {
            // It was closed while these were being opened.
            files.close();
            return Err(closed);
        }
        Ok(files)
    }

    /// Let go of files that somebody still has. Files by themselves keep a root that nobody closed.
    fn close_files(&self) {
        if let Place::Disk { owned, .. } = &self.place {
            owned.close_files();
        }
    }

    /// The directory of a tenant, which is made if it is missing, and its ownership.
    pub(crate) fn own_directory(&self, id: &TenantId) -> Result<(TenantDir, Arc<OwnerLock>)> {
        self.not_closed()?;
        let Place::Disk { root, owned } = &self.place else {
            return Err(Error::Unsupported("workspaces of a tenant in memory"));
        };
        let directory = root.create_tenant(id)?;
        let lock = owned.own(&directory)?;
        directory.check_store_files()?;
        Ok((directory, lock))
    }

    /// The directory of a tenant, which is made if it is missing.
    pub(crate) fn directory(&self, id: &TenantId) -> Result<TenantDir> {
        self.not_closed()?;
        match &self.place {
            Place::Disk { root, .. } => root.create_tenant(id),
            Place::Memory(_) => Err(Error::Unsupported("the directory of a tenant in memory")),
        }
    }

    fn close(&self) {
        self.delivery.stop(false);
        self.closed.store(true, Ordering::Release);
        self.open.close();
        self.workspaces.close();
        self.signals.close();
        self.scheduler.stop();
    }

    pub(crate) fn signal(&self, id: &TenantId) -> Result<Arc<Signal>> {
        self.not_closed()?;
        Ok(self.signals.of(id))
    }

    pub(crate) fn not_closed(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) { Err(Error::Closed) } else { Ok(()) }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
