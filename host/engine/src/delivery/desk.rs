//! Where commits, those who deliver, and those who ask about it meet.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{Clock, Error, Result, TenantId, sandbox::Marks};

pub(crate) struct Desk {
    clock: Arc<dyn Clock>,
    /// `None` in memory.
    marks: Option<Marks>,
    state: Mutex<State>,
    changed: Condvar,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct State {
    stopped: bool,
    /// Somebody delivers.
    at_work: bool,
    /// A batch is with the receiver.
    sending: bool,
    /// How long the end waits for its answer.
    close_wait: Duration,
    /// Tenants with new rows.
    woken: BTreeSet<TenantId>,
    /// When buckets that wait may be tried.
    next_tries: HashMap<TenantId, BTreeMap<String, i64>>,
}

impl Desk {
    pub(crate) fn new(clock: Arc<dyn Clock>, marks: Option<Marks>) -> Arc<Desk> {
        Arc::new(Desk { clock, marks, state: Mutex::default(), changed: Condvar::new(), thread: Mutex::default() })
    }

    /// Which tenants have something to deliver.
    pub(crate) fn marks(&self) -> Result<&Marks> {
        self.marks.as_ref().ok_or(Error::Unsupported("delivery from a root in memory"))
    }

    /// Rows of a tenant were committed. Costs a lock that nobody holds for long.
    pub(crate) fn wake(&self, tenant: &TenantId) {
        let mut state = self.state();
        // Whoever begins to deliver looks at the marks.
        if state.at_work && !state.woken.contains(tenant) {
            state.woken.insert(tenant.clone());
            self.changed.notify_all();
        }
    }

    /// When the buckets of a tenant that wait may be tried.
    pub(super) fn next_tries(&self, tenant: &TenantId) -> BTreeMap<String, i64> {
        self.state().next_tries.get(tenant).cloned().unwrap_or_default()
    }

    pub(super) fn set_next_tries(&self, tenant: &TenantId, next_tries: BTreeMap<String, i64>) {
        let mut state = self.state();
        if next_tries.is_empty() {
            state.next_tries.remove(tenant);
        } else {
            state.next_tries.insert(tenant.clone(), next_tries);
        }
    }

    /// Be the one who delivers. The end of delivery waits so long for an answer of the receiver.
    pub(super) fn begin(self: &Arc<Desk>, close_wait: Duration) -> Result<AtWork> {
        let mut state = self.state();
        if state.stopped {
            return Err(Error::Closed);
        }
        if state.at_work {
            return Err(Error::Unsupported("delivering twice at the same time from one root"));
        }
        (state.at_work, state.close_wait) = (true, close_wait);
        Ok(AtWork { desk: self.clone() })
    }

    pub(super) fn set_thread(&self, thread: JoinHandle<()>) {
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
    }

    /// End delivery. `written` is whether an answer of the receiver that is under way is waited for, to write it down.
    pub(crate) fn stop(&self, written: bool) {
        let mut state = self.state();
        state.stopped = true;
        self.changed.notify_all();
        let wait = if written { state.close_wait } else { Duration::ZERO };
        let begun = Instant::now();
        while state.sending {
            let left = wait.saturating_sub(begun.elapsed());
            if left.is_zero() {
                // The thread ends by itself when the receiver has answered.
                return;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(state);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
    }

    /// The clock was moved by hand.
    pub(super) fn moved(&self) {
        // Taken so that whoever waits is either waiting, or has not looked at the clock yet.
        let _state = self.state();
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of the one who delivers, until this is dropped.
pub(super) struct AtWork {
    desk: Arc<Desk>,
}

impl AtWork {
    pub(super) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Wait until tenants are woken, or until then. Answers those; `None` is the end.
    pub(super) fn wait(&self, until: Option<i64>) -> Option<BTreeSet<TenantId>> {
        let mut state = self.desk.state();
        loop {
            if state.stopped {
                return None;
            }
            let now = self.desk.clock.now_ms();
            if !state.woken.is_empty() || until.is_some_and(|until| until <= now) {
                return Some(std::mem::take(&mut state.woken));
            }
            let left = until.map(|until| Duration::from_millis(u64::try_from(until.saturating_sub(now)).unwrap_or(0)));
            state = match left.and_then(|left| self.desk.clock.wait_for(left)) {
                Some(wait) => self.desk.changed.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0,
                None => self.desk.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Have the receiver take something, unless delivery has ended.
    pub(super) fn send<R>(&self, send: impl FnOnce() -> R) -> Option<R> {
        {
            let mut state = self.desk.state();
            if state.stopped {
                return None;
            }
            state.sending = true;
        }
        let _sending = Sending(&self.desk);
        Some(send())
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        let mut state = self.desk.state();
        state.at_work = false;
        state.woken.clear();
        state.next_tries.clear();
    }
}

struct Sending<'a>(&'a Desk);

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.0.state().sending = false;
        self.0.changed.notify_all();
    }
}
