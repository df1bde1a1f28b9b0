//! One thread for all that happens by itself: deadlines of transactions, time-outs of waiting tasks, the purge.

use std::{
    collections::BTreeMap,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use event_listener::Event;

use crate::{Clock, Config, open_tenants::OpenTenants, store::Open};

pub(crate) struct Scheduler {
    clock: Arc<dyn Clock>,
    purge_interval_ms: i64,
    state: Mutex<State>,
    changed: Condvar,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct State {
    stopped: bool,
    next_id: u64,
    /// Deadlines of transactions, on the configured clock.
    deadlines: BTreeMap<(i64, u64), Weak<Open>>,
    /// Time-outs of tasks, in real time.
    timers: BTreeMap<(Instant, u64), Arc<Event>>,
    next_purge_ms: i64,
}

impl Scheduler {
    pub(crate) fn start(tenants: Arc<OpenTenants>, config: &Config) -> Arc<Scheduler> {
        let clock = config.clock.clone();
        let purge_interval_ms = i64::try_from(config.purge_interval.as_millis()).unwrap_or(i64::MAX);
        let next_purge_ms = clock.now_ms().saturating_add(purge_interval_ms);
        let scheduler = Arc::new(Scheduler {
            clock: clock.clone(),
            purge_interval_ms,
            state: Mutex::new(State { next_purge_ms, ..State::default() }),
            changed: Condvar::new(),
            thread: Mutex::default(),
        });
        let moved = Arc::downgrade(&scheduler);
        clock.on_move(Arc::new(move || {
            if let Some(scheduler) = moved.upgrade() {
                // Taken so that the thread is either waiting, or has not looked at the clock yet.
                let _state = scheduler.state();
                scheduler.changed.notify_all();
            }
        }));
        let runner = scheduler.clone();
        match thread::Builder::new().name("larder-scheduler".into()).spawn(move || runner.run(&tenants)) {
            Ok(thread) => *scheduler.thread() = Some(thread),
            Err(error) => {
                tracing::error!(%error, "no thread for background work: what has expired stays until it is purged by call");
            }
        }
        scheduler
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
            self.changed.notify_all();
            (std::mem::take(&mut state.deadlines), std::mem::take(&mut state.timers))
        };
        let thread = self.thread().take();
        // A task that this thread woke may be the one who closes.
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
        for open in deadlines.values().filter_map(Weak::upgrade) {
            open.expire();
        }
        for timer in timers.values() {
            timer.notify(usize::MAX);
        }
    }

    fn run(&self, tenants: &OpenTenants) {
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
            } else if state.next_purge_ms <= now {
                state.next_purge_ms = now.saturating_add(self.purge_interval_ms);
                drop(state);
                tenants.purge(now);
            } else {
                state = self.wait(state, now, instant);
                continue;
            }
            state = self.state();
        }
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, now: i64, instant: Instant) -> MutexGuard<'a, State> {
        let timer = state.timers.first_key_value().map(|((at, _), _)| at.saturating_duration_since(instant));
        let deadline = state.deadlines.first_key_value().map(|((at, _), _)| *at);
        let clock = [deadline, Some(state.next_purge_ms)].into_iter().flatten().min().and_then(|at| {
            let left = u64::try_from(at.saturating_sub(now)).unwrap_or(0);
            self.clock.wait_for(Duration::from_millis(left))
        });
        match [timer, clock].into_iter().flatten().min() {
            Some(wait) => self.changed.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0,
            None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn thread(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.thread.lock().unwrap_or_else(PoisonError::into_inner)
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
