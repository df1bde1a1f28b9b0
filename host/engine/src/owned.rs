//! The tenants that this process owns: one lock and one account of files each, for the store and the files alike.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crate::{
    Config, Files, Operation, Result, TenantId,
    files::WeakFiles,
    sandbox::{OwnerLock, Root, TenantDir},
    telemetry::Meters,
};

/// Entries above which those that nobody uses any more are cleared away.
const CLEAR_ABOVE: usize = 64;

#[derive(Default)]
pub(crate) struct Owned {
    tenants: Mutex<Tenants>,
}

#[derive(Default)]
struct Tenants {
    owned: HashMap<TenantId, Holding>,
    clear_above: usize,
}

/// What is in use of a tenant; it keeps nothing open by itself.
#[derive(Default)]
struct Holding {
    lock: Weak<OwnerLock>,
    /// Whether the lock, when nobody uses it any more, has been let go.
    released: Option<Arc<AtomicBool>>,
    files: WeakFiles,
}

impl Owned {
    /// Own the tenant, or go on owning it.
    pub(crate) fn own(&self, directory: &TenantDir) -> Result<Arc<OwnerLock>> {
        own(self.tenants().holding(directory.tenant()), directory)
    }

    /// The files of a tenant: one account for all who ask.
    pub(crate) fn files(&self, root: &Root, id: &TenantId, config: &Config, meters: Meters) -> Result<Files> {
        let mut tenants = self.tenants();
        let holding = tenants.holding(id);
        if let Some(files) = holding.files.upgrade() {
            return Ok(files);
        }
        let directory = root.create_tenant(id)?;
        let lock = own(holding, &directory)?;
        let read_faults = config.faults_of(Operation::ReadFile);
        let files = Files::open(&directory, lock, config.file_quota, config.limits, read_faults, meters)?;
        holding.files = files.downgrade();
        Ok(files)
    }

    /// Let go of files that somebody still has.
    pub(crate) fn close_files(&self) {
        let in_use: Vec<Files> = self.tenants().owned.values().filter_map(|holding| holding.files.upgrade()).collect();
        for files in in_use {
            files.close();
        }
    }

    fn tenants(&self) -> MutexGuard<'_, Tenants> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tenants {
    fn holding(&mut self, id: &TenantId) -> &mut Holding {
        if self.owned.len() > self.clear_above.max(CLEAR_ABOVE) {
            self.owned.retain(|_, holding| holding.lock.strong_count() > 0);
            self.clear_above = 2 * self.owned.len();
        }
        self.owned.entry(id.clone()).or_default()
    }
}

fn own(holding: &mut Holding, directory: &TenantDir) -> Result<Arc<OwnerLock>> {
    if let Some(lock) = holding.lock.upgrade() {
        return Ok(lock);
    }
    // Its last user can be about to close it on another thread; it would look as if somebody else held it.
    while holding.released.as_ref().is_some_and(|released| !released.load(Ordering::Acquire)) {
        thread::yield_now();
    }
    let lock = Arc::new(OwnerLock::acquire(directory)?);
    holding.released = Some(lock.released());
    holding.lock = Arc::downgrade(&lock);
    Ok(lock)
}
