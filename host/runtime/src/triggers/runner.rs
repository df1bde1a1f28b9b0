use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use larder_engine::{Batch, Consumer, Error, Larder, TenantId};
use tokio::{
    runtime::Handle,
    sync::{Notify, Semaphore},
};

use super::trigger::{Trigger, TriggerError};

/// Instances that run at the same time for changes.
const CALLS: usize = 8;

/// Runs triggers for the tenants of a root, until it is dropped.
///
/// Each tenant and trigger is a line of its own: one call at a time, in order. A commit wakes the lines of its tenant; a
/// line that has nothing to do costs nothing, and keeps no tenant open. Those that were behind when the host ended are
/// looked for when this starts.
///
/// ```no_run
/// # async fn run(larder: larder::Larder, plugin: larder::Plugin) -> Result<(), Box<dyn std::error::Error>> {
/// use larder::{Grant, LarderCtx, Setup, triggers::{Trigger, TriggerError, Triggers}};
/// let (stores, grants) = (larder.clone(), larder.clone());
/// let indexer = Trigger::new(
///     "indexer",
///     plugin,
///     "default",
///     move |tenant| Ok(stores.tenant(tenant).store()),
///     move |tenant| {
///         let ctx = LarderCtx::builder().grant("default", Grant::store(grants.tenant(tenant).store())).build();
///         let ctx = ctx.map_err(|error| TriggerError::Setup { name: "indexer".into(), message: error.to_string() })?;
///         Ok(Setup::new(ctx))
///     },
/// )?;
/// let triggers = Triggers::start(&larder, vec![indexer], None)?;
/// // ... until the host ends:
/// triggers.settled().await;
/// # Ok(()) }
/// ```
pub struct Triggers {
    lines: Arc<Lines>,
}

struct Lines {
    triggers: Vec<Trigger>,
    only: Option<TenantId>,
    calls: Semaphore,
    executor: Handle,
    state: Mutex<State>,
    settled: Notify,
}

#[derive(Default)]
struct State {
    /// The lines at work, and whether there may be more for them than they know of.
    running: HashMap<(TenantId, usize), bool>,
    ended: bool,
}

impl Triggers {
    /// Start to run `triggers` for all tenants, or for one. Needs a tokio runtime with its timer enabled, on which they run.
    ///
    /// # Errors
    /// [`TriggerError::Engine`] when the tenants cannot be listed.
    pub fn start(larder: &Larder, triggers: Vec<Trigger>, only: Option<TenantId>) -> Result<Triggers, TriggerError> {
        let tenants = match &only {
            Some(tenant) => vec![tenant.clone()],
            None => larder.tenants()?,
        };
        let lines = Arc::new(Lines {
            triggers,
            only,
            calls: Semaphore::new(CALLS),
            executor: Handle::current(),
            state: Mutex::default(),
            settled: Notify::new(),
        });
        let woken = Arc::downgrade(&lines);
        larder.on_commit(move |tenant| {
            if let Some(lines) = woken.upgrade() {
                lines.wake(tenant);
            }
        });
        for tenant in tenants {
            lines.wake(&tenant);
        }
        Ok(Triggers { lines })
    }

    /// Wait until no line has anything left to do.
    pub async fn settled(&self) {
        loop {
            let settled = self.lines.settled.notified();
            if self.lines.state().running.is_empty() {
                return;
            }
            settled.await;
        }
    }

    /// Tenants and triggers that are at work or wait to try again.
    pub fn running(&self) -> usize {
        self.lines.state().running.len()
    }
}

impl Drop for Triggers {
    fn drop(&mut self) {
        self.lines.state().ended = true;
    }
}

impl Lines {
    fn wake(self: &Arc<Lines>, tenant: &TenantId) {
        if self.only.as_ref().is_some_and(|only| only != tenant) {
            return;
        }
        let mut state = self.state();
        if state.ended {
            return;
        }
        for number in 0..self.triggers.len() {
            let line = (tenant.clone(), number);
            if let Some(more) = state.running.get_mut(&line) {
                *more = true;
                continue;
            }
            state.running.insert(line, false);
            let (lines, tenant) = (self.clone(), tenant.clone());
            self.executor.spawn(async move { lines.run(tenant, number).await });
        }
    }

