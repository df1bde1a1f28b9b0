//! Writes that are gathered, and cross into the host together.

use core::mem;
use core::time::Duration;
use std::collections::HashMap;

use crate::batch::Change;
use crate::bindings::batch as raw;
use crate::entry::millis;
use crate::transaction::Attempts;
use crate::{Error, Result, Store, Transaction};

/// Changes that are held before they go to the host: as many as it takes at least, unless it was told otherwise.
const CHANGES: usize = 1_000;

/// Bytes of them, which a host takes in one call unless it was told otherwise.
const BYTES: usize = 1 << 20;

/// Writes of one transaction, gathered here until there are many or it ends. See [`Store::write_behind`].
#[derive(Debug)]
pub struct WriteBehind<'a> {
    of: &'a Store,
    /// Begun when something has to be read, or when there are more writes than one call takes.
    transaction: Option<Transaction>,
    changes: Vec<Change>,
    /// Which change an entry had last, by group and key.
    last: HashMap<String, HashMap<String, usize>>,
    bytes: usize,
    /// Whether another writer kept the transaction from being begun.
    refused: bool,
}

impl Store {
    /// Runs `work` as a transaction whose writes are gathered in the guest and cross into the host together: 1,000 or a
    /// megabyte at once, and the last ones with the commit. Without a read of something that it did not write, and with
    /// no more than that, all of it is one call.
    ///
    /// It commits when `work` answers `Ok` and undoes all of it when it answers `Err`. `work` is run again, at most 5
    /// times in all, when another writer was in the way.
    ///
    /// ```no_run
    /// # fn main() -> larder_guest::Result<()> {
    /// # let store = larder_guest::Store::default_store()?;
    /// store.write_behind(|writes| {
    ///     for n in 0..500 {
    ///         writes.set("squares", n.to_string(), (n * n).to_string())?;
    ///     }
    ///     writes.delete("squares", "0")
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of `work`, and of [`Store::begin`], [`Batch::apply`](crate::Batch::apply) and [`Transaction::commit`]. What
    /// is wrong with a write can show as late as with the commit, and then all of it is undone.
    pub fn write_behind<T, E: From<Error>>(
        &self,
        mut work: impl FnMut(&mut WriteBehind<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut attempts = Attempts::default();
        loop {
            let mut writes = WriteBehind::of(self);
            let error = match work(&mut writes) {
                Ok(value) => match writes.finish() {
                    Ok(()) => return Ok(value),
                    Err(error) if attempts.again(&error) => continue,
                    Err(error) => return Err(error.into()),
                },
                Err(error) => error,
            };
            let in_the_way = writes.refused || writes.transaction.as_ref().is_some_and(|open| open.lost());
            if !(in_the_way && attempts.one_more()) {
                return Err(error);
            }
        }
    }
}

impl<'a> WriteBehind<'a> {
    fn of(store: &'a Store) -> Self {
        Self { of: store, transaction: None, changes: Vec::new(), last: HashMap::new(), bytes: 0, refused: false }
    }

    /// Inserts or replaces an entry.
    ///
    /// # Errors
    /// Those of what was gathered before, when it goes to the host.
    pub fn set(&mut self, group: impl Into<String>, key: impl Into<String>, value: impl Into<Vec<u8>>) -> Result<()> {
        self.push_set(group.into(), key.into(), value.into(), None)
    }

    /// Inserts or replaces an entry that is gone after `ttl`.
    ///
    /// # Errors
    /// As [`WriteBehind::set`].
    pub fn set_with_ttl(
        &mut self,
        group: impl Into<String>,
        key: impl Into<String>,
        value: impl Into<Vec<u8>>,
        ttl: Duration,
    ) -> Result<()> {
        self.push_set(group.into(), key.into(), value.into(), Some(millis(ttl)))
    }

    /// Deletes an entry, if it is there.
    ///
    /// # Errors
    /// As [`WriteBehind::set`].
    pub fn delete(&mut self, group: impl Into<String>, key: impl Into<String>) -> Result<()> {
        self.push(Change::Delete { group: group.into(), key: key.into() })
    }

    /// The value of an entry, as these writes leave it. What they did not touch is read in the transaction, so that it stays
    /// as it is until the commit.
    ///
    /// # Errors
    /// As [`Store::get`] and [`Store::begin`].
    pub fn get(&mut self, group: &str, key: &str) -> Result<Option<Vec<u8>>> {
        let change = self.last.get(group).and_then(|keys| keys.get(key)).and_then(|at| self.changes.get(*at));
        match change {
            // One that lives for no time at all is gone; any other outlives a transaction or ends as it would have.
            Some(Change::Set { ttl_ms: Some(0), .. } | Change::Delete { .. }) => Ok(None),
            Some(Change::Set { value, .. }) => Ok(Some(value.clone())),
            _ => self.begun()?.get(group, key),
        }
    }

    fn push_set(&mut self, group: String, key: String, value: Vec<u8>, ttl_ms: Option<u64>) -> Result<()> {
        self.push(Change::Set { group, key, value, ttl_ms })
    }

    fn push(&mut self, change: Change) -> Result<()> {
        let bytes = change.bytes();
        if self.changes.len() >= CHANGES || (self.bytes + bytes > BYTES && !self.changes.is_empty()) {
            self.flush()?;
        }
        if let Change::Set { group, key, .. } | Change::Delete { group, key } = &change {
            let at = self.changes.len();
            match self.last.get_mut(group) {
                Some(keys) => drop(keys.insert(key.clone(), at)),
                None => drop(self.last.insert(group.clone(), HashMap::from([(key.clone(), at)]))),
            }
        }
        self.bytes += bytes;
        self.changes.push(change);
        Ok(())
    }

    /// The transaction, begun if it was not.
    fn begun(&mut self) -> Result<&Transaction> {
        let open = match self.transaction.take() {
            Some(open) => open,
            None => self.of.begin().inspect_err(|error| self.refused = error.is_retryable())?,
        };
        Ok(self.transaction.insert(open))
    }

    /// Gives what was gathered to the transaction.
    fn flush(&mut self) -> Result<()> {
        let changes = mem::take(&mut self.changes);
        self.last.clear();
        self.bytes = 0;
        apply(self.begun()?, &changes)
    }

    fn finish(&mut self) -> Result<()> {
        match self.transaction.take() {
            None if self.changes.is_empty() => Ok(()),
            None => apply(self.of, &self.changes),
            Some(open) => {
                if !self.changes.is_empty() {
                    apply(&open, &self.changes)?;
                }
                open.commit().map(drop)
            }
        }
    }
}

fn apply(to: &Store, changes: &[Change]) -> Result<()> {
    let changes: Vec<raw::Change<'_>> = changes.iter().map(Change::lower).collect();
    to.check(raw::apply(to.raw(), &changes)).map(drop)
}
