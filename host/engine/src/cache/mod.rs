//! Entries that were read or written lately, in memory: what answers a read without SQLite.
//!
//! The content is right for one state of the database, which a stamp of the storage names. A read is answered from here
//! only while the storage shows that stamp; from the moment at which a commit can be seen until it is entered here, and
//! after a commit of another program, reads go to the storage. So no answer is older than what anybody could have seen.

mod budget;
mod changes;
mod name;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter, sync::DefaultLifecycle};

pub(crate) use self::{budget::Budget, changes::Changes, name::Name};
use crate::{Version, backend::Stored, limits::CACHE_SHARDS};

/// What is known of an entry: the row, or that there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    Row(KnownRow),
    Absent,
}

/// A row, expired or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownRow {
    pub(crate) value: Arc<[u8]>,
    pub(crate) version: Version,
    /// Milliseconds since the epoch.
    pub(crate) expires_at: Option<i64>,
    /// Whether the value is a counter, in decimal digits.
    pub(crate) counter: bool,
}

impl KnownRow {
    pub(crate) fn is_live(&self, now: i64) -> bool {
        self.expires_at.is_none_or(|at| at > now)
    }
}

impl Known {
    /// What a row says that was read with its value, or that there is none.
    pub(crate) fn of(stored: Option<Stored>) -> Known {
        stored.map_or(Known::Absent, |stored| {
            let Stored { version, expires_at, counter, .. } = stored;
            Known::Row(KnownRow { value: stored.value.unwrap_or_default().into(), version, expires_at, counter })
        })
    }
}

/// What is known of the entries of one tenant.
pub(crate) struct Cache {
    entries: OnceLock<Entries>,
    /// The stamp of the state that the content is right for; 0 is none.
    stamp: AtomicU64,
    /// Counts the changes of that state. Held while something is entered.
    epoch: Mutex<u64>,
    /// The same number, to be read beside the lock.
    epoch_seen: AtomicU64,
    budget: Arc<Budget>,
    /// Bytes that the budget gave; changed under its lock.
    capacity: AtomicU64,
}

type Entries = quick_cache::sync::Cache<Name, Known, Weight, DefaultHashBuilder, DefaultLifecycle<Name, Known>>;

/// What an entry takes beside its bytes: its place in the table and the list, its counters, two allocations.
const ENTRY_BYTES: u64 = 160;

#[derive(Clone)]
struct Weight;

impl Weighter<Name, Known> for Weight {
    fn weight(&self, name: &Name, known: &Known) -> u64 {
        weight(name.len(), known)
    }
}

fn weight(name_bytes: usize, known: &Known) -> u64 {
    let value = match known {
        Known::Row(row) => row.value.len(),
        Known::Absent => 0,
    };
    (name_bytes + value) as u64 + ENTRY_BYTES
}

/// Allows to enter what is read from now on, as long as nothing is committed meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Epoch(u64);

impl Cache {
    /// Nothing is known, and no memory taken.
    pub(crate) fn new(budget: &Arc<Budget>) -> Arc<Cache> {
        Arc::new(Cache {
            entries: OnceLock::new(),
            stamp: AtomicU64::new(0),
            epoch: Mutex::new(0),
            epoch_seen: AtomicU64::new(0),
            budget: budget.clone(),
            capacity: AtomicU64::new(0),
        })
    }

    /// What is known of an entry while the storage shows `stamp`.
    pub(crate) fn get(&self, stamp: u64, name: &[u8]) -> Option<Known> {
        if !self.is_at(stamp) {
            return None;
        }
        self.entries.get()?.get(name)
    }

    /// Whether the content is right for what the storage shows.
    pub(crate) fn is_at(&self, stamp: u64) -> bool {
        self.stamp.load(Ordering::Acquire) == stamp && stamp != 0
    }

    /// To be asked for before the storage is read.
    pub(crate) fn epoch(&self) -> Epoch {
        Epoch(self.epoch_seen.load(Ordering::Acquire))
    }

    /// Whether there is memory for anything.
    pub(crate) fn is_on(&self) -> bool {
        self.budget.is_any()
    }

    /// Enter what was read from the storage, unless something was committed since `epoch` was asked for.
    pub(crate) fn fill(self: &Arc<Cache>, epoch: Epoch, name: &[u8], known: Known) {
        if !self.budget.may_hold(weight(name.len(), &known)) {
            return;
        }
        let now = self.epoch_lock();
        if *now == epoch.0 {
            self.insert(name.into(), known);
        }
    }

    /// Enter what a commit changed, when the storage shows it. `stamp` is what it shows since, if that commit was the last.
    pub(crate) fn committed(self: &Arc<Cache>, changes: Changes, stamp: Option<u64>) {
        let mut epoch = self.next_epoch();
        if let Some(entries) = self.entries.get() {
            changes.drop_from(entries);
        }
        for (name, known) in changes.into_news() {
            if self.budget.may_hold(weight(name.len(), &known)) {
                self.insert(name, known);
            }
        }
        self.stamp.store(stamp.unwrap_or(0), Ordering::Release);
        self.publish(&mut epoch);
    }

    /// Forget everything, unless the content is right for what the storage shows, which is `stamp`.
    pub(crate) fn keep_at(&self, stamp: u64) {
        if self.is_at(stamp) {
            return;
        }
        let mut epoch = self.next_epoch();
        if let Some(entries) = self.entries.get() {
            entries.clear();
        }
        self.stamp.store(stamp, Ordering::Release);
        self.publish(&mut epoch);
    }

    /// Bytes that its entries take.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> u64 {
        self.entries.get().map_or(0, Entries::weight)
    }

    fn insert(self: &Arc<Cache>, name: Name, known: Known) {
        let weight = weight(name.len(), &known);
        let held = self.entries.get().map_or(0, Entries::weight);
        // Shards are never equally full, and take nothing that is larger than their part.
        let wanted = (held + held / 8 + weight).max(2 * weight * CACHE_SHARDS as u64);
        if wanted > self.capacity.load(Ordering::Relaxed) {
            self.budget.grow(self, wanted);
        }
        self.entries().insert(name, known);
    }

    fn entries(&self) -> &Entries {
        self.entries.get_or_init(|| {
            let options = OptionsBuilder::new()
                .shards(CACHE_SHARDS)
                .estimated_items_capacity(4096)
                .weight_capacity(self.capacity.load(Ordering::Relaxed))
                .build();
            // Fails only where one of the two numbers is missing.
            #[expect(clippy::expect_used, reason = "both numbers are given")]
            let options = options.expect("the options are complete");
            Entries::with_options(options, Weight, DefaultHashBuilder::default(), DefaultLifecycle::default())
        })
    }

    fn resize(&self, capacity: u64) {
        self.capacity.store(capacity, Ordering::Relaxed);
        self.entries().set_capacity(capacity);
    }

    fn epoch_lock(&self) -> MutexGuard<'_, u64> {
        self.epoch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on nothing is entered that was read before.
    fn next_epoch(&self) -> MutexGuard<'_, u64> {
        let mut epoch = self.epoch_lock();
        *epoch += 1;
        epoch
    }

    fn publish(&self, epoch: &mut MutexGuard<'_, u64>) {
        self.epoch_seen.store(**epoch, Ordering::Release);
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        self.budget.give_back(self.capacity.load(Ordering::Relaxed));
    }
}