    /// Work until there is nothing left.
    async fn run(self: Arc<Lines>, tenant: TenantId, number: usize) {
        let line = (tenant.clone(), number);
        // Told of also when the executor drops the task.
        let mut end = End { lines: &self, line: &line, is_listed: true };
        let Some(trigger) = self.triggers.get(number) else { return };
        loop {
            let worked = self.work(trigger, &tenant).await;
            let closed = matches!(worked, Err(TriggerError::Engine(Error::Closed)));
            if let Err(error) = &worked
                && !closed
            {
                tracing::warn!(trigger = trigger.name, %tenant, %error, "changes are not told for now");
                tokio::time::sleep(trigger.backoff.longest).await;
            }
            let mut state = self.state();
            let closed = closed || state.ended;
            match state.running.get_mut(&line) {
                Some(more) if !closed && (*more || worked.is_err()) => *more = false,
                _ => {
                    // Here, so that nobody wakes it between the look and the end.
                    state.running.remove(&line);
                    end.is_listed = false;
                    return;
                }
            }
        }
    }

    async fn work(&self, trigger: &Trigger, tenant: &TenantId) -> Result<(), TriggerError> {
        let (store, name, watch) = ((trigger.store)(tenant)?, trigger.name.clone(), trigger.watch.clone());
        let mut consumer = blocking::unblock(move || store.consumer(&name, &watch)).await?;
        loop {
            let items = trigger.items;
            let batch;
            (consumer, batch) = off_thread(consumer, move |consumer| consumer.next(items)).await?;
            if batch.is_empty() || self.state().ended {
                return Ok(());
            }
            consumer = self.take(trigger, tenant, consumer, batch).await?;
        }
    }

    /// Call for the batch; when that fails again and again, for each of its items.
    async fn take(
        &self,
        trigger: &Trigger,
        tenant: &TenantId,
        mut consumer: Consumer,
        batch: Batch,
    ) -> Result<Consumer, Error> {
        if self.call(trigger, tenant, &batch).await.is_ok() {
            (consumer, ()) = off_thread(consumer, move |consumer| consumer.acknowledge(&batch)).await?;
            return Ok(consumer);
        }
        for single in batch.split() {
            consumer = self.take_one(trigger, tenant, consumer, single).await?;
        }
        Ok(consumer)
    }

    async fn take_one(
        &self,
        trigger: &Trigger,
        tenant: &TenantId,
        consumer: Consumer,
        single: Batch,
    ) -> Result<Consumer, Error> {
        let attempts = trigger.backoff.attempts.max(1);
        let mut failed = String::new();
        for attempt in 1..=attempts {
            tokio::time::sleep(trigger.backoff.wait(attempt)).await;
            if self.state().ended {
                return Err(Error::Closed);
            }
            match self.call(trigger, tenant, &single).await {
                Ok(()) => {
                    let done = off_thread(consumer, move |consumer| consumer.acknowledge(&single)).await?;
                    return Ok(done.0);
                }
                Err(error) => failed = error,
            }
        }
        tracing::error!(trigger = trigger.name, %tenant, error = failed, "a change is put aside");
        let parked = off_thread(consumer, move |consumer| consumer.park(&single, attempts, &failed)).await?;
        Ok(parked.0)
    }

    async fn call(&self, trigger: &Trigger, tenant: &TenantId, batch: &Batch) -> Result<(), String> {
        let _permit = self.calls.acquire().await;
        let called = trigger.call(tenant, batch.items()).await;
        if let Err(error) = &called {
            tracing::info!(trigger = trigger.name, %tenant, items = batch.items().len(), error, "a call failed");
        }
        called
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of a line's work, also by a panic or when the executor goes.
struct End<'a> {
    lines: &'a Lines,
    line: &'a (TenantId, usize),
    is_listed: bool,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        if self.is_listed {
            self.lines.state().running.remove(self.line);
        }
        self.lines.settled.notify_waiters();
    }
}

/// Use the consumer on a thread that may block.
async fn off_thread<R: Send + 'static>(
    mut consumer: Consumer,
    work: impl FnOnce(&mut Consumer) -> Result<R, Error> + Send + 'static,
) -> Result<(Consumer, R), Error> {
    blocking::unblock(move || work(&mut consumer).map(|result| (consumer, result))).await
}

impl fmt::Debug for Triggers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Triggers").field("triggers", &self.lines.triggers).finish_non_exhaustive()
    }
}
