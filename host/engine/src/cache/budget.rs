//! Memory that the tenants of a root share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak, atomic::Ordering};

use super::Cache;
use crate::limits::{CACHE_SHARDS, CACHE_STEP_BYTES};

/// So many bytes for all. Whoever fills what it has gets more while there is more; after that, those who have less than
/// their share get it from those who have most. So one tenant alone can use all of it, and none can take it from others.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    given: u64,
    /// Those that were given something, and some that are gone.
    holders: Vec<Weak<Cache>>,
}

impl Budget {
    pub(crate) fn new(limit: u64) -> Arc<Budget> {
        Arc::new(Budget { limit, state: Mutex::default() })
    }

    pub(super) fn is_any(&self) -> bool {
        self.limit > 0
    }

    /// Whether an entry of this weight is worth its room: a large one would drive hundreds of others out.
    pub(super) fn may_hold(&self, weight: u64) -> bool {
        weight.saturating_mul(8 * CACHE_SHARDS as u64) <= self.limit
    }

    /// Give `cache` room for `wanted` bytes, or as much of it as it may have.
    pub(super) fn grow(&self, cache: &Arc<Cache>, wanted: u64) {
        // Dropped after the lock, because the last one to let go of a cache gives its room back.
        let holders: Vec<Arc<Cache>>;
        let mut state = self.state();
        let has = cache.capacity.load(Ordering::Relaxed);
        if has == 0 {
            state.holders.retain(|holder| holder.strong_count() > 0);
            state.holders.push(Arc::downgrade(cache));
        }
        let more = wanted.saturating_sub(has).next_multiple_of(CACHE_STEP_BYTES);
        let free = self.limit.saturating_sub(state.given).min(more);
        let share = self.limit / (state.holders.len().max(1) as u64);
        let mut gets = free;
        if gets < more && has + gets < share {
            holders = state.holders.iter().filter_map(Weak::upgrade).collect();
            gets += take_from_richest(&holders, (share - has - gets).min(more - gets), share, cache);
        }
        if gets > 0 {
            state.given += free;
            cache.resize(has + gets);
        }
    }

    /// A cache is gone.
    pub(super) fn give_back(&self, capacity: u64) {
        let mut state = self.state();
        state.given = state.given.saturating_sub(capacity);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Take at most `wanted` from the one that has most, of what it has over its share.
fn take_from_richest(holders: &[Arc<Cache>], wanted: u64, share: u64, taker: &Arc<Cache>) -> u64 {
    let others = holders.iter().filter(|holder| !Arc::ptr_eq(holder, taker));
    let Some(richest) = others.max_by_key(|holder| holder.capacity.load(Ordering::Relaxed)) else { return 0 };
    let has = richest.capacity.load(Ordering::Relaxed);
    let gives = wanted.min(has.saturating_sub(share));
    if gives > 0 {
        richest.resize(has - gives);
    }
    gives
}
