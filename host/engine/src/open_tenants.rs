//! The tenants that are open: a bounded number, the least recently used goes first.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use crate::{
    Config, Error, Result, TenantId,
    telemetry::WaitingGauges,
    tenant::{OpenTenant, Purged},
};

pub(crate) struct OpenTenants {
    most: usize,
    uses: Arc<Uses>,
    slots: Mutex<HashMap<TenantId, Arc<Slot>>>,
    /// When something is measured.
    waiting: Option<WaitingGauges>,
}

/// What is known of all without a look into their table.
#[derive(Debug, Default)]
struct Uses {
    /// Goes on by one each time that a tenant is looked up.
    clock: AtomicU64,
    /// There are more than there should be.
    too_many: AtomicBool,
}

/// When a tenant was last used, for those who don't look it up.
#[derive(Debug, Default)]
pub(crate) struct Used {
    at: AtomicU64,
    uses: Arc<Uses>,
}

impl Used {
    /// It is used now. Answers `false` when there are tenants to be closed first.
    pub(crate) fn touch(&self) -> bool {
        self.at.store(self.uses.clock.load(Ordering::Relaxed), Ordering::Relaxed);
        !self.uses.too_many.load(Ordering::Relaxed)
    }
}

/// The place of one tenant. Its lock is held while the tenant is opened or closed, so that it is never open twice.
#[derive(Default)]
struct Slot {
    open: Mutex<Option<Arc<OpenTenant>>>,
    used: AtomicU64,
}

impl Slot {
    fn last_used(&self) -> u64 {
        let touched = self.open.try_lock().ok().and_then(|open| Some(open.as_ref()?.used.at.load(Ordering::Relaxed)));
        self.used.load(Ordering::Relaxed).max(touched.unwrap_or(0))
    }
}

impl OpenTenants {
    pub(crate) fn new(config: &Config) -> OpenTenants {
        let waiting = config.metrics.map(|_| WaitingGauges::default());
        OpenTenants { most: config.open_tenants, uses: Arc::default(), slots: Mutex::default(), waiting }
    }

    /// For a tenant that is opened now.
    pub(crate) fn used(&self) -> Used {
        Used { at: AtomicU64::new(0), uses: self.uses.clone() }
    }

    /// The tenant, if it is open and there is nothing to close, so that this never waits.
    pub(crate) fn get(&self, id: &TenantId) -> Option<Arc<OpenTenant>> {
        let slot = {
            let slots = locked(&self.slots);
            slots.get(id).filter(|_| slots.len() <= self.most).cloned()?
        };
        self.stamp(&slot);
        let open = slot.open.try_lock().ok()?;
        open.clone().filter(|open| !open.has_failed())
    }

    pub(crate) fn get_or_open(
        &self,
        id: &TenantId,
        open_now: impl FnOnce() -> Result<OpenTenant>,
    ) -> Result<Arc<OpenTenant>> {
        let (slot, too_many) = {
            let mut slots = locked(&self.slots);
            let slot = slots.entry(id.clone()).or_default().clone();
            (slot, self.count(&slots))
        };
        self.stamp(&slot);
        let mut place = locked(&slot.open);
        // One that failed is closed when its last user is gone; until then its file cannot be opened again.
        if place.as_ref().is_some_and(|open| open.has_failed() && Arc::strong_count(open) == 1) {
            *place = None;
        }
        let opened = match &*place {
            // Whoever came now would keep it from being closed.
            Some(open) if open.has_failed() => {
                let detail = "the tenant's storage failed before; it is opened anew when those who use it have ended";
                return Err(Error::Storage { operation: "open", detail: detail.into() });
            }
            Some(open) => Ok(open.clone()),
            None => open_now().map(Arc::new),
        };
        *place = opened.as_ref().ok().cloned();
        drop(place);
        drop(slot);
        // Those that stayed open beyond the number, because they were in use, may be idle by now.
        if too_many || opened.is_err() {
            self.evict(if opened.is_err() { Some(id) } else { None });
        }
        opened
    }

    /// Remove what has expired by `now` from all that are open, and let those rest that nobody has used since the last time.
    /// Answers how many rows went.
    pub(crate) fn purge(&self, now: i64) -> Purged {
        let mut purged = Purged::default();
        // So that a use from now on differs from one before.
        self.uses.clock.fetch_add(1, Ordering::Relaxed);
        for slot in self.slots() {
            let used = slot.last_used();
            let Some(open) = locked(&slot.open).clone() else { continue };
            match open.purge(now) {
                Ok(one) => {
                    purged.rows += one.rows;
                    purged.is_all &= one.is_all;
                }
                Err(error) => tracing::warn!(%error, "purge of expired entries failed"),
            }
            if let Err(error) = open.trim_feed(now) {
                tracing::warn!(%error, "trimming the change feed failed");
            }
            open.rest_if_unused(used);
        }
        purged
    }

