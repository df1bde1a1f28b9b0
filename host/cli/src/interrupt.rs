//! Ending in good order when the user interrupts: the store is closed, and what was measured is sent.

use crate::{
    exit::Exit,
    failure::{Failure, Result},
};

/// Wait until the user interrupts; begins to listen when it is first polled.
pub(crate) async fn interrupted() -> Result<()> {
    tokio::signal::ctrl_c()
        .await
        .map_err(|error| Failure::new(Exit::Storage, "runtime", format!("interruptions cannot be waited for: {error}")))
}

/// Do `work`, unless the user interrupts it: it is dropped then, wherever it is.
pub(crate) async fn unless_interrupted<R>(work: impl Future<Output = R>) -> Result<R> {
    tokio::select! {
        // First, so that it listens before anything is done.
        biased;
        // Whoever interrupts knows why it ends.
        interrupted = interrupted() => interrupted.and_then(|()| Err(Failure::new(Exit::Interrupted, "interrupted", ""))),
        done = work => Ok(done),
    }
}
