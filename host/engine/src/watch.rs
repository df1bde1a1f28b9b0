//! Ending work whose answer nobody waits for, or whose time has passed, while it is under way.
//!
//! A statement can take as long as much is stored: the database asks [`is_over`] again and again, on the thread that works.
//! So does what runs statements without a bound on their number.

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{Error, Result};

thread_local! {
    /// Each says that what this thread works on is over.
    static OVER: RefCell<Vec<Arc<AtomicBool>>> = const { RefCell::new(Vec::new()) };
}

/// What this thread does is to end when the flag is set, until this is dropped.
pub(crate) struct Watched;

impl Watched {
    pub(crate) fn by(over: &Arc<AtomicBool>) -> Watched {
        OVER.with_borrow_mut(|flags| flags.push(over.clone()));
        Watched
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        OVER.with_borrow_mut(Vec::pop);
    }
}

/// Whether what this thread does is to end.
pub(crate) fn is_over() -> bool {
    OVER.with_borrow(|flags| flags.iter().any(|over| over.load(Ordering::Relaxed)))
}

/// Whether what this thread does can be ended by somebody.
pub(crate) fn is_watched() -> bool {
    OVER.with_borrow(|flags| !flags.is_empty())
}

/// Go on?
pub(crate) fn check() -> Result<()> {
    if is_over() { Err(Error::Closed) } else { Ok(()) }
}

/// Says that nobody waits any more.
#[derive(Default)]
struct Waits(Arc<AtomicBool>);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Do `work` on a thread that may block. It ends early when this future is dropped.
pub(crate) async fn unblock<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    let waits = Waits::default();
    let over = waits.0.clone();
    let span = tracing::Span::current();
    blocking::unblock(move || {
        let _span = span.entered();
        let _watched = Watched::by(&over);
        work()
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        sync::mpsc,
        task::{Context, Waker},
        time::Duration,
    };

    use crate::{Config, Error, Larder, Result, Store, TenantId, Update};

    fn store(dir: &tempfile::TempDir, config: Config) -> Store {
        let store = Larder::open(dir.path(), config).unwrap().tenant(&TenantId::parse("acme").unwrap()).store();
        store.set("g", "k", b"").unwrap();
        store
    }

    fn for_ever(update: &mut Update<'_>) -> Result<()> {
        loop {
            update.delete_prefix("none")?;
        }
    }

    /// Otherwise a guest that ran out of time would go on costing a thread, and its tenant the writer.
    #[test]
    fn a_call_that_nobody_waits_for_ends() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(&dir, Config::new());
        let (begun, has_begun) = mpsc::channel();
        {
            let mut call = pin!(store.update_async(move |update| {
                begun.send(()).ok();
                for_ever(update)
            }));
            assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            has_begun.recv().unwrap();
        }
        store.set("g", "k", b"").unwrap();
    }

    #[test]
    fn a_call_that_outlasts_its_transaction_ends() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(&dir, Config::new().transaction_deadline(Duration::from_millis(20)));
        let transaction = store.begin().unwrap();
        let ended = transaction.store().update(for_ever);
        assert!(matches!(ended, Err(Error::TransactionExpired)), "{ended:?}");
        store.set("g", "k", b"").unwrap();
    }
}
