//! Reads of one entry: from memory where it is known, and else by one statement, without a transaction around it.

use std::sync::Arc;

use super::{Expired, Store};
use crate::{
    Entry, Result, Value,
    cache::{Known, KnownRow},
    gate::Permit,
    telemetry::Op,
    tenant::OpenTenant,
};

impl Store {
    /// The value of an entry.
    ///
    /// # Errors
    /// Those of [`View::get`](crate::View::get) and of [`Store::view`].
    pub fn get(&self, group: &str, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.get_shared(group, key)?.map(|value| value.to_vec()))
    }

    /// [`Store::get`] without a copy of a value that is in memory.
    ///
    /// # Errors
    /// Those of [`Store::get`].
    pub fn get_shared(&self, group: &str, key: &str) -> Result<Option<Arc<[u8]>>> {
        if let Some(known) = self.known(Op::Get, group, key) {
            return Ok(known.map(|row| row.value));
        }
        self.point(Op::Get, group, key, |found| found.map(|row| row.value))
    }

    /// [`Store::get_shared`] if it can be answered from memory; otherwise `None`, and it takes a read of the database to
    /// know. Never waits.
    ///
    /// ```
    /// # use larder_engine::{Config, Larder, TenantId};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let root = tempfile::tempdir()?;
    /// let store = Larder::open(root.path(), Config::new())?.tenant(&TenantId::parse("acme")?).store();
    /// store.set("users", "1", b"Ada")?;
    /// assert_eq!(store.get_if_known("users", "1"), Some(Some(b"Ada"[..].into())));
    /// assert_eq!(store.get_if_known("users", "2"), None);
    /// assert_eq!(store.get("users", "2")?, None);
    /// assert_eq!(store.get_if_known("users", "2"), Some(None));
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_if_known(&self, group: &str, key: &str) -> Option<Option<Arc<[u8]>>> {
        Some(self.known(Op::Get, group, key)?.map(|row| row.value))
    }

    /// [`Store::get_shared`] if it can be answered at once: from memory, or by one short read of a tenant that is open. `None`
    /// where the answer has to be waited for.
    pub fn get_at_once(&self, group: &str, key: &str) -> Option<Result<Option<Arc<[u8]>>>> {
        Some(self.at_once(Op::Get, group, key)?.map(|found| found.map(|row| row.value)))
    }

    /// [`Store::entry`] if it can be answered at once, as by [`Store::get_at_once`].
    pub fn entry_at_once(&self, group: &str, key: &str) -> Option<Result<Option<Entry>>> {
        let found = self.at_once(Op::Entry, group, key)?;
        let now = || self.config().clock.now_ms();
        Some(found.map(|found| found.map(|row| entry(key, row, now()))))
    }

    /// [`View::value`](crate::View::value), if it can be answered at once.
    pub fn value_at_once(&self, group: &str, key: &str) -> Option<Result<Option<Value>>> {
        let value = |row: KnownRow| Value { bytes: row.value.to_vec(), is_counter: row.counter, version: row.version };
        Some(self.at_once(Op::Get, group, key)?.map(|found| found.map(value)))
    }

    fn at_once(&self, op: Op, group: &str, key: &str) -> Option<Result<Option<KnownRow>>> {
        if let Some(known) = self.known(op, group, key) {
            return Some(Ok(known));
        }
        if self.transaction.is_some() {
            return Some(self.point(op, group, key, |found| found));
        }
        let open = self.tenant.opened().ok().flatten()?;
        let permit = open.try_enter_as_reader()?;
        let _span = self.span(Op::View).entered();
        let started = self.meters().start(Op::View);
        match started.answer(self.look_at(&open, permit, op, group, key)) {
            // To clear it is a commit.
            Ok(Point::Expired(_)) => None,
            Ok(Point::Live(row)) => Some(Ok(Some(row))),
            Ok(Point::Absent) => Some(Ok(None)),
            Err(error) => Some(Err(error)),
        }
    }

    /// An entry with its version and time to live.
    ///
    /// # Errors
    /// Those of [`View::entry`](crate::View::entry) and of [`Store::view`].
    pub fn entry(&self, group: &str, key: &str) -> Result<Option<Entry>> {
        if let Some(known) = self.entry_if_known(group, key) {
            return Ok(known);
        }
        let now = self.config().clock.now_ms();
        self.point(Op::Entry, group, key, |found| found.map(|row| entry(key, row, now)))
    }

    /// [`Store::entry`] if it can be answered from memory. Never waits.
    pub fn entry_if_known(&self, group: &str, key: &str) -> Option<Option<Entry>> {
        let known = self.known(Op::Entry, group, key)?;
        let now = || self.config().clock.now_ms();
        Some(known.map(|row| entry(key, row, now())))
    }

    /// Whether an entry is there.
    ///
    /// # Errors
    /// Those of [`View::exists`](crate::View::exists) and of [`Store::view`].
    pub fn exists(&self, group: &str, key: &str) -> Result<bool> {
        match self.exists_if_known(group, key) {
            Some(exists) => Ok(exists),
            None => self.view(|view| view.exists(group, key)),
        }
    }

    /// [`Store::exists`] if it can be answered from memory. Never waits.
    pub fn exists_if_known(&self, group: &str, key: &str) -> Option<bool> {
        Some(self.known(Op::Exists, group, key)?.is_some())
    }

    /// [`Store::exists`] if it can be answered at once, as by [`Store::get_at_once`].
    pub fn exists_at_once(&self, group: &str, key: &str) -> Option<Result<bool>> {
        if let Some(exists) = self.exists_if_known(group, key) {
            return Some(Ok(exists));
        }
        if self.transaction.is_some() {
            return Some(self.view(|view| view.exists(group, key)));
        }
        let open = self.tenant.opened().ok().flatten()?;
        let permit = open.try_enter_as_reader()?;
        let _span = self.span(Op::View).entered();
        let started = self.meters().start(Op::View);
        let (exists, expired) = self.look(&open, permit, |view| view.exists(group, key));
        let exists = started.answer(exists);
        // To clear it is a commit.
        if expired.is_some() { None } else { Some(exists) }
    }

    /// A live row that is known, or that there is none. An expired one is for the database to clear.
    fn known(&self, op: Op, group: &str, key: &str) -> Option<Option<KnownRow>> {
        if !self.is_shown_by_cache() {
            return None;
        }
        let open = self.tenant.opened().ok().flatten()?;
        let known = match open.known(self.scope.as_ref().map(|scope| scope.as_str()), group, key)? {
            Known::Absent => None,
            Known::Row(row) if row.expires_at.is_none() || row.is_live(self.config().clock.now_ms()) => Some(row),
            Known::Row(_) => return None,
        };
        let meters = self.meters();
        if meters.are_on() {
            drop((meters.start(Op::View), meters.start(op)));
            if let Some(row) = known.as_ref().filter(|_| op != Op::Exists) {
                meters.read(row.value.len());
            }
        }
        Some(known)
    }

    fn point<R>(&self, op: Op, group: &str, key: &str, answer: impl FnOnce(Option<KnownRow>) -> R) -> Result<R> {
        if self.transaction.is_some() {
            return self.view(|view| {
                let _operation = view.context.operation(op);
                Ok(answer(match Known::of(view.live(group, key, true)?) {
                    Known::Row(row) => Some(row),
                    Known::Absent => None,
                }))
            });
        }
        let _span = self.span(Op::View).entered();
        self.meters().start(Op::View).answer(self.point_now(op, group, key).map(answer))
    }

    fn point_now(&self, op: Op, group: &str, key: &str) -> Result<Option<KnownRow>> {
        let open = match self.tenant.opened()? {
            Some(open) => open,
            None => self.tenant.open()?,
        };
        let permit = open.enter_as_reader()?;
        match self.look_at(&open, permit, op, group, key)? {
            Point::Live(row) => Ok(Some(row)),
            Point::Absent => Ok(None),
            Point::Expired(expired) => {
                expired.remove_from(&open);
                Ok(None)
            }
        }
    }

    fn look_at(&self, open: &OpenTenant, permit: Permit, op: Op, group: &str, key: &str) -> Result<Point> {
        let context = self.context();
        let _operation = context.operation(op);
        let stored_group = context.group(group)?;
        let found = open.point(&stored_group, context.key(key)?)?;
        drop(permit);
        let Known::Row(row) = found else { return Ok(Point::Absent) };
        if !row.is_live(context.now) {
            return Ok(Point::Expired(Expired { group: stored_group.into_owned(), key: key.into(), now: context.now }));
        }
        context.meters.read(row.value.len());
        Ok(Point::Live(row))
    }
}

/// What lies at a place.
enum Point {
    Live(KnownRow),
    Expired(Expired),
    Absent,
}

fn entry(key: &str, row: KnownRow, now: i64) -> Entry {
    let ttl_ms = row.expires_at.map(|at| u64::try_from(at.saturating_sub(now)).unwrap_or(0));
    Entry { key: key.into(), value: Some(row.value.to_vec()), version: row.version, ttl_ms }
}
