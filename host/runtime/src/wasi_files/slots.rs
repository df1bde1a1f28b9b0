//! Bounds on what one instance holds.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// A number of places, some of them taken.
#[derive(Debug)]
pub(super) struct Slots {
    taken: Arc<AtomicUsize>,
    limit: usize,
}

/// Places that are taken until this is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    taken: Arc<AtomicUsize>,
    count: usize,
}

impl Slots {
    pub(super) fn new(limit: usize) -> Slots {
        Slots { taken: Arc::default(), limit }
    }

    /// How many are free.
    pub(super) fn free(&self) -> usize {
        self.limit.saturating_sub(self.taken.load(Ordering::Relaxed))
    }

    /// Take `count` places, or none if so many are not free. Places come back on any thread, but only the instance takes
    /// them, so that what was free stays free.
    pub(super) fn take(&mut self, count: usize) -> Option<Slot> {
        if count > self.free() {
            return None;
        }
        self.taken.fetch_add(count, Ordering::Relaxed);
        Some(Slot { taken: Arc::clone(&self.taken), count })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.taken.fetch_sub(self.count, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_run_out_and_come_back() {
        let mut slots = Slots::new(3);
        let two = slots.take(2).unwrap();
        assert!(slots.take(2).is_none());
        let one = slots.take(1).unwrap();
        assert_eq!(slots.free(), 0);
        drop(two);
        assert_eq!(slots.free(), 2);
        drop(one);
        assert!(slots.take(3).is_some());
    }
}
