//! Who waits for a tenant's next commit, whether it is open or not.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use event_listener::{Event, EventListener};

use super::callbacks::Callbacks;
use crate::{TenantId, Version};

/// Entries above which those that nobody uses any more are cleared away.
const CLEAR_ABOVE: usize = 64;

/// Called after each commit that changed something, by whoever committed, with the tenant's name.
pub(crate) type OnCommit = Arc<dyn Fn(&TenantId) + Send + Sync>;

/// The signals of a root's tenants.
#[derive(Default)]
pub(crate) struct Signals {
    tenants: Mutex<Tenants>,
    listeners: Arc<RwLock<Vec<OnCommit>>>,
}

#[derive(Default)]
struct Tenants {
    signals: HashMap<TenantId, Weak<Signal>>,
    clear_above: usize,
    closed: bool,
}

/// Tells those who follow a tenant of its commits. It holds nothing of the tenant open.
pub(crate) struct Signal {
    /// The last commit that this process knows of.
    head: AtomicU64,
    changed: Event,
    closed: AtomicBool,
    pub(crate) callbacks: Callbacks,
    listeners: Arc<RwLock<Vec<OnCommit>>>,
}

impl Signals {
    pub(crate) fn of(&self, id: &TenantId) -> Arc<Signal> {
        let mut tenants = self.tenants();
        if let Some(signal) = tenants.signals.get(id).and_then(Weak::upgrade) {
            return signal;
        }
        if tenants.signals.len() > tenants.clear_above.max(CLEAR_ABOVE) {
            tenants.signals.retain(|_, signal| signal.strong_count() > 0);
            tenants.clear_above = 2 * tenants.signals.len();
        }
        let signal = Arc::new(Signal {
            head: AtomicU64::new(0),
            changed: Event::new(),
            closed: AtomicBool::new(tenants.closed),
            callbacks: Callbacks::default(),
            listeners: self.listeners.clone(),
        });
        tenants.signals.insert(id.clone(), Arc::downgrade(&signal));
        signal
    }

    pub(crate) fn on_commit(&self, listener: OnCommit) {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    /// Wake all who wait, for ever.
    pub(crate) fn close(&self) {
        let mut tenants = self.tenants();
        tenants.closed = true;
        for signal in tenants.signals.drain().filter_map(|(_, signal)| signal.upgrade()) {
            signal.closed.store(true, Ordering::SeqCst);
            signal.changed.notify(usize::MAX);
        }
        self.listeners.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn tenants(&self) -> MutexGuard<'_, Tenants> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Signal {
    /// A commit with events is on the disk.
    pub(crate) fn committed(&self, id: &TenantId, version: Version) {
        self.head.fetch_max(version, Ordering::SeqCst);
        self.changed.notify(usize::MAX);
        for listener in self.listeners.read().unwrap_or_else(PoisonError::into_inner).iter() {
            listener(id);
        }
    }

    /// The last commit with events that this process made; 0 before the first.
    pub(crate) fn head(&self) -> Version {
        self.head.load(Ordering::SeqCst)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Told of what is committed from now on.
    pub(crate) fn listen(&self) -> EventListener {
        self.changed.listen()
    }
}
