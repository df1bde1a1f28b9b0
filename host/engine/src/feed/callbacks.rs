//! Callbacks of the host, run by whoever committed.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use super::{event::FeedItem, signal::Signal, watcher::Watcher};
use crate::limits::WATCH_ANSWER_EVENTS;

/// The callbacks of one tenant.
#[derive(Default)]
pub(crate) struct Callbacks {
    count: AtomicUsize,
    list: Mutex<Vec<Arc<Callback>>>,
    /// Commits that nobody has taken on to tell of; whoever finds none before its own is the one who tells.
    due: AtomicUsize,
}

struct Callback {
    removed: AtomicBool,
    watcher: Mutex<Watcher>,
    call: Box<dyn Fn(&FeedItem) + Send + Sync>,
}

/// A callback that is registered. Dropping this, or [`Subscription::remove`], takes it away.
#[must_use = "the callback is taken away when this is dropped"]
pub struct Subscription {
    signal: Arc<Signal>,
    callback: Arc<Callback>,
}

impl Callbacks {
    pub(crate) fn add(
        signal: &Arc<Signal>,
        watcher: Watcher,
        call: impl Fn(&FeedItem) + Send + Sync + 'static,
    ) -> Subscription {
        let removed = AtomicBool::new(false);
        let callback = Arc::new(Callback { removed, watcher: Mutex::new(watcher), call: Box::new(call) });
        let mut list = signal.callbacks.list();
        list.push(callback.clone());
        signal.callbacks.count.store(list.len(), Ordering::SeqCst);
        drop(list);
        Subscription { signal: signal.clone(), callback }
    }

    /// Tell of what was committed. Returns at once when another thread, or a caller of this one further out, is telling:
    /// that one goes on until all is told.
    pub(crate) fn deliver(&self) {
        if self.count.load(Ordering::SeqCst) == 0 || self.due.fetch_add(1, Ordering::SeqCst) > 0 {
            return;
        }
        let mut told = 1;
        loop {
            let callbacks: Vec<Arc<Callback>> = self.list().clone();
            for callback in callbacks {
                callback.deliver();
            }
            match self.due.compare_exchange(told, 0, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return,
                Err(more) => told = more,
            }
        }
    }

    fn list(&self) -> MutexGuard<'_, Vec<Arc<Callback>>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Callback {
    fn deliver(&self) {
        while !self.removed.load(Ordering::SeqCst) {
            // Not held over the call, which may register and remove callbacks, and write.
            let items = self.watcher.lock().unwrap_or_else(PoisonError::into_inner).try_next(WATCH_ANSWER_EVENTS);
            let items = match items {
                Ok(items) if items.is_empty() => return,
                Ok(items) => items,
                Err(error) => return tracing::warn!(%error, "callbacks are not told of changes"),
            };
            for item in items {
                if self.removed.load(Ordering::SeqCst) {
                    return;
                }
                // What it was told of is committed; its failure is not that of the writer.
                if catch_unwind(AssertUnwindSafe(|| (self.call)(&item))).is_err() {
                    tracing::error!("a callback for changes panicked");
                }
            }
        }
    }
}

impl Subscription {
    /// Take the callback away: it is not called again, but a call under way on another thread goes on. Doing it again does
    /// nothing.
    pub fn remove(&self) {
        self.callback.removed.store(true, Ordering::SeqCst);
        let mut list = self.signal.callbacks.list();
        list.retain(|callback| !Arc::ptr_eq(callback, &self.callback));
        self.signal.callbacks.count.store(list.len(), Ordering::SeqCst);
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.remove();
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let removed = self.callback.removed.load(Ordering::SeqCst);
        f.debug_struct("Subscription").field("removed", &removed).finish_non_exhaustive()
    }
}
