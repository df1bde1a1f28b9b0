//! Time, so that tests can set it.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
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

/// The system's clock. It never goes back within a process, even when somebody sets the system's time back.
#[derive(Debug, Default)]
pub struct SystemClock {
    latest: AtomicI64,
}

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        self.latest.fetch_max(now, Ordering::Relaxed).max(now)
    }

    fn wait_for(&self, left: Duration) -> Option<Duration> {
        Some(left)
    }

    fn on_move(&self, _moved: Moved) {}
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
        self.set(self.now_ms().saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)));
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
