//! Many keys in one call: one crossing into the host, one transaction.

use core::time::Duration;

use crate::bindings::batch as raw;
use crate::entry::millis;
use crate::{Result, Store, Version};

impl Store {
    /// The values of many keys, one answer a key, in the order asked for.
    ///
    /// # Errors
    /// [`Error::TooLarge`](crate::Error::TooLarge) for more keys than the host
    /// takes (10,000 unless changed) or more bytes than it answers (64 MiB);
    /// see [`Store`].
    pub fn get_many<K: AsRef<str>>(&self, group: &str, keys: &[K]) -> Result<Vec<Option<Vec<u8>>>> {
        let keys: Vec<&str> = keys.iter().map(K::as_ref).collect();
        self.check(raw::get_many(self.raw(), group, &keys))
    }

    /// Inserts or replaces many entries, all or none. Where a key stands twice,
    /// the last one holds. Answers the version that all of them got.
    ///
    /// # Errors
    /// As [`Store::set`], and [`Error::TooLarge`](crate::Error::TooLarge) for
    /// more entries than the host takes (10,000 unless changed).
    pub fn set_many<K: AsRef<str>, V: AsRef<[u8]>>(&self, group: &str, entries: &[(K, V)]) -> Result<Version> {
        let entries: Vec<(&str, &[u8])> = entries.iter().map(|(key, value)| (key.as_ref(), value.as_ref())).collect();
        self.check(raw::set_many(self.raw(), group, &entries))
    }

    /// Deletes many entries. Answers how many were there.
    ///
    /// # Errors
    /// [`Error::TooLarge`](crate::Error::TooLarge) for more keys than the host
    /// takes (10,000 unless changed); see [`Store`].
    pub fn delete_many<K: AsRef<str>>(&self, group: &str, keys: &[K]) -> Result<u64> {
        let keys: Vec<&str> = keys.iter().map(K::as_ref).collect();
        self.check(raw::delete_many(self.raw(), group, &keys))
    }

    /// Collects changes of several kinds, in several groups, to be made as one.
    ///
    /// ```no_run
    /// # fn main() -> larder_guest::Result<()> {
    /// # let store = larder_guest::Store::default_store()?;
    /// store
    ///     .batch()
    ///     .set("accounts", "ann", "120")
    ///     .delete("pending", "ann")
    ///     .apply()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn batch(&self) -> Batch<'_> {
        Batch { store: self, changes: Vec::new() }
    }
}

/// Changes that are made together by [`Batch::apply`], in the order given.
#[derive(Clone, Debug)]
#[must_use = "nothing is written before `apply`"]
pub struct Batch<'a> {
    store: &'a Store,
    changes: Vec<Change>,
}

#[derive(Clone, Debug)]
pub(crate) enum Change {
    Set { group: String, key: String, value: Vec<u8>, ttl_ms: Option<u64> },
    Delete { group: String, key: String },
    DeleteGroup(String),
}

impl Batch<'_> {
    /// Inserts or replaces an entry.
    pub fn set(mut self, group: impl Into<String>, key: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.push_set(group.into(), key.into(), value.into(), None);
        self
    }

    /// Inserts or replaces an entry that is gone after `ttl`.
    pub fn set_with_ttl(
        mut self,
        group: impl Into<String>,
        key: impl Into<String>,
        value: impl Into<Vec<u8>>,
        ttl: Duration,
    ) -> Self {
        self.push_set(group.into(), key.into(), value.into(), Some(millis(ttl)));
        self
    }

    /// Deletes an entry, if it is there.
    pub fn delete(mut self, group: impl Into<String>, key: impl Into<String>) -> Self {
        self.changes.push(Change::Delete { group: group.into(), key: key.into() });
        self
    }

    /// Deletes all entries of a group.
    pub fn delete_group(mut self, group: impl Into<String>) -> Self {
        self.changes.push(Change::DeleteGroup(group.into()));
        self
    }

    /// The number of changes so far.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether there is no change yet.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Makes all changes, or none when it answers an error. Answers the version
    /// that they got.
    ///
    /// # Errors
    /// As [`Store::set`], and [`Error::TooLarge`](crate::Error::TooLarge) for
    /// more changes than the host takes (10,000 unless changed).
    pub fn apply(self) -> Result<Version> {
        let changes: Vec<raw::Change<'_>> = self.changes.iter().map(Change::lower).collect();
        self.store.check(raw::apply(self.store.raw(), &changes))
    }

    fn push_set(&mut self, group: String, key: String, value: Vec<u8>, ttl_ms: Option<u64>) {
        self.changes.push(Change::Set { group, key, value, ttl_ms });
    }
}

impl Change {
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Set { group, key, value, .. } => group.len() + key.len() + value.len(),
            Self::Delete { group, key } => group.len() + key.len(),
            Self::DeleteGroup(group) => group.len(),
        }
    }

    pub(crate) fn lower(&self) -> raw::Change<'_> {
        match self {
            Self::Set { group, key, value, ttl_ms } => {
                raw::Change::Set(raw::SetChange { group, key, value, ttl_ms: *ttl_ms })
            }
            Self::Delete { group, key } => raw::Change::Delete(raw::KeyOfGroup { group, key }),
            Self::DeleteGroup(group) => raw::Change::DeleteGroup(group),
        }
    }
}
