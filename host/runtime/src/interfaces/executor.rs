//! Getting off the executor's threads, where that is cheaper than another thread for the work.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Whether what is done here can be done [aside](aside).
pub(super) fn can_step_aside() -> bool {
    Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread)
}

/// Do what waits for the disk on this thread, while its other tasks go on elsewhere. Where there is no such executor, they wait.
///
/// A hand-over to a thread that may block, and back, takes some 25 us; this a fraction of it.
pub(crate) fn aside<R>(wait: impl FnOnce() -> R) -> R {
    if can_step_aside() { tokio::task::block_in_place(wait) } else { wait() }
}
