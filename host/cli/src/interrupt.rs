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

/// What ends a server: an interruption, or the signal by which a supervisor ends one.
pub(crate) struct Ended {
    first: tokio::sync::oneshot::Receiver<()>,
    second: tokio::sync::oneshot::Receiver<()>,
}

/// Listens from now on.
pub(crate) fn ended() -> Result<Ended> {
    let (tell_first, first) = tokio::sync::oneshot::channel();
    let (tell_second, second) = tokio::sync::oneshot::channel();
    #[cfg(unix)]
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(|error| Failure::new(Exit::Storage, "runtime", format!("signals cannot be waited for: {error}")))?;
    tokio::spawn(async move {
        for tell in [tell_first, tell_second] {
            #[cfg(unix)]
            tokio::select! {
                heard = interrupted() => if heard.is_err() { return },
                _ = terminated.recv() => {}
            }
            #[cfg(not(unix))]
            if interrupted().await.is_err() {
                return;
            }
            // Nobody waits any more where it has ended meanwhile.
            let _ = tell.send(());
        }
    });
    Ok(Ended { first, second })
}

impl Ended {
    /// The first time, and the second one.
    pub(crate) fn split(self) -> (impl Future<Output = ()>, impl Future<Output = ()>) {
        let heard = |told: tokio::sync::oneshot::Receiver<()>| async move {
            if told.await.is_err() {
                std::future::pending().await
            }
        };
        (heard(self.first), heard(self.second))
    }
}
