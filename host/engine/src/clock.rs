//! Time, so that tests can set it.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Called when a clock was moved by hand.
pub type Moved = Arc<dyn Fn() + Send + Sync>;

/// Where the engine gets the time from.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now_ms(&self) -> i64;

    /// How long to wait, in real time, for `left` to pass on this clock; `None` when only [`Clock::on_move`] tells.
    fn wait_for(&self, left: Duration) -> Option<Duration>;

    /// Register what is to be called whenever the clock is moved by hand.
    fn on_move(&self, moved: Moved);
}

/// The system's clock. It never goes back nor stands still within a process, even when somebody sets the system's time
/// back: a deadline that did not come would keep other writers waiting.
#[derive(Debug)]
pub struct SystemClock {
    made: Instant,
    /// The system's time when `made` was, in milliseconds since the epoch, by the greatest that was ever told.
    made_ms: AtomicI64,
}

impl Default for SystemClock {
    fn default() -> SystemClock {
        SystemClock { made: Instant::now(), made_ms: AtomicI64::new(0) }
    }
}

impl SystemClock {
    fn at(&self, system_ms: i64, passed_ms: i64) -> i64 {
        let made_ms = system_ms.saturating_sub(passed_ms);
        let made_ms = self.made_ms.fetch_max(made_ms, Ordering::Relaxed).max(made_ms);
        made_ms.saturating_add(passed_ms)
    }
}

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let system = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.at(milliseconds(system), milliseconds(self.made.elapsed()))
    }

    fn wait_for(&self, left: Duration) -> Option<Duration> {
        Some(left)
    }

    fn on_move(&self, _moved: Moved) {}
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// A clock that stands still until a test moves it.
///
/// ```
/// use larder_engine::{Clock, ManualClock};
/// use std::time::Duration;
/// let clock = ManualClock::new(1_000);
/// clock.advance(Duration::from_millis(5));
/// assert_eq!(clock.now_ms(), 1_005);
/// ```
#[derive(Default)]
pub struct ManualClock {
    now: AtomicI64,
    moved: Mutex<Vec<Moved>>,
}

impl ManualClock {
    /// A clock that shows `now` milliseconds since the epoch.
    pub fn new(now: i64) -> ManualClock {
        ManualClock { now: AtomicI64::new(now), moved: Mutex::default() }
    }

    /// Move the clock on.
    pub fn advance(&self, by: Duration) {
        self.set(self.now_ms().saturating_add(milliseconds(by)));
    }

    /// Set the clock.
    pub fn set(&self, now: i64) {
        self.now.store(now, Ordering::SeqCst);
        let moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for call in moved {
            call();
        }
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ManualClock").field(&self.now_ms()).finish()
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }

    fn wait_for(&self, _left: Duration) -> Option<Duration> {
        None
    }

    fn on_move(&self, moved: Moved) {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner).push(moved);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_that_is_set_back_makes_time_neither_go_back_nor_stand_still() {
        let clock = SystemClock::default();
        assert_eq!(clock.at(1_000_000, 0), 1_000_000);
        assert_eq!(clock.at(400_000, 10), 1_000_010);
        assert_eq!(clock.at(400_010, 20), 1_000_020);
        assert_eq!(clock.at(2_000_000, 30), 2_000_000);
        assert_eq!(clock.at(2_000_010, 40), 2_000_010);
        assert!(clock.now_ms() > 0);
    }
}
