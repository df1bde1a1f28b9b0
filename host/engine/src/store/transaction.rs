//! Transactions that stay open between calls.

use std::{
    cell::RefCell,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicBool, Ordering, fence},
    },
    time::Duration,
};

use tracing::Instrument as _;

use super::{
    Store,
    context::Context,
    update::{Update, Writing},
    view::View,
};
use crate::{Clock, Error, Result, Version, gate::Permit, telemetry::Op, tenant::OpenTenant, watch::Watched};

/// An open transaction. Dropping it rolls it back.
///
/// Other writers of the tenant wait while it is open, readers do not. It is rolled back at its
/// [deadline](crate::Config::transaction_deadline), wherever its owner is; calls on it then answer
/// [`Error::TransactionExpired`].
///
/// ```
/// # use larder_engine::{Config, Larder, TenantId};
/// # fn main() -> larder_engine::Result<()> {
/// # let store = Larder::in_memory(Config::new()).tenant(&TenantId::parse("acme")?).store();
/// let transaction = store.begin()?;
/// transaction.store().set("users", "1", b"Ada")?;
/// assert_eq!(store.get("users", "1")?, None);
/// transaction.commit()?;
/// assert_eq!(store.get("users", "1")?.as_deref(), Some(&b"Ada"[..]));
/// # Ok(())
/// # }
/// ```
pub struct Transaction {
    open: Arc<Open>,
    store: Store,
}

/// What a transaction holds until it ends.
pub(crate) struct Open {
    // Dropped before the tenant, whose lock goes when the database is closed.
    state: Mutex<State>,
    tenant: Arc<OpenTenant>,
    clock: Arc<dyn Clock>,
    deadline_ms: i64,
    /// Somebody found it past its end while a call was under way; the call looks here when it is done.
    due: Arc<AtomicBool>,
}

/// A call on an open transaction.
struct Call<'a> {
    open: &'a Open,
    /// Taken when the call is done.
    state: Option<MutexGuard<'a, State>>,
}

enum State {
    Open(Box<Writing>, Permit),
    Expired,
    Ended,
}

impl Store {
    /// Begin a transaction, waiting for other writers of the tenant to finish.
    ///
    /// # Errors
    /// [`Error::AccessDenied`] for a read-only store, [`Error::TransactionOpen`] for a store that belongs to a
    /// transaction or inside [`Store::transaction`], [`Error::Busy`], [`Error::Closed`], and the host's faults.
    pub fn begin(&self) -> Result<Transaction> {
        let _span = self.span(Op::Begin).entered();
        self.meters().start(Op::Begin).answer(self.begin_now())
    }

    fn begin_now(&self) -> Result<Transaction> {
        self.may_begin()?;
        let open = self.tenant.open()?;
        refuse_nested(&open)?;
        let permit = open.enter_as_writer()?;
        self.begun(open, permit)
    }

    /// [`Store::begin`] for tasks.
    ///
    /// # Errors
    /// Those of [`Store::begin`].
    pub async fn begin_async(&self) -> Result<Transaction> {
        let begin = self.begin_as_task().instrument(self.span(Op::Begin));
        self.meters().start(Op::Begin).answer(begin.await)
    }

    async fn begin_as_task(&self) -> Result<Transaction> {
        self.may_begin()?;
        let open = self.tenant.open_async().await?;
        refuse_nested(&open)?;
        let permit = open.enter_as_writer_async().await?;
        let store = self.clone();
        blocking::unblock(move || store.begun(open, permit)).await
    }

    /// Run `body` in a transaction: committed when it answers `Ok`, rolled back otherwise.
    ///
    /// The store that `body` gets is the one to write through. Reads of other stores of the tenant answer what was
    /// committed before; their writes answer [`Error::TransactionOpen`], because they would wait for `body` to end.
    ///
    /// # Errors
    /// What `body` answers, those of [`Store::begin`] and of [`Transaction::commit`].
    pub fn transaction<R>(&self, body: impl FnOnce(&Store) -> Result<R>) -> Result<R> {
        let transaction = self.begin()?;
        let result = {
            let _inside = Inside::enter(&transaction.open.tenant);
            body(&transaction.store())?
        };
        transaction.commit()?;
        Ok(result)
    }

    fn may_begin(&self) -> Result<()> {
        if self.transaction.is_some() { Err(Error::TransactionOpen) } else { self.writable() }
    }

    fn begun(&self, tenant: Arc<OpenTenant>, permit: Permit) -> Result<Transaction> {
        let writing = tenant.begin()?;
        let config = self.tenant.config();
        let clock = config.clock.clone();
        let wait = i64::try_from(config.transaction_deadline.as_millis()).unwrap_or(i64::MAX);
        let deadline_ms = clock.now_ms().saturating_add(wait);
        let state = Mutex::new(State::Open(Box::new(writing), permit));
        let due = Arc::default();
        let open = Arc::new(Open { state, tenant, clock, deadline_ms, due });
        self.tenant.expire_at(deadline_ms, &open);
        Ok(Transaction { open, store: self.clone() })
    }
}

impl Transaction {
    /// The same scope inside the transaction. When the transaction has ended, it answers [`Error::Closed`].
    pub fn store(&self) -> Store {
        Store { transaction: Some(Arc::downgrade(&self.open)), ..self.store.clone() }
    }

    /// Time until the deadline.
    pub fn remaining(&self) -> Duration {
        let left = self.open.deadline_ms.saturating_sub(self.open.clock.now_ms());
        Duration::from_millis(u64::try_from(left).unwrap_or(0))
    }

