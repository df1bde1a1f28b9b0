//! Instances that wait for the next request of their tenant, of all tenants together.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::Waker,
};

/// Those that wait, by how long they have.
pub(super) struct IdleList {
    most: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    places: BTreeMap<u64, Arc<Place>>,
    next: u64,
}

#[derive(Default)]
struct Place {
    gone: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Place {
    fn wake(&self) {
        let waker = locked(&self.waker).take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn send_away(&self) {
        self.gone.store(true, Ordering::Release);
        self.wake();
    }
}

/// The place of one that waits; dropped when it does not wait any more.
pub(super) struct Seat {
    list: Arc<IdleList>,
    number: u64,
    place: Arc<Place>,
}

impl IdleList {
    /// At most `most` wait.
    pub(super) fn new(most: usize) -> IdleList {
        IdleList { most, waiting: Mutex::default() }
    }

    /// A place for one that has nothing to do from now on. Where there are too many, the one that has waited for longest is sent
    /// away.
    pub(super) fn sit(self: &Arc<IdleList>) -> Seat {
        let place = Arc::new(Place::default());
        let (number, oldest) = {
            let mut waiting = locked(&self.waiting);
            let number = waiting.next;
            waiting.next += 1;
            waiting.places.insert(number, place.clone());
            let oldest = if waiting.places.len() > self.most { waiting.places.pop_first() } else { None };
            (number, oldest)
        };
        if let Some((_, oldest)) = oldest {
            oldest.send_away();
        }
        Seat { list: self.clone(), number, place }
    }

    /// Make room: send away the one that has waited for longest.
    pub(super) fn send_oldest_away(&self) {
        let oldest = locked(&self.waiting).places.pop_first();
        if let Some((_, oldest)) = oldest {
            oldest.send_away();
        }
    }

    /// Let each of them look whether it is still wanted.
    pub(super) fn wake_all(&self) {
        let places: Vec<_> = locked(&self.waiting).places.values().cloned().collect();
        places.iter().for_each(|place| place.wake());
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        locked(&self.waiting).places.len()
    }
}

impl Seat {
    /// Whether the one that sits here is to go; else `waker` is woken when it is.
    pub(super) fn is_gone(&self, waker: &Waker) -> bool {
        locked(&self.place.waker).get_or_insert_with(|| waker.clone()).clone_from(waker);
        self.place.gone.load(Ordering::Acquire)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        locked(&self.list.waiting).places.remove(&self.number);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_has_waited_for_longest_goes_first() {
        let list = Arc::new(IdleList::new(2));
        let waker = Waker::noop();
        let (first, second) = (list.sit(), list.sit());
        assert!(!first.is_gone(waker) && !second.is_gone(waker));
        let third = list.sit();
        assert!(first.is_gone(waker) && !second.is_gone(waker) && !third.is_gone(waker));
        assert_eq!(list.len(), 2);
        drop(second);
        list.send_oldest_away();
        assert!(third.is_gone(waker));
        drop((first, third));
        assert_eq!(list.len(), 0);
    }

    #[test]
    fn where_none_may_wait_each_goes_at_once() {
        let list = Arc::new(IdleList::new(0));
        assert!(list.sit().is_gone(Waker::noop()));
    }
}
