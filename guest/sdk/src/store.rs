//! A store and the operations on single entries.

use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;

use crate::bindings::{store as raw, types};
use crate::entry::millis;
use crate::{Entry, Error, Group, Result, Usage, Version};

/// A scope of entries that the host granted under a label.
///
/// Groups, keys and values may be empty and hold any text, any bytes. Names are
/// ordered by the bytes of their UTF-8. Each call is a transaction of its own:
/// when it answers `Ok`, a write is on disk; when it answers `Err`, nothing was
/// written. For several calls as one see [`Store::transaction`].
///
/// # Errors
/// Every call can answer [`Error::Closed`] and [`Error::Unavailable`]; with a
/// group or a key [`Error::TooLarge`] for it; in a transaction
/// [`Error::TransactionExpired`]. Every write can answer
/// [`Error::AccessDenied`], [`Error::Busy`] and [`Error::TransactionOpen`].
/// What a call can answer besides is written with it.
#[derive(Debug)]
pub struct Store {
    raw: raw::Store,
    // Set when a call lost against another writer, so that `transaction` knows
    // it even if the closure hides the error in one of its own.
    lost: AtomicBool,
}

impl Store {
    /// Opens the scope that the host granted as `label`.
    ///
    /// Two stores of one label share the same entries.
    ///
    /// # Errors
    /// [`Error::AccessDenied`] when the label is unknown or not granted,
    /// [`Error::TooMany`] when too many stores are open.
    pub fn open(label: &str) -> Result<Self> {
        Ok(Self::from_raw(raw::Store::open(label)?))
    }

    /// Opens the scope that the host granted as `default`, the plugin's own.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn default_store() -> Result<Self> {
        Self::open("default")
    }

    /// A view of one group, for calls without the group argument.
    pub fn group<'a>(&'a self, name: &'a str) -> Group<'a> {
        Group::new(self, name)
    }

    /// The value of an entry, or `None`.
    ///
    /// # Errors
    /// See [`Store`].
    pub fn get(&self, group: &str, key: &str) -> Result<Option<Vec<u8>>> {
        self.check(self.raw.get(group, key))
    }

    /// An entry with its version and remaining time to live, or `None`.
    ///
    /// # Errors
    /// See [`Store`].
    pub fn entry(&self, group: &str, key: &str) -> Result<Option<Entry>> {
        let entry = self.check(self.raw.get_entry(group, key))?;
        Ok(entry.map(Entry::from))
    }

    /// Whether an entry is there.
    ///
    /// # Errors
    /// See [`Store`].
    pub fn exists(&self, group: &str, key: &str) -> Result<bool> {
        self.check(self.raw.exists(group, key))
    }

    /// Whether a group has at least one entry.
    ///
    /// # Errors
    /// See [`Store`].
    pub fn group_exists(&self, group: &str) -> Result<bool> {
        self.check(self.raw.group_exists(group))
    }

    /// Inserts or replaces an entry and answers its version. A time to live it
    /// had is cleared.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for the value, [`Error::QuotaExceeded`]; see
    /// [`Store`].
    pub fn set(&self, group: &str, key: &str, value: impl AsRef<[u8]>) -> Result<Version> {
        self.check(self.raw.set(group, key, value.as_ref()))
    }

    /// Inserts or replaces an entry that is gone after `ttl`, counted in whole
    /// milliseconds; zero is gone at once.
    ///
    /// # Errors
    /// As [`Store::set`].
    pub fn set_with_ttl(&self, group: &str, key: &str, value: impl AsRef<[u8]>, ttl: Duration) -> Result<Version> {
        let ttl = millis(ttl);
        self.check(self.raw.set_with_ttl(group, key, value.as_ref(), ttl))
    }

    /// Changes how long an entry lives, `None`: for ever. Answers whether it
    /// was there. It gets a new version.
    ///
    /// # Errors
    /// See [`Store`].
    pub fn touch(&self, group: &str, key: &str, ttl: Option<Duration>) -> Result<bool> {
        self.check(self.raw.touch(group, key, ttl.map(millis)))
    }

    /// Deletes an entry. Answers whether it was there.
    ///
    /// # Errors
    /// See [`Store`].
    pub fn delete(&self, group: &str, key: &str) -> Result<bool> {
        self.check(self.raw.delete(group, key))
    }

    /// Deletes all entries of a group. Answers how many there were.
    ///
    /// # Errors
    /// See [`Store`].
    pub fn delete_group(&self, group: &str) -> Result<u64> {
        self.check(self.raw.delete_group(group))
    }

    /// Deletes every group whose name starts with `group_prefix` (`""` is all).
    /// Answers how many entries there were.
    ///
    /// # Errors
    /// See [`Store`].
    pub fn delete_prefix(&self, group_prefix: &str) -> Result<u64> {
        self.check(self.raw.delete_prefix(group_prefix))
    }

    /// The number of entries in a group.
    ///
    /// # Errors
    /// See [`Store`].
    pub fn count(&self, group: &str) -> Result<u64> {
        self.check(self.raw.count(group))
    }

    /// The number of entries in all groups whose name starts with
    /// `group_prefix`.
    ///
    /// # Errors
    /// See [`Store`].
    pub fn count_all(&self, group_prefix: &str) -> Result<u64> {
        self.check(self.raw.count_all(group_prefix))
    }

    /// Entries of a group by position: at most `limit` after the first
    /// `offset`.
    ///
    /// Costs time in proportion to `offset`, which [`Store::scan`] does not.
    /// There may be fewer than `limit` when they are large: go on with `offset`
    /// plus the number received.
    ///
    /// # Errors
    /// See [`Store`].
    pub fn page(&self, group: &str, offset: u64, limit: u32) -> Result<Vec<Entry>> {
        let page = self.check(self.raw.page(group, offset, limit))?;
        Ok(page.entries.into_iter().map(Entry::from).collect())
    }

    /// Removes what has expired and still takes room on disk. Answers how many
    /// entries that were. The host does this by itself now and then.
    ///
    /// # Errors
    /// See [`Store`].
    pub fn purge_expired(&self) -> Result<u64> {
        self.check(self.raw.purge_expired())
    }

    /// What the store uses, and its limits.
    ///
    /// # Errors
    /// See [`Store`].
    pub fn usage(&self) -> Result<Usage> {
        self.check(self.raw.usage())
    }

    pub(crate) fn from_raw(raw: raw::Store) -> Self {
        Self { raw, lost: AtomicBool::new(false) }
    }

    pub(crate) fn raw(&self) -> &raw::Store {
        &self.raw
    }

    pub(crate) fn lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Every answer of the host comes by here.
    pub(crate) fn check<T>(&self, answer: Result<T, types::Error>) -> Result<T> {
        answer.map_err(|error| self.failed(error))
    }

    pub(crate) fn failed(&self, error: types::Error) -> Error {
        let error = Error::from(error);
        if error.is_retryable() {
            self.lost.store(true, Ordering::Relaxed);
        }
        error
    }
}
