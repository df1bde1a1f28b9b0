//! One component that is served, with the tenants that have requests or instances of it.

use std::{
    collections::HashMap,
    error::Error,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use larder_engine::TenantId;
use tokio::sync::Semaphore;
use wasmtime_wasi_http::handler::ProxyHandler;

use super::{idle::IdleList, limits::HttpLimits, plugin::HttpPlugin, worker::Instances};
use crate::Setup;

/// What an instance for a tenant is given.
pub(super) type SetupFn = Arc<dyn Fn(&TenantId) -> Result<Setup, Box<dyn Error + Send + Sync>> + Send + Sync>;

/// What all versions share.
pub(super) struct Shared {
    pub(super) limits: HttpLimits,
    /// A place for each instance, of those that work and those that wait.
    pub(super) instances: Arc<Semaphore>,
    pub(super) idle: Arc<IdleList>,
}

/// One component.
pub(super) struct Version {
    pub(super) plugin: HttpPlugin,
    pub(super) setup: SetupFn,
    pub(super) shared: Arc<Shared>,
    tenants: Mutex<HashMap<TenantId, Entry>>,
    retired: AtomicBool,
}

/// A tenant that has requests or instances.
struct Entry {
    handler: ProxyHandler<Instances>,
    room: Arc<Semaphore>,
    users: Arc<AtomicUsize>,
}

/// Keeps a tenant in its version. The last one to go takes it along.
pub(super) struct User {
    version: Arc<Version>,
    tenant: TenantId,
    users: Arc<AtomicUsize>,
}

impl Version {
    pub(super) fn new(plugin: HttpPlugin, setup: SetupFn, shared: Arc<Shared>) -> Version {
        Version { plugin, setup, shared, tenants: Mutex::default(), retired: AtomicBool::new(false) }
    }

    /// Requests of a tenant go through what this answers, while the user is held.
    pub(super) fn enter(self: &Arc<Version>, tenant: &TenantId) -> (User, ProxyHandler<Instances>, Arc<Semaphore>) {
        let mut tenants = self.tenants();
        let entry = tenants.entry(tenant.clone()).or_insert_with(|| {
            let users = Arc::new(AtomicUsize::new(0));
            Entry {
                handler: ProxyHandler::new(Instances::new(self.clone(), tenant.clone(), users.clone())),
                room: Arc::new(Semaphore::new(self.shared.limits.tenant_requests.min(Semaphore::MAX_PERMITS))),
                users,
            }
        });
        let (handler, room, users) = (entry.handler.clone(), entry.room.clone(), entry.users.clone());
        users.fetch_add(1, Ordering::Relaxed);
        drop(tenants);
        (User { version: self.clone(), tenant: tenant.clone(), users }, handler, room)
    }

    /// One more user of a tenant, for an instance.
    pub(super) fn user(self: &Arc<Version>, tenant: &TenantId, users: &Arc<AtomicUsize>) -> User {
        let _tenants = self.tenants();
        users.fetch_add(1, Ordering::Relaxed);
        User { version: self.clone(), tenant: tenant.clone(), users: users.clone() }
    }

    /// Whether the tenant has requests or instances.
    pub(super) fn knows(&self, tenant: &TenantId) -> bool {
        self.tenants().contains_key(tenant)
    }

    /// Requests that have begun end here, and no instance waits for others.
    pub(super) fn retire(&self) {
        self.retired.store(true, Ordering::Release);
        self.shared.idle.wake_all();
    }

    pub(super) fn is_retired(&self) -> bool {
        self.retired.load(Ordering::Acquire)
    }

    fn tenants(&self) -> MutexGuard<'_, HashMap<TenantId, Entry>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for User {
    fn drop(&mut self) {
        let mut tenants = self.version.tenants();
        let was_last = self.users.fetch_sub(1, Ordering::Relaxed) == 1;
        let is_there = tenants.get(&self.tenant).is_some_and(|entry| Arc::ptr_eq(&entry.users, &self.users));
        let gone = if was_last && is_there { tenants.remove(&self.tenant) } else { None };
        drop(tenants);
        drop(gone);
    }
}