    /// Whether it can still be used.
    pub fn is_open(&self) -> bool {
        matches!(self.open.call().state.as_deref(), Some(State::Open(..)))
    }

    /// Make all of it durable. Answers the version that its writes got.
    ///
    /// # Errors
    /// [`Error::TransactionExpired`], [`Error::Closed`] if it has ended, and the host's faults; nothing of it was kept.
    pub fn commit(&self) -> Result<Version> {
        let _span = self.store.span(Op::Commit).entered();
        self.store.meters().start(Op::Commit).answer(self.open.commit())
    }

    /// [`Transaction::commit`] for tasks.
    ///
    /// # Errors
    /// Those of [`Transaction::commit`].
    pub async fn commit_async(&self) -> Result<Version> {
        let open = self.open.clone();
        let commit = blocking::unblock(move || open.commit()).instrument(self.store.span(Op::Commit));
        self.store.meters().start(Op::Commit).answer(commit.await)
    }

    /// Undo all of it.
    ///
    /// # Errors
    /// [`Error::TransactionExpired`], [`Error::Closed`] if it has ended.
    pub fn rollback(&self) -> Result<()> {
        self.store.meters().start(Op::Rollback).answer(self.open.take().map(drop))
    }

    /// [`Transaction::rollback`] for tasks.
    ///
    /// # Errors
    /// Those of [`Transaction::rollback`].
    pub async fn rollback_async(&self) -> Result<()> {
        let open = self.open.clone();
        let rollback = blocking::unblock(move || open.take().map(drop));
        self.store.meters().start(Op::Rollback).answer(rollback.await)
    }
}

impl Open {
    pub(crate) fn view<R>(&self, context: &Context, reads: impl FnOnce(&View<'_>) -> Result<R>) -> Result<R> {
        let mut call = self.call();
        call.watched(|writing| {
            writing.flush()?;
            reads(&View { read: writing.write.as_read(), context, seen: None })
        })
    }

    pub(crate) fn update<R>(&self, context: &Context, writes: impl FnOnce(&mut Update<'_>) -> Result<R>) -> Result<R> {
        let mut call = self.call();
        call.watched(|writing| writes(&mut Update { writing, context }))
    }

    fn call(&self) -> Call<'_> {
        Call { open: self, state: Some(self.state()) }
    }

    /// Roll it back if its deadline has passed. Does not wait for a call under way, which does it then.
    pub(crate) fn expire(&self) {
        self.due.store(true, Ordering::SeqCst);
        // Either the call sees that it is due, or this sees that the call is done.
        fence(Ordering::SeqCst);
        let state = match self.state.try_lock() {
            Ok(state) => Some(state),
            Err(TryLockError::Poisoned(state)) => Some(state.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        };
        if let Some(mut state) = state {
            self.writing(&mut state).map(drop).ok();
        }
    }

    /// The open transaction. One that has passed its deadline is rolled back here.
    fn writing<'a>(&self, state: &'a mut State) -> Result<&'a mut Writing> {
        if matches!(state, State::Open(..)) {
            if self.tenant.is_closed() {
                *state = State::Ended;
            } else if self.clock.now_ms() >= self.deadline_ms {
                *state = State::Expired;
            }
        }
        match state {
            State::Open(writing, _) => Ok(writing),
            State::Expired => Err(Error::TransactionExpired),
            State::Ended => Err(Error::Closed),
        }
    }

    fn take(&self) -> Result<(Box<Writing>, Permit)> {
        let mut state = self.state();
        self.writing(&mut state)?;
        match std::mem::replace(&mut *state, State::Ended) {
            State::Open(writing, permit) => Ok((writing, permit)),
            State::Expired | State::Ended => Err(Error::Closed),
        }
    }

    fn commit(&self) -> Result<Version> {
        let (writing, permit) = self.take()?;
        self.tenant.commit(*writing, permit)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Call<'_> {
    /// Run the call. It ends where it is when the deadline passes.
    fn watched<R>(&mut self, run: impl FnOnce(&mut Writing) -> Result<R>) -> Result<R> {
        let due = &self.open.due;
        let result = {
            let writing = self.writing()?;
            let _watched = Watched::by(due);
            run(writing)
        };
        if let Err(error) = &result {
            if due.load(Ordering::Relaxed) {
                self.writing()?;
            }
            if !error.is_callers_fault()
                && let Some(state) = &mut self.state
            {
                // How much of the call was done is not known: none of it may be committed.
                **state = State::Ended;
            }
        }
        result
    }

    fn writing(&mut self) -> Result<&mut Writing> {
        let state = self.state.as_mut().ok_or(Error::Closed)?;
        self.open.writing(state)
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.state = None;
        fence(Ordering::SeqCst);
        if self.open.due.load(Ordering::SeqCst) {
            self.open.expire();
        }
    }
}

thread_local! {
    /// The tenants in whose [`Store::transaction`] this thread is.
    static INSIDE: RefCell<Vec<*const OpenTenant>> = const { RefCell::new(Vec::new()) };
}

struct Inside;

impl Inside {
    fn enter(tenant: &Arc<OpenTenant>) -> Inside {
        INSIDE.with_borrow_mut(|inside| inside.push(Arc::as_ptr(tenant)));
        Inside
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.with_borrow_mut(Vec::pop);
    }
}

/// A write that waits for a transaction of its own thread would wait for ever.
pub(crate) fn refuse_nested(tenant: &Arc<OpenTenant>) -> Result<()> {
    let nested = INSIDE.with_borrow(|inside| inside.contains(&Arc::as_ptr(tenant)));
    if nested { Err(Error::TransactionOpen) } else { Ok(()) }
}
