//! Several calls as one.

use core::ops::Deref;
use core::time::Duration;

use crate::bindings::transactions as raw;
use crate::{Error, Result, Store, Version};

/// How often [`Store::transaction`] runs its closure before it gives up.
const ATTEMPTS: u32 = 5;

/// Several calls as one: all or nothing, and no other writer in between.
///
/// It has all that a [`Store`] has; what is called on it reads its own writes,
/// and nobody else sees them before [`Transaction::commit`]. Dropping it undoes
/// them. Other writers wait as long as it is open, and the host ends it at its
/// deadline (5 seconds unless changed): fetch and compute first, then begin.
#[derive(Debug)]
#[must_use = "dropping a transaction undoes it"]
pub struct Transaction {
    // The store goes before the transaction that it is a part of.
    store: Store,
    raw: raw::Transaction,
}

impl Store {
    /// Begins a transaction, waiting for other writers to finish.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::TooMany`], [`Error::AccessDenied`];
    /// [`Error::TransactionOpen`] when this instance has one open already.
    pub fn begin(&self) -> Result<Transaction> {
        let raw = self.check(raw::Transaction::begin(self.raw()))?;
        let store = Self::from_raw(self.check(raw.store())?);
        Ok(Transaction { store, raw })
    }

    /// Runs `work` in a transaction: commits when it answers `Ok`, undoes all
    /// of it when it answers `Err`.
    ///
    /// `work` is run again, at most 5 times in all, when another writer was in
    /// the way ([`Error::Conflict`], [`Error::Busy`]), so it should change
    /// nothing but the transaction.
    ///
    /// ```no_run
    /// # fn main() -> larder_guest::Result<()> {
    /// # let store = larder_guest::Store::default_store()?;
    /// store.transaction(|tx| {
    ///     tx.increment("balance", "ann", -5)?;
    ///     tx.increment("balance", "bob", 5)
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`Store::begin`], of `work` and of [`Transaction::commit`].
    pub fn transaction<T, E: From<Error>>(&self, mut work: impl FnMut(&Transaction) -> Result<T, E>) -> Result<T, E> {
        let mut attempts = Attempts::default();
        loop {
            match self.attempt(&mut work) {
                Attempt::Again(_) if attempts.one_more() => {}
                Attempt::Again(error) => return Err(error),
                Attempt::Ended(result) => return result,
            }
        }
    }

    fn attempt<T, E: From<Error>>(&self, work: &mut impl FnMut(&Transaction) -> Result<T, E>) -> Attempt<T, E> {
        let tx = match self.begin() {
            Ok(tx) => tx,
            Err(error) => return Attempt::refused(error),
        };
        match work(&tx) {
            Ok(value) => match tx.commit() {
                Ok(_) => Attempt::Ended(Ok(value)),
                Err(error) => Attempt::refused(error),
            },
            Err(error) if tx.store.lost() => Attempt::Again(error),
            Err(error) => Attempt::Ended(Err(error)),
        }
    }
}

/// How often it was tried again.
#[derive(Debug, Default)]
pub(crate) struct Attempts(u32);

impl Attempts {
    /// Whether to try once more.
    pub(crate) fn one_more(&mut self) -> bool {
        self.0 += 1;
        self.0 < ATTEMPTS
    }

    /// The same after an error that ended an attempt.
    pub(crate) fn again(&mut self, error: &Error) -> bool {
        error.is_retryable() && self.one_more()
    }
}

enum Attempt<T, E> {
    Ended(Result<T, E>),
    Again(E),
}

impl<T, E: From<Error>> Attempt<T, E> {
    fn refused(error: Error) -> Self {
        if error.is_retryable() { Self::Again(error.into()) } else { Self::Ended(Err(error.into())) }
    }
}

impl Transaction {
    /// Time until the deadline; zero when it has passed.
    pub fn remaining(&self) -> Duration {
        Duration::from_millis(self.raw.remaining_ms())
    }

    /// Makes all of it durable and answers the version that its writes got.
    ///
    /// # Errors
    /// [`Error::TransactionExpired`], [`Error::Conflict`],
    /// [`Error::Unavailable`]; nothing of it was kept then.
    pub fn commit(self) -> Result<Version> {
        let Self { store, raw } = self;
        drop(store);
        Ok(raw::Transaction::commit(raw)?)
    }

    /// Undoes all of it, as dropping it does, and says if that failed.
    ///
    /// # Errors
    /// [`Error::TransactionExpired`], [`Error::Unavailable`]; nothing of it was
    /// kept then either.
    pub fn rollback(self) -> Result<()> {
        let Self { store, raw } = self;
        drop(store);
        Ok(raw::Transaction::rollback(raw)?)
    }
}

impl Deref for Transaction {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}
