//! What happens by itself: one thread for deadlines of transactions and time-outs of waiting tasks, one for the purge,
//! which takes as long as a tenant has let things expire, and one for checkpoints, which wait for the disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use event_listener::Event;

use crate::{Clock, Config, TenantId, limits::PURGE_RETRY, open_tenants::OpenTenants, store::Open};

pub(crate) struct Scheduler {
    clock: Arc<dyn Clock>,
    purge_interval_ms: i64,
    state: Mutex<State>,
    changed: Condvar,
    /// For the thread that purges: the clock was moved, or the end has come.
    purge: Condvar,
    /// For the thread that checkpoints: there is something to do, or the end has come.
    log: Condvar,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Default)]
struct State {
    stopped: bool,
    next_id: u64,
    /// Deadlines of transactions, on the configured clock.
    deadlines: BTreeMap<(i64, u64), Weak<Open>>,
    /// Time-outs of tasks, in real time.
    timers: BTreeMap<(Instant, u64), Arc<Event>>,
    /// Tenants whose feed is to be trimmed.
    trims: BTreeSet<TenantId>,
    /// Tenants whose log is long.
    logs: BTreeSet<TenantId>,
}

impl Scheduler {
    pub(crate) fn start(tenants: Arc<OpenTenants>, config: &Config) -> Arc<Scheduler> {
        let clock = config.clock.clone();
        let purge_interval_ms = i64::try_from(config.purge_interval.as_millis()).unwrap_or(i64::MAX);
        let first_purge = clock.now_ms().saturating_add(purge_interval_ms);
        let scheduler = Arc::new(Scheduler {
            clock: clock.clone(),
            purge_interval_ms,
            state: Mutex::default(),
            changed: Condvar::new(),
            purge: Condvar::new(),
            log: Condvar::new(),
            threads: Mutex::default(),
        });
        let moved = Arc::downgrade(&scheduler);
        clock.on_move(Arc::new(move || {
            if let Some(scheduler) = moved.upgrade() {
                // Taken so that each thread is either waiting, or has not looked at the clock yet.
                let _state = scheduler.state();
                scheduler.wake();
            }
        }));
        let (runner, purger, keeper) = (scheduler.clone(), scheduler.clone(), scheduler.clone());
        let of_logs = tenants.clone();
        scheduler.spawn("larder-checkpoint", move || keeper.keep_logs_short(&of_logs));
        scheduler.spawn("larder-scheduler", move || runner.run());
        scheduler.spawn("larder-purge", move || purger.purge(&tenants, first_purge));
        scheduler
    }

    fn spawn(&self, name: &str, run: impl FnOnce() + Send + 'static) {
        match thread::Builder::new().name(name.into()).spawn(run) {
            Ok(thread) => self.threads().push(thread),
            Err(error) => tracing::error!(%error, name, "no thread for what happens by itself: it waits for a call"),
        }
    }

    /// Roll `open` back at its deadline.
    pub(crate) fn expire_at(&self, deadline_ms: i64, open: &Arc<Open>) {
        let mut state = self.state();
        if state.stopped {
            drop(state);
            return open.expire();
        }
        state.deadlines.retain(|_, open| open.strong_count() > 0);
        let id = state.next_id();
        state.deadlines.insert((deadline_ms, id), Arc::downgrade(open));
        self.changed.notify_all();
    }

    /// Trim the feed of a tenant, soon.
    pub(crate) fn trim(&self, id: &TenantId) {
        if self.state().trims.insert(id.clone()) {
            self.purge.notify_all();
        }
    }

    /// Move what is in a tenant's log to its place, soon.
    pub(crate) fn checkpoint(&self, id: &TenantId) {
        if self.state().logs.insert(id.clone()) {
            self.log.notify_all();
        }
    }

    /// Done after `wait` of real time. Without its thread there is no end to it.
    pub(crate) fn sleep(self: &Arc<Scheduler>, wait: Duration) -> impl Future<Output = ()> + use<> {
        let event = Arc::new(Event::new());
        let listener = event.listen();
        let mut state = self.state();
        if state.stopped {
            event.notify(usize::MAX);
        }
        let at = Instant::now().checked_add(wait).map(|at| (at, state.next_id()));
        if let Some(at) = at {
            let is_first = state.timers.first_key_value().is_none_or(|(first, _)| at < *first);
            state.timers.insert(at, event.clone());
            if is_first {
                self.changed.notify_all();
            }
        }
        drop(state);
        let timer = Timer { scheduler: self.clone(), at };
        async move {
            let _timer = timer;
            listener.await;
        }
    }

