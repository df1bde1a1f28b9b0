//! Changes that depend on what is there, without a transaction.

use crate::bindings::atomics as raw;
use crate::{Entry, Error, Result, Store, Version};

/// How often [`Store::update`] tries before it gives up.
const ATTEMPTS: u32 = 16;

/// What a conditional change came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done; the version that the change got.
    Done(Version),
    /// Not done: the entry is at another version. What it is now; `None`: it is
    /// absent.
    Stale(Option<Entry>),
}

impl From<raw::Outcome> for Outcome {
    fn from(outcome: raw::Outcome) -> Self {
        match outcome {
            raw::Outcome::Done(version) => Self::Done(version),
            raw::Outcome::Stale(entry) => Self::Stale(entry.map(Entry::from)),
        }
    }
}

impl Store {
    /// Adds `delta` to a counter and answers the sum.
    ///
    /// An absent entry counts as 0; a time to live stays. [`Store::get_string`]
    /// reads a counter as decimal digits.
    ///
    /// # Errors
    /// [`Error::NotACounter`], [`Error::Overflow`], [`Error::QuotaExceeded`];
    /// see [`Store`].
    pub fn increment(&self, group: &str, key: &str, delta: i64) -> Result<i64> {
        self.check(raw::increment(self.raw(), group, key, delta))
    }

    /// Replaces an entry only if it is at version `expected`; `None`: inserts
    /// it only if it is absent. A time to live is cleared.
    ///
    /// # Errors
    /// As [`Store::set`].
    pub fn compare_and_swap(
        &self,
        group: &str,
        key: &str,
        expected: Option<Version>,
        value: impl AsRef<[u8]>,
    ) -> Result<Outcome> {
        let answer = raw::compare_and_swap(self.raw(), group, key, expected, value.as_ref());
        self.check(answer).map(Outcome::from)
    }

    /// Deletes an entry only if it is at version `expected`.
    ///
    /// # Errors
    /// See [`Store`].
    pub fn compare_and_delete(&self, group: &str, key: &str, expected: Version) -> Result<Outcome> {
        let answer = raw::compare_and_delete(self.raw(), group, key, expected);
        self.check(answer).map(Outcome::from)
    }

    /// Replaces a value by what `change` makes of it, and answers the new
    /// value.
    ///
    /// `change` gets the old value, `None` for an absent entry. It is called
    /// again when another writer was faster, at most 16 times in all. A time to
    /// live is cleared.
    ///
    /// ```no_run
    /// # fn main() -> larder_guest::Result<()> {
    /// # let store = larder_guest::Store::default_store()?;
    /// let log = store.update("logs", "today", |old| {
    ///     let mut log = old.unwrap_or_default().to_vec();
    ///     log.extend_from_slice(b"opened\n");
    ///     log
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Store::set`], and [`Error::Conflict`] when other writers were
    /// always faster.
    pub fn update<V: AsRef<[u8]>>(
        &self,
        group: &str,
        key: &str,
        mut change: impl FnMut(Option<&[u8]>) -> V,
    ) -> Result<V> {
        self.try_update(group, key, |old| Ok(change(old)))
    }

    /// As [`Store::update`], for a `change` that can fail; nothing is written
    /// then.
    ///
    /// # Errors
    /// As [`Store::update`], and those of `change`.
    pub fn try_update<V: AsRef<[u8]>, E: From<Error>>(
        &self,
        group: &str,
        key: &str,
        mut change: impl FnMut(Option<&[u8]>) -> Result<V, E>,
    ) -> Result<V, E> {
        let mut old = self.entry(group, key)?;
        for _ in 0..ATTEMPTS {
            let new = change(old.as_ref().map(|entry| entry.value.as_slice()))?;
            let expected = old.as_ref().map(|entry| entry.version);
            match self.compare_and_swap(group, key, expected, &new)? {
                Outcome::Done(_) => return Ok(new),
                Outcome::Stale(current) => old = current,
            }
        }
        Err(Error::Conflict.into())
    }
}
