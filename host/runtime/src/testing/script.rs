//! What is to go wrong in a test, and what was called.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use larder_engine::TenantId;

/// Calls that are remembered.
const LOGGED: usize = 100_000;

/// Calls that can be about to fail at a time.
const PLANNED: usize = 10_000;

/// No function has a longer name.
const NAME_BYTES: usize = 128;

/// How a call goes wrong that a [`Script`] lets fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestFault {
    /// The storage fails. Also what stands for a fault that an interface has no word for.
    Unavailable,
    /// Another writer holds the tenant.
    Busy,
    /// Another writer was first.
    Conflict,
    /// A quota is used up.
    QuotaExceeded,
    /// The instance traps, before the call does anything.
    Trap,
}

/// A call that a guest made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedCall {
    /// The interface and the function, such as `store.set`.
    pub function: &'static str,
    /// Whose data it was about, where that was known.
    pub tenant: Option<TenantId>,
    /// `ok`, the name of the guest's error such as `quota-exceeded`, `trap`, or `cancelled` when the guest was stopped.
    pub outcome: &'static str,
}

/// Makes calls of guests to larder fail, and remembers those that were made.
///
/// Clones are the same script. An instance follows it that was made with [`LarderCtxBuilder::script`](crate::LarderCtxBuilder::script).
///
/// ```
/// use larder::testing::{Script, TestFault};
/// let script = Script::new();
/// // The second `set` from now on finds a quota used up.
/// script.fail("store.set", 2, TestFault::QuotaExceeded);
/// assert!(script.calls().is_empty());
/// ```
#[derive(Clone, Default)]
pub struct Script(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    planned: Vec<Planned>,
    calls: Vec<LoggedCall>,
}

struct Planned {
    function: String,
    /// Calls that are still to come before it, and it.
    nth: u32,
    fault: TestFault,
}

impl Script {
    /// Nothing goes wrong, and nothing was called.
    pub fn new() -> Script {
        Script::default()
    }

    /// Let the `nth` call from now on (1 is the next one) of `function` go wrong, once. `store.*` is any function of an interface,
    /// `*` any at all; 0 is as 1. Beyond 10,000 that are still to come, no more are taken.
    pub fn fail(&self, function: impl Into<String>, nth: u32, fault: TestFault) {
        let function = function.into();
        let mut inner = self.inner();
        // A test is a guest too: it must not make the host grow without bound.
        if function.len() <= NAME_BYTES && inner.planned.len() < PLANNED {
            inner.planned.push(Planned { function, nth: nth.max(1), fault });
        }
    }

    /// Let nothing go wrong any more.
    pub fn fail_no_more(&self) {
        self.inner().planned.clear();
    }

    /// The calls that have ended, in the order of their ends: the first 100,000.
    pub fn calls(&self) -> Vec<LoggedCall> {
        self.inner().calls.clone()
    }

    /// Forget the calls.
    pub fn clear_calls(&self) {
        self.inner().calls.clear();
    }

    /// A call begins. Answers how it is to go wrong.
    pub(crate) fn begin(&self, function: &str) -> Option<TestFault> {
        let mut inner = self.inner();
        let mut due = None;
        for (place, planned) in inner.planned.iter_mut().enumerate() {
            if covers(&planned.function, function) {
                planned.nth -= 1;
                // Where two are due at once, the second one is for the next call.
                match (planned.nth, due) {
                    (0, None) => due = Some(place),
                    (0, Some(_)) => planned.nth = 1,
                    _ => {}
                }
            }
        }
        due.map(|place| inner.planned.remove(place).fault)
    }

    /// A call has ended.
    pub(crate) fn ended(&self, function: &'static str, tenant: Option<&TenantId>, outcome: &'static str) {
        let mut inner = self.inner();
        if inner.calls.len() < LOGGED {
            inner.calls.push(LoggedCall { function, tenant: tenant.cloned(), outcome });
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn covers(pattern: &str, function: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => function.starts_with(start),
        None => pattern == function,
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.inner();
        f.debug_struct("Script")
            .field("planned", &inner.planned.len())
            .field("calls", &inner.calls.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nth_call_of_a_function_fails_once() {
        let script = Script::new();
        script.fail("store.set", 2, TestFault::Busy);
        assert_eq!(script.begin("store.set"), None);
        assert_eq!(script.begin("store.get"), None);
        assert_eq!(script.begin("store.set"), Some(TestFault::Busy));
        assert_eq!(script.begin("store.set"), None);
    }

    #[test]
    fn a_pattern_covers_an_interface_or_all() {
        let script = Script::new();
        script.fail("store.*", 1, TestFault::Busy);
        script.fail("*", 1, TestFault::Trap);
        assert_eq!(script.begin("batch.set-many"), Some(TestFault::Trap));
        assert_eq!(script.begin("store.open"), Some(TestFault::Busy));
        script.fail("*", 1, TestFault::Trap);
        script.fail_no_more();
        assert_eq!(script.begin("store.open"), None);
    }

    #[test]
    fn two_that_are_due_at_once_come_one_after_the_other() {
        let script = Script::new();
        script.fail("store.get", 2, TestFault::Busy);
        script.fail("*", 2, TestFault::Conflict);
        assert_eq!(script.begin("store.get"), None);
        assert_eq!(script.begin("store.get"), Some(TestFault::Busy));
        assert_eq!(script.begin("store.get"), Some(TestFault::Conflict));
    }

    #[test]
    fn plans_and_log_are_bounded() {
        let script = Script::new();
        for _ in 0..PLANNED + 10 {
            script.fail("none", 1, TestFault::Busy);
        }
        assert_eq!(script.inner().planned.len(), PLANNED);
        script.fail_no_more();
        script.fail("n".repeat(NAME_BYTES + 1), 1, TestFault::Busy);
        assert_eq!(script.inner().planned.len(), 0);
        for _ in 0..LOGGED + 10 {
            script.ended("store.get", None, "ok");
        }
        assert_eq!(script.calls().len(), LOGGED);
        script.clear_calls();
        assert!(script.calls().is_empty());
    }
}