    /// Remove from a tenant's feed what its bounds do not allow, if it is open.
    pub(crate) fn trim_feed(&self, id: &TenantId, now: i64) {
        let slot = locked(&self.slots).get(id).cloned();
        let open = slot.and_then(|slot| locked(&slot.open).clone());
        if let Some(Err(error)) = open.map(|open| open.trim_feed(now)) {
            tracing::warn!(tenant = %id, %error, "trimming the change feed failed");
        }
    }

    /// Move what is in a tenant's log to its place, if it is open.
    pub(crate) fn checkpoint(&self, id: &TenantId) {
        let slot = locked(&self.slots).get(id).cloned();
        if let Some(open) = slot.and_then(|slot| locked(&slot.open).clone()) {
            open.shorten_log();
        }
    }

    /// Bring the gauges of what waits up to date.
    pub(crate) fn measure(&self, now: i64) {
        let Some(waiting) = &self.waiting else { return };
        let found = self.all().filter_map(|open| {
            open.waiting(now).inspect_err(|error| tracing::warn!(%error, "what waits cannot be measured")).ok()
        });
        waiting.set(&found.collect::<Vec<_>>());
    }

    /// Those that are open, each held only while it is looked at.
    fn all(&self) -> impl Iterator<Item = Arc<OpenTenant>> + use<> {
        self.slots().into_iter().filter_map(|slot| locked(&slot.open).clone())
    }

    fn slots(&self) -> Vec<Arc<Slot>> {
        locked(&self.slots).values().cloned().collect()
    }

    /// Close all and let go of them; the database of each is closed when its last user is gone.
    pub(crate) fn close(&self) {
        let slots: Vec<Arc<Slot>> = locked(&self.slots).drain().map(|(_, slot)| slot).collect();
        for slot in slots {
            if let Some(open) = locked(&slot.open).take() {
                open.close();
            }
        }
    }

    /// Close a tenant, if nobody uses it.
    pub(crate) fn close_idle(&self, id: &TenantId) {
        let slot = locked(&self.slots).get(id).cloned();
        let Some(slot) = slot else { return };
        let mut place = locked(&slot.open);
        if place.as_ref().is_some_and(|open| Arc::strong_count(open) == 1) {
            *place = None;
        }
        drop(place);
        drop(slot);
        self.forget(id);
    }

    /// Close tenants that nobody uses until there are no more than allowed; forget `failed`, which did not open.
    fn evict(&self, failed: Option<&TenantId>) {
        if let Some(id) = failed {
            self.forget(id);
        }
        while let Some((id, slot)) = self.least_used() {
            let mut place = locked(&slot.open);
            if place.as_ref().is_some_and(|open| Arc::strong_count(open) == 1) {
                *place = None;
            }
            drop(place);
            drop(slot);
            self.forget(&id);
        }
    }

    fn least_used(&self) -> Option<(TenantId, Arc<Slot>)> {
        let slots = locked(&self.slots);
        if slots.len() <= self.most {
            return None;
        }
        let idle = slots.iter().filter(|(_, slot)| {
            Arc::strong_count(slot) == 1
                && slot.open.try_lock().is_ok_and(|open| open.as_ref().is_none_or(|open| Arc::strong_count(open) == 1))
        });
        let (id, slot) = idle.min_by_key(|(_, slot)| slot.last_used())?;
        Some((id.clone(), slot.clone()))
    }

    /// Take away a slot that is empty and that nobody is about to fill.
    fn forget(&self, id: &TenantId) {
        let mut slots = locked(&self.slots);
        let empty = slots
            .get(id)
            .is_some_and(|slot| Arc::strong_count(slot) == 1 && slot.open.try_lock().is_ok_and(|open| open.is_none()));
        if empty {
            slots.remove(id);
            self.count(&slots);
        }
    }

    /// Whether there are too many.
    fn count(&self, slots: &HashMap<TenantId, Arc<Slot>>) -> bool {
        let too_many = slots.len() > self.most;
        self.uses.too_many.store(too_many, Ordering::Relaxed);
        too_many
    }

    fn stamp(&self, slot: &Slot) {
        slot.used.store(self.uses.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
