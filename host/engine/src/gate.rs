//! A fair gate with a number of places, for threads and tasks alike.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use event_listener::{Event, EventListener, Listener};

/// Lets so many through at a time; the others wait in the order of their coming.
#[derive(Debug)]
pub(crate) struct Gate {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    free: usize,
    queue: VecDeque<Arc<Turn>>,
}

#[derive(Debug)]
struct Turn {
    granted: AtomicBool,
    event: Event,
}

/// A place behind the gate; dropping it lets the next one through.
#[derive(Debug)]
pub(crate) struct Permit {
    gate: Arc<Gate>,
}

/// A place in the queue that several share: one of them is told when it is its turn. It can queue again and again; when
/// none of them is left, it leaves, and passes on a grant that nobody took.
#[derive(Debug)]
pub(crate) struct Place {
    gate: Arc<Gate>,
    turn: Arc<Turn>,
}

/// A place in the queue. Leaving the queue passes on a grant that nobody took.
struct Waiting {
    gate: Arc<Gate>,
    turn: Arc<Turn>,
    listener: Option<EventListener>,
}

impl Gate {
    pub(crate) fn new(places: usize) -> Arc<Gate> {
        Arc::new(Gate { state: Mutex::new(State { free: places, queue: VecDeque::new() }) })
    }

    /// A place, if one is free and nobody waits for it.
    pub(crate) fn try_enter(self: &Arc<Gate>) -> Option<Permit> {
        let mut state = self.state();
        if state.free == 0 {
            return None;
        }
        state.free -= 1;
        Some(Permit { gate: self.clone() })
    }

    /// Wait for a place, at most `timeout`.
    pub(crate) fn enter(self: &Arc<Gate>, timeout: Duration) -> Option<Permit> {
        let mut waiting = match self.enter_or_queue() {
            Ok(permit) => return Some(permit),
            Err(waiting) => waiting,
        };
        if let Some(listener) = waiting.listener.take() {
            listener.wait_timeout(timeout);
        }
        waiting.granted()
    }

    /// Wait for a place until `timeout` is done.
    pub(crate) async fn enter_async(self: &Arc<Gate>, timeout: impl Future<Output = ()>) -> Option<Permit> {
        let mut waiting = match self.enter_or_queue() {
            Ok(permit) => return Some(permit),
            Err(waiting) => waiting,
        };
        if let Some(listener) = waiting.listener.take() {
            first_of(listener, timeout).await;
        }
        waiting.granted()
    }

    fn enter_or_queue(self: &Arc<Gate>) -> Result<Permit, Waiting> {
        let mut state = self.state();
        if state.free > 0 {
            state.free -= 1;
            return Ok(Permit { gate: self.clone() });
        }
        let turn = Arc::new(Turn { granted: AtomicBool::new(false), event: Event::new() });
        let listener = Some(turn.event.listen());
        state.queue.push_back(turn.clone());
        Err(Waiting { gate: self.clone(), turn, listener })
    }

    fn leave(&self) {
        let mut state = self.state();
        match state.queue.pop_front() {
            Some(next) => {
                next.granted.store(true, Ordering::Release);
                next.event.notify(1);
            }
            None => state.free += 1,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn granted(self) -> Option<Permit> {
        let taken = self.turn.granted.swap(false, Ordering::AcqRel);
        taken.then(|| Permit { gate: self.gate.clone() })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.queue.retain(|turn| !Arc::ptr_eq(turn, &self.turn));
        drop(state);
        if self.turn.granted.swap(false, Ordering::AcqRel) {
            self.gate.leave();
        }
    }
}

impl Place {
    /// Not in the queue.
    pub(crate) fn new(gate: &Arc<Gate>) -> Arc<Place> {
        let turn = Arc::new(Turn { granted: AtomicBool::new(false), event: Event::new() });
        Arc::new(Place { gate: gate.clone(), turn })
    }

    /// Queue, if it is not in the queue or has its turn already.
    pub(crate) fn queue(&self) {
        let mut state = self.gate.state();
        if self.turn.granted.load(Ordering::Acquire) || self.is_queued(&state) {
            return;
        }
        if state.free > 0 {
            state.free -= 1;
            self.turn.granted.store(true, Ordering::Release);
            self.turn.event.notify(1);
        } else {
            state.queue.push_back(self.turn.clone());
        }
    }

    /// Leave the queue. A turn that it has already stays.
    pub(crate) fn leave(&self) {
        self.gate.state().queue.retain(|turn| !Arc::ptr_eq(turn, &self.turn));
    }

    /// To be told when it has its turn; to be asked for before [`Place::take`].
    pub(crate) fn listen(&self) -> EventListener {
        self.turn.event.listen()
    }

    /// The turn, if it has come.
    pub(crate) fn take(&self) -> Option<Permit> {
        let taken = self.turn.granted.swap(false, Ordering::AcqRel);
        taken.then(|| Permit { gate: self.gate.clone() })
    }

    fn is_queued(&self, state: &State) -> bool {
        state.queue.iter().any(|turn| Arc::ptr_eq(turn, &self.turn))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.leave();
        drop(self.take());
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.gate.leave();
    }
}

/// Done as soon as either is. Answers whether it was the first.
pub(crate) async fn first_of(a: impl Future, b: impl Future<Output = ()>) -> bool {
    let mut a = std::pin::pin!(a);
    let mut b = std::pin::pin!(b);
    std::future::poll_fn(|cx| {
        if a.as_mut().poll(cx).is_ready() {
            std::task::Poll::Ready(true)
        } else if b.as_mut().poll(cx).is_ready() {
            std::task::Poll::Ready(false)
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_place_is_given_at_once_and_a_taken_one_is_not() {
        let gate = Gate::new(1);
        let permit = gate.try_enter().unwrap();
        assert!(gate.try_enter().is_none());
        assert!(gate.enter(Duration::ZERO).is_none());
        drop(permit);
        assert!(gate.enter(Duration::ZERO).is_some());
    }

    #[test]
    fn waiters_pass_in_the_order_of_their_coming() {
        let gate = Gate::new(1);
        let permit = gate.try_enter().unwrap();
        let order = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for n in 0..4 {
                let before = gate.state().queue.len();
                let (gate, order) = (&gate, &order);
                scope.spawn(move || {
                    let _permit = gate.enter(Duration::from_secs(60)).unwrap();
                    order.lock().unwrap().push(n);
                });
                while gate.state().queue.len() == before {
                    std::thread::yield_now();
                }
            }
            drop(permit);
        });
        assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3]);
    }

    #[test]
    fn a_shared_place_is_granted_once_a_turn_and_passes_on_what_nobody_takes() {
        let gate = Gate::new(1);
        let permit = gate.try_enter().unwrap();
        let place = Place::new(&gate);
        let again = place.clone();
        place.queue();
        again.queue();
        assert!(place.take().is_none());
        drop(permit);
        let permit = again.take().unwrap();
        assert!(place.take().is_none());
        place.queue();
        drop(permit);
        assert!(gate.try_enter().is_none());
        drop((place, again));
        let permit = gate.try_enter().unwrap();
        let place = Place::new(&gate);
        place.queue();
        place.leave();
        drop(permit);
        assert!(place.take().is_none() && gate.try_enter().is_some());
        place.queue();
        assert!(place.take().is_some());
    }

    #[test]
    fn a_grant_to_one_who_left_goes_to_the_next() {
        let gate = Gate::new(1);
        let permit = gate.try_enter().unwrap();
        let gone = gate.enter_or_queue().unwrap_err();
        drop(permit);
        drop(gone);
        assert!(gate.try_enter().is_some());
    }
}