    /// End all that happens by itself: what is under way is finished, transactions that are closed are rolled back, tasks
    /// that wait are woken.
    pub(crate) fn stop(&self) {
        let (deadlines, timers) = {
            let mut state = self.state();
            state.stopped = true;
            self.wake();
            (std::mem::take(&mut state.deadlines), std::mem::take(&mut state.timers))
        };
        let threads = std::mem::take(&mut *self.threads());
        // A task that this thread woke may be the one who closes.
        for thread in threads.into_iter().filter(|thread| thread.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
        for open in deadlines.values().filter_map(Weak::upgrade) {
            open.expire();
        }
        for timer in timers.values() {
            timer.notify(usize::MAX);
        }
    }

    fn run(&self) {
        let mut state = self.state();
        while !state.stopped {
            let now = self.clock.now_ms();
            let instant = Instant::now();
            if let Some(timer) = state.timers.first_entry().filter(|timer| timer.key().0 <= instant) {
                let event = timer.remove();
                drop(state);
                event.notify(usize::MAX);
            } else if let Some(deadline) = state.deadlines.first_entry().filter(|deadline| deadline.key().0 <= now) {
                let open = deadline.remove();
                drop(state);
                if let Some(open) = open.upgrade() {
                    open.expire();
                }
            } else {
                let timer = state.timers.first_key_value().map(|((at, _), _)| at.saturating_duration_since(instant));
                let deadline = state.deadlines.first_key_value().map(|((at, _), _)| *at);
                let deadline = deadline.and_then(|at| self.until(at, now));
                state = wait(&self.changed, state, [timer, deadline].into_iter().flatten().min());
                continue;
            }
            state = self.state();
        }
    }

    fn keep_logs_short(&self, tenants: &OpenTenants) {
        let mut state = self.state();
        while !state.stopped {
            let Some(id) = state.logs.pop_first() else {
                state = wait(&self.log, state, None);
                continue;
            };
            drop(state);
            tenants.checkpoint(&id);
            state = self.state();
        }
    }

    fn purge(&self, tenants: &OpenTenants, mut next: i64) {
        let mut state = self.state();
        while !state.stopped {
            let now = self.clock.now_ms();
            if let Some(id) = state.trims.pop_first() {
                drop(state);
                tenants.trim_feed(&id, now);
                state = self.state();
                continue;
            }
            if next > now {
                state = wait(&self.purge, state, self.until(next, now));
                continue;
            }
            next = now.saturating_add(self.purge_interval_ms);
            drop(state);
            let mut is_all = tenants.purge(now).is_all;
            state = self.state();
            while !is_all && !state.stopped {
                // Whoever was writing is done soon; the next regular purge is far off.
                state = wait(&self.purge, state, Some(PURGE_RETRY));
                drop(state);
                is_all = tenants.purge(self.clock.now_ms()).is_all;
                state = self.state();
            }
            drop(state);
            tenants.measure(now);
            state = self.state();
        }
    }

    /// How long it is in real time from `now` to `at`; `None` when only a move of the clock tells.
    fn until(&self, at: i64, now: i64) -> Option<Duration> {
        let left = u64::try_from(at.saturating_sub(now)).unwrap_or(0);
        self.clock.wait_for(Duration::from_millis(left))
    }

    fn wake(&self) {
        self.changed.notify_all();
        self.purge.notify_all();
        self.log.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wait<'a>(event: &Condvar, state: MutexGuard<'a, State>, wait: Option<Duration>) -> MutexGuard<'a, State> {
    match wait {
        Some(wait) => event.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0,
        None => event.wait(state).unwrap_or_else(PoisonError::into_inner),
    }
}

impl State {
    fn next_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }
}

/// Takes the time-out back when the task no longer waits.
struct Timer {
    scheduler: Arc<Scheduler>,
    at: Option<(Instant, u64)>,
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(at) = self.at {
            self.scheduler.state().timers.remove(&at);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::{Config, Larder, TenantId};

    #[test]
    fn a_purge_that_takes_long_keeps_no_deadline_waiting() {
        let dir = tempfile::tempdir().unwrap();
        let config = Config::new()
            .purge_interval(Duration::from_millis(1))
            .transaction_deadline(Duration::from_millis(50))
            .busy_timeout(Duration::from_secs(20));
        let larder = Larder::open(dir.path(), config).unwrap();
        let store = |tenant| larder.tenant(&TenantId::parse(tenant).unwrap()).store();
        store("slow").set("g", "k", b"").unwrap();
        let sql = rusqlite::Connection::open(dir.path().join("tenants/slow/store.db")).unwrap();
        sql.execute_batch("UPDATE entries SET expires_at = 0; BEGIN IMMEDIATE").unwrap();
        let stalled = store("other").begin().unwrap();
        store("other").set("g", "k", b"").unwrap();
        assert!(!stalled.is_open());
        sql.execute_batch("ROLLBACK").unwrap();
    }
}
