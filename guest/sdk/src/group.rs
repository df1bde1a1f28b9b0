//! One group of a store.

use core::time::Duration;

use crate::{Entry, Error, Outcome, Result, Scan, Store, Version};

/// One group of a [`Store`]: the same calls without the group argument, with
/// the same errors.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    store: &'a Store,
    name: &'a str,
}

impl<'a> Group<'a> {
    pub(crate) fn new(store: &'a Store, name: &'a str) -> Self {
        Self { store, name }
    }

    /// The name of the group.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The store that the group is in.
    pub fn store(&self) -> &'a Store {
        self.store
    }

    /// Reads entries in the order of their keys; see [`Store::scan`].
    pub fn scan(&self) -> Scan<'a> {
        self.store.scan(self.name)
    }

    /// The value of an entry, or `None`; see [`Store::get`].
    ///
    /// # Errors
    /// As [`Store::get`].
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        self.store.get(self.name, key)
    }

    /// The value of an entry as text; see [`Store::get_string`].
    ///
    /// # Errors
    /// As [`Store::get_string`].
    pub fn get_string(&self, key: &str) -> Result<Option<String>> {
        self.store.get_string(self.name, key)
    }

    /// An entry with its version and time to live; see [`Store::entry`].
    ///
    /// # Errors
    /// As [`Store::entry`].
    pub fn entry(&self, key: &str) -> Result<Option<Entry>> {
        self.store.entry(self.name, key)
    }

    /// Whether an entry is there.
    ///
    /// # Errors
    /// As [`Store::exists`].
    pub fn exists(&self, key: &str) -> Result<bool> {
        self.store.exists(self.name, key)
    }

    /// Inserts or replaces an entry; see [`Store::set`].
    ///
    /// # Errors
    /// As [`Store::set`].
    pub fn set(&self, key: &str, value: impl AsRef<[u8]>) -> Result<Version> {
        self.store.set(self.name, key, value)
    }

    /// Inserts or replaces an entry that is gone after `ttl`; see
    /// [`Store::set_with_ttl`].
    ///
    /// # Errors
    /// As [`Store::set_with_ttl`].
    pub fn set_with_ttl(&self, key: &str, value: impl AsRef<[u8]>, ttl: Duration) -> Result<Version> {
        self.store.set_with_ttl(self.name, key, value, ttl)
    }

    /// Changes how long an entry lives; see [`Store::touch`].
    ///
    /// # Errors
    /// As [`Store::touch`].
    pub fn touch(&self, key: &str, ttl: Option<Duration>) -> Result<bool> {
        self.store.touch(self.name, key, ttl)
    }

    /// Deletes an entry. Answers whether it was there.
    ///
    /// # Errors
    /// As [`Store::delete`].
    pub fn delete(&self, key: &str) -> Result<bool> {
        self.store.delete(self.name, key)
    }

    /// Deletes all entries. Answers how many there were.
    ///
    /// # Errors
    /// As [`Store::delete_group`].
    pub fn clear(&self) -> Result<u64> {
        self.store.delete_group(self.name)
    }

    /// The number of entries.
    ///
    /// # Errors
    /// As [`Store::count`].
    pub fn count(&self) -> Result<u64> {
        self.store.count(self.name)
    }

    /// The values of many keys; see [`Store::get_many`].
    ///
    /// # Errors
    /// As [`Store::get_many`].
    pub fn get_many<K: AsRef<str>>(&self, keys: &[K]) -> Result<Vec<Option<Vec<u8>>>> {
        self.store.get_many(self.name, keys)
    }

    /// Inserts or replaces many entries; see [`Store::set_many`].
    ///
    /// # Errors
    /// As [`Store::set_many`].
    pub fn set_many<K: AsRef<str>, V: AsRef<[u8]>>(&self, entries: &[(K, V)]) -> Result<Version> {
        self.store.set_many(self.name, entries)
    }

    /// Deletes many entries; see [`Store::delete_many`].
    ///
    /// # Errors
    /// As [`Store::delete_many`].
    pub fn delete_many<K: AsRef<str>>(&self, keys: &[K]) -> Result<u64> {
        self.store.delete_many(self.name, keys)
    }

    /// Adds to a counter and answers the sum; see [`Store::increment`].
    ///
    /// # Errors
    /// As [`Store::increment`].
    pub fn increment(&self, key: &str, delta: i64) -> Result<i64> {
        self.store.increment(self.name, key, delta)
    }

    /// Replaces an entry at a known version; see [`Store::compare_and_swap`].
    ///
    /// # Errors
    /// As [`Store::compare_and_swap`].
    pub fn compare_and_swap(&self, key: &str, expected: Option<Version>, value: impl AsRef<[u8]>) -> Result<Outcome> {
        self.store.compare_and_swap(self.name, key, expected, value)
    }

    /// Deletes an entry at a known version; see [`Store::compare_and_delete`].
    ///
    /// # Errors
    /// As [`Store::compare_and_delete`].
    pub fn compare_and_delete(&self, key: &str, expected: Version) -> Result<Outcome> {
        self.store.compare_and_delete(self.name, key, expected)
    }

    /// Replaces a value by what `change` makes of it; see [`Store::update`].
    ///
    /// # Errors
    /// As [`Store::update`].
    pub fn update<V: AsRef<[u8]>>(&self, key: &str, change: impl FnMut(Option<&[u8]>) -> V) -> Result<V> {
        self.store.update(self.name, key, change)
    }

    /// As [`Group::update`], for a `change` that can fail; see
    /// [`Store::try_update`].
    ///
    /// # Errors
    /// As [`Store::try_update`].
    pub fn try_update<V: AsRef<[u8]>, E: From<Error>>(
        &self,
        key: &str,
        change: impl FnMut(Option<&[u8]>) -> Result<V, E>,
    ) -> Result<V, E> {
        self.store.try_update(self.name, key, change)
    }
}

#[cfg(feature = "json")]
impl Group<'_> {
    /// The value of an entry, read as JSON; see [`Store::get_json`].
    ///
    /// # Errors
    /// As [`Store::get_json`].
    pub fn get_json<T: serde::de::DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        self.store.get_json(self.name, key)
    }

    /// Inserts or replaces an entry with a value as JSON; see
    /// [`Store::set_json`].
    ///
    /// # Errors
    /// As [`Store::set_json`].
    pub fn set_json<T: serde::Serialize + ?Sized>(&self, key: &str, value: &T) -> Result<Version> {
        self.store.set_json(self.name, key, value)
    }

    /// Replaces a value as JSON by what `change` makes of it; see
    /// [`Store::update_json`].
    ///
    /// # Errors
    /// As [`Store::update_json`].
    pub fn update_json<T: serde::Serialize + serde::de::DeserializeOwned>(
        &self,
        key: &str,
        change: impl FnMut(Option<T>) -> T,
    ) -> Result<T> {
        self.store.update_json(self.name, key, change)
    }
}
