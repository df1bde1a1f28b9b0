//! Instances that wait for their next call.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use larder_engine::TenantId;
use wasmtime::component::Val;

use super::{error::RunError, instance::Instance, plugin::Plugin, setup::Setup};

/// Calls a plugin's exports for many tenants, and keeps instances for the next call of the same tenant.
///
/// An instance has served one tenant and serves no other, ever: what a guest has in its memory, its tables and its handles is gone
/// with it. After an error of any kind it is not used again. Whether a plugin may be called more than once is its own affair: one
/// that takes its memory for new at each call, as a program for the command line does, is to be
/// [run](Plugin::run_command) instead.
///
/// ```no_run
/// # async fn call(plugin: larder::Plugin, larder: larder::engine::Larder) -> Result<(), Box<dyn std::error::Error>> {
/// use larder::{Grant, LarderCtx, Setup, Warm, engine::TenantId};
/// let warm = Warm::new(plugin, 100);
/// let acme = TenantId::parse("acme")?;
/// let setup = || {
///     let grant = Grant::store(larder.tenant(&acme).store());
///     let larder = LarderCtx::builder().grant("default", grant).build()?;
///     Ok::<_, Box<dyn std::error::Error>>(Setup::new(larder))
/// };
/// let answer = warm.call(&acme, setup, "visit", &[]).await?;
/// # Ok(()) }
/// ```
pub struct Warm {
    plugin: Plugin,
    most: usize,
    idle: Mutex<Idle>,
}

/// Those that wait.
#[derive(Default)]
struct Idle {
    /// Of each tenant, the one that was used last at the end, with the number of its use.
    instances: HashMap<TenantId, Vec<(u64, Instance)>>,
    uses: BTreeMap<u64, TenantId>,
    next: u64,
}

impl Idle {
    fn take(&mut self, tenant: &TenantId) -> Option<Instance> {
        let (used, instance) = self.instances.get_mut(tenant)?.pop()?;
        self.uses.remove(&used);
        self.tidy(tenant);
        Some(instance)
    }

    fn put(&mut self, tenant: &TenantId, instance: Instance) {
        self.next += 1;
        self.uses.insert(self.next, tenant.clone());
        self.instances.entry(tenant.clone()).or_default().push((self.next, instance));
    }

    /// The one that has waited for longest.
    fn oldest(&mut self) -> Option<Instance> {
        let (used, tenant) = self.uses.pop_first()?;
        let waiting = self.instances.get_mut(&tenant)?;
        let place = waiting.iter().position(|(of, _)| *of == used)?;
        let (_, instance) = waiting.remove(place);
        self.tidy(&tenant);
        Some(instance)
    }

    fn all_of(&mut self, tenant: &TenantId) -> Vec<Instance> {
        let waiting = self.instances.remove(tenant).unwrap_or_default();
        waiting.into_iter().inspect(|(used, _)| drop(self.uses.remove(used))).map(|(_, instance)| instance).collect()
    }

    fn tidy(&mut self, tenant: &TenantId) {
        if self.instances.get(tenant).is_some_and(Vec::is_empty) {
            self.instances.remove(tenant);
        }
    }
}

impl Warm {
    /// Keeps at most `most` instances that wait, of all tenants together; the one that has waited for longest goes first. Those
    /// that are being called do not count.
    pub fn new(plugin: Plugin, most: usize) -> Warm {
        Warm { plugin, most, idle: Mutex::default() }
    }

    /// Call the export `name` for `tenant`, on an instance that has served this tenant before, or on a new one with what `setup`
    /// answers. Calls at the same time have an instance each.
    ///
    /// # Errors
    /// Those of [`Plugin::instantiate`] and of [`Instance::call`], and what `setup` answers.
    pub async fn call<E: From<RunError>>(
        &self,
        tenant: &TenantId,
        setup: impl FnOnce() -> Result<Setup, E>,
        name: &str,
        arguments: &[Val],
    ) -> Result<Vec<Val>, E> {
        let mut instance = match self.take(tenant) {
            Some(instance) => instance,
            None => self.plugin.instantiate(setup()?).await?,
        };
        // Dropped with the future, or after an error, it does not come back.
        let results = instance.call(name, arguments).await?;
        self.give_back(tenant, instance);
        Ok(results)
    }

    /// Let go of the instances of `tenant` that wait.
    pub fn forget(&self, tenant: &TenantId) {
        let gone = self.idle().all_of(tenant);
        // To drop an instance takes longer than the lock should.
        drop(gone);
    }

    /// How many instances wait.
    pub fn idle_instances(&self) -> usize {
        self.idle().uses.len()
    }

    fn take(&self, tenant: &TenantId) -> Option<Instance> {
        self.idle().take(tenant)
    }

    fn give_back(&self, tenant: &TenantId, instance: Instance) {
        let oldest = {
            let mut idle = self.idle();
            idle.put(tenant, instance);
            if idle.uses.len() > self.most { idle.oldest() } else { None }
        };
        drop(oldest);
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Warm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Warm").field("most", &self.most).field("idle", &self.idle_instances()).finish_non_exhaustive()
    }
}
