//! Writes to a scope, in one transaction.

use std::{cell::Cell, iter};

use super::{
    accounts::{Accounts, Difference},
    context::Context,
    view::View,
};
use crate::{
    Entry, Error, EventKind, Quota, QuotaKind, Result, Version,
    backend::{FeedTotals, Read, Replaced, Row, Stored, Totals, Write},
    cache::Changes,
    feed::Recorder,
    limits::PURGE_STEP_ROWS,
    telemetry::Op,
    watch,
};

/// An open write transaction with its counters.
pub(crate) struct Writing {
    pub(crate) write: Box<dyn Write>,
    pub(crate) accounts: Accounts,
    /// The version that its writes get.
    pub(crate) version: Version,
    /// Whether there is anything to commit.
    pub(crate) changed: bool,
    /// Whether there are rows to be delivered with it.
    pub(crate) outgoing: bool,
    /// Whether it may be undone and begun anew: nobody holds it open between calls, who would see another moment then.
    pub(crate) may_restart: bool,
    /// Whether another program may have written since it began.
    is_interrupted: bool,
    /// What the read cache has to know of it.
    changes: Changes,
    /// The events, where a feed is kept.
    recorder: Option<Recorder>,
}

impl Writing {
    /// `accounts` are those that the last transaction left, if nothing was written since.
    pub(crate) fn new(write: Box<dyn Write>, accounts: Accounts, recorder: Option<Recorder>) -> Writing {
        let version = write.version();
        Writing {
            write,
            accounts,
            version,
            changed: false,
            outgoing: false,
            may_restart: false,
            is_interrupted: false,
            changes: Changes::default(),
            recorder,
        }
    }

    /// Tell the feed of a change.
    fn record(
        &mut self,
        kind: EventKind,
        entry: (&str, &str),
        value: Option<&[u8]>,
        expires_at: Option<i64>,
    ) -> Result<()> {
        let Some(recorder) = &mut self.recorder else { return Ok(()) };
        recorder.record(self.write.as_mut(), kind, entry, value, expires_at)
    }

    /// Write down the events so far. Answers what the feed has held with them, if there are any.
    pub(crate) fn flush_events(&mut self) -> Result<Option<FeedTotals>> {
        let Some(recorder) = &mut self.recorder else { return Ok(None) };
        recorder.flush(self.write.as_mut())?;
        Ok(recorder.totals())
    }

    /// Bring the counters up to date, so that reads see them.
    pub(crate) fn flush(&mut self) -> Result<()> {
        self.accounts.flush(self.write.as_mut())
    }

    /// The counters, and the reads that they come from.
    fn accounts(&mut self) -> Result<(&mut Accounts, &dyn Read)> {
        if self.accounts.are_many() {
            self.flush()?;
            self.accounts.forget();
        }
        Ok((&mut self.accounts, self.write.as_read()))
    }

    /// Rows of `group` came or went.
    fn account(&mut self, group: &str, by: Difference) -> Result<()> {
        let (accounts, read) = self.accounts()?;
        accounts.change(read, group, by)?;
        self.changed = true;
        Ok(())
    }

    /// What comes from here on is of another caller: it gets a version and events of its own.
    pub(crate) fn begin_next(&mut self, now: i64) -> Result<()> {
        self.flush_events()?;
        self.version = self.write.next_version();
        if let Some(recorder) = &mut self.recorder {
            recorder.begin_next(now);
        }
        Ok(())
    }

    /// Do several writes as one: an error undoes those before it.
    pub(crate) fn part<R>(&mut self, writes: impl FnOnce(&mut Writing) -> Result<R>) -> Result<R> {
        // Where nothing was written before, the transaction is the part: SQLite need not keep what the pages were.
        let is_all = self.may_restart && !self.changed && self.write.is_clean();
        if is_all { self.whole(writes) } else { self.inner_part(writes) }
    }

    fn whole<R>(&mut self, writes: impl FnOnce(&mut Writing) -> Result<R>) -> Result<R> {
        let stamp = self.write.stamp();
        let recorder_mark = self.recorder.as_ref().map_or(0, Recorder::mark);
        let result = writes(self);
        let Err(error) = &result else { return result };
        self.changed = false;
        self.changes.doubt();
        self.accounts.forget();
        if let Some(recorder) = &mut self.recorder {
            recorder.undo_to(recorder_mark);
        }
        if error.is_callers_fault() {
            self.write.restart()?;
            self.is_interrupted |= self.write.stamp() != stamp;
        }
        result
    }

    fn inner_part<R>(&mut self, writes: impl FnOnce(&mut Writing) -> Result<R>) -> Result<R> {
        let changed = self.changed;
        // What an undo goes back to: few counters are remembered, many have to be in the database.
        let accounts = self.accounts.few();
        if accounts.is_none() {
            self.flush()?;
        }
        self.flush_events()?;
        let mark = self.recorder.as_ref().map_or(0, Recorder::mark);
        self.write.begin_part()?;
        let result = writes(self);
        if result.is_err() {
            self.accounts = accounts.unwrap_or_default();
            self.changes.doubt();
            self.changed = changed;
            if let Some(recorder) = &mut self.recorder {
                recorder.undo_to(mark);
            }
        }
        let ended = self.write.end_part(result.is_ok());
        match result {
            // The database may have undone everything by itself, and then there is no part to end.
            Err(error) if !error.is_callers_fault() => Err(error),
            // A part that is not undone for sure is worse than the error that ended it.
            result => ended.and(result),
        }
    }

    /// Answers what changed; `None` if nothing did.
    pub(crate) fn commit(mut self) -> Result<Option<Committed>> {
        if !self.changed {
            return Ok(None);
        }
        self.flush_events()?;
        self.flush()?;
        let stamp = self.write.commit()?.filter(|_| !self.is_interrupted);
        Ok(Some(Committed { changes: self.changes, accounts: self.accounts.into_next(), stamp }))
    }
}

/// What a commit did.
pub(crate) struct Committed {
    /// For the read cache.
    pub(crate) changes: Changes,
    /// For the next transaction.
    pub(crate) accounts: Accounts,
    /// What the storage shows since, if no other commit came after it.
    pub(crate) stamp: Option<u64>,
}

/// The writes of a scope, inside one transaction.
///
/// Got by [`Store::update`](crate::Store::update). What it answered is durable when the transaction is committed. Each
/// function is done wholly or not at all, also when the transaction goes on after an error. Errors that every function
/// can answer: [`Error::TooLarge`] for a group, key or value over the [limits](crate::Limits), and the host's faults.
pub struct Update<'a> {
    pub(crate) writing: &'a mut Writing,
    pub(crate) context: &'a Context,
}

impl Update<'_> {
    /// Reads that see the writes so far.
    ///
    /// # Errors
    /// The host's faults.
    pub fn view(&mut self) -> Result<View<'_>> {
        self.writing.flush()?;
        Ok(View { read: self.writing.write.as_read(), context: self.context, seen: None })
    }

    /// The value of an entry.
    ///
    /// # Errors
    /// Those of every function here.
    pub fn get(&mut self, group: &str, key: &str) -> Result<Option<Vec<u8>>> {
        self.view()?.get(group, key)
    }

    /// An entry with its version and time to live.
    ///
    /// # Errors
    /// Those of every function here.
    pub fn entry(&mut self, group: &str, key: &str) -> Result<Option<Entry>> {
        self.view()?.entry(group, key)
    }

    /// Insert or replace an entry; a time to live it had is cleared.
    ///
    /// # Errors
    /// [`Error::QuotaExceeded`].
    pub fn set(&mut self, group: &str, key: &str, value: &[u8]) -> Result<Version> {
        let _operation = self.context.operation(Op::Set);
        self.put(group, key, value, None, false)
    }

    /// Insert or replace an entry that expires `ttl_ms` milliseconds from now; 0 is expired at once.
    ///
    /// # Errors
    /// [`Error::QuotaExceeded`].
    pub fn set_with_ttl(&mut self, group: &str, key: &str, value: &[u8], ttl_ms: u64) -> Result<Version> {
        let _operation = self.context.operation(Op::SetWithTtl);
        let expires_at = self.context.expiry(Some(ttl_ms));
        self.put(group, key, value, expires_at, false)
    }

    /// Change when an entry expires, `None` being never. Answers whether it was there.
    ///
    /// # Errors
    /// Those of every function here.
    pub fn touch(&mut self, group: &str, key: &str, ttl_ms: Option<u64>) -> Result<bool> {
        let _operation = self.context.operation(Op::Touch);
        let stored_group = self.context.group(group)?;
        let old = self.read().get(&stored_group, self.context.key(key)?, false)?;
        if !old.is_some_and(|old| old.is_live(self.context.now)) {
            return Ok(false);
        }
        let expires_at = self.context.expiry(ttl_ms);
        self.writing.write.retime(&stored_group, key, expires_at, self.writing.version)?;
        self.writing.changes.forget(&stored_group, key);
        self.writing.record(EventKind::Touch, (&stored_group, key), None, expires_at)?;
        self.writing.changed = true;
        Ok(true)
    }

    /// Delete an entry. Answers whether it was there.
    ///
    /// # Errors
    /// Those of every function here.
    pub fn delete(&mut self, group: &str, key: &str) -> Result<bool> {
        let _operation = self.context.operation(Op::Delete);
        let stored_group = self.context.group(group)?;
        let Some(old) = self.read().get(&stored_group, self.context.key(key)?, false)? else {
            return Ok(false);
        };
        let is_live = old.is_live(self.context.now);
        let kind = if is_live { EventKind::Delete } else { EventKind::Expire };
        self.remove(&stored_group, key, row_bytes(&stored_group, key, old.size), kind)?;
        Ok(is_live)
    }

    /// Delete all entries of a group. Answers how many there were.
    ///
    /// # Errors
    /// Those of every function here.
    pub fn delete_group(&mut self, group: &str) -> Result<u64> {
        let _operation = self.context.operation(Op::DeleteGroup);
        let stored_group = self.context.group(group)?.into_owned();
        self.delete_stored_group(&stored_group)
    }

    pub(super) fn delete_stored_group(&mut self, stored_group: &str) -> Result<u64> {
        let (accounts, read) = self.writing.accounts()?;
        let totals = accounts.group(read, stored_group)?;
        if totals.keys == 0 {
            return Ok(0);
        }
        let live = self.writing.write.remove_group(stored_group, self.context.now)?;
        self.writing.changes.remove_group(stored_group);
        let gone = Difference { keys: -signed(totals.keys), bytes: -signed(totals.bytes) };
        self.writing.account(stored_group, gone)?;
        self.writing.record(EventKind::DeleteGroup, (stored_group, ""), None, None)?;
        Ok(live)
    }

    /// Remove rows of the scope that have expired. Answers how many.
    ///
    /// # Errors
    /// Those of every function here.
    pub fn purge_expired(&mut self) -> Result<u64> {
        let _operation = self.context.operation(Op::PurgeExpired);
        let mut purged = 0;
        loop {
            watch::check()?;
            let step = self.purge_step()?;
            purged += step;
            if step < PURGE_STEP_ROWS as u64 {
                return Ok(purged);
            }
        }
    }

    /// Remove at most [`PURGE_STEP_ROWS`] expired rows of the scope.
    pub(crate) fn purge_step(&mut self) -> Result<u64> {
        let groups = self.context.groups("")?;
        let rows = self.writing.write.expired(&groups, self.context.now, PURGE_STEP_ROWS)?;
        for row in &rows {
            self.remove(&row.group, &row.key, row.bytes, EventKind::Expire)?;
        }
        Ok(rows.len() as u64)
    }

    /// Insert or replace a row, if the quotas allow it.
    pub(crate) fn put(
        &mut self,
        group: &str,
        key: &str,
        value: &[u8],
        expires_at: Option<i64>,
        counter: bool,
    ) -> Result<Version> {
        let stored_group = self.context.group(group)?;
        self.context.key(key)?;
        self.context.value(value)?;
        let row = Row { group: &stored_group, key, value, version: self.writing.version, expires_at, counter };
        let bytes = row_bytes(&stored_group, key, value.len() as u64);
        if !self.has_room(&stored_group, Difference { keys: 1, bytes: signed(bytes) })? {
            self.make_room(&stored_group, key, bytes)?;
        }
        let replaced = self.writing.write.put(&row)?;
        let Writing { write, changes, recorder, .. } = &mut *self.writing;
        let by = note_put(changes, recorder.as_mut(), self.context, &row, replaced);
        if let Some(recorder) = recorder.as_mut().filter(|recorder| recorder.is_due()) {
            recorder.flush(write.as_mut())?;
        }
        self.writing.account(&stored_group, by)?;
        Ok(row.version)
    }

    /// Insert or replace rows of one group; the caller undoes those before an error.
    pub(super) fn put_many(&mut self, group: &str, entries: &[(String, Vec<u8>)]) -> Result<()> {
        let stored_group = self.context.group(group)?;
        let mut all = Difference::default();
        for (key, value) in entries {
            self.context.key(key)?;
            self.context.value(value)?;
            let bytes = signed(row_bytes(&stored_group, key, value.len() as u64));
            all = Difference { keys: all.keys + 1, bytes: all.bytes.saturating_add(bytes) };
        }
        if !self.has_room(&stored_group, all)? {
            return entries.iter().try_for_each(|(key, value)| self.put(group, key, value, None, false).map(drop));
        }
        let (version, context) = (self.writing.version, self.context);
        let mut rows = entries
            .iter()
            .map(|(key, value)| Row { group: &stored_group, key, value, version, expires_at: None, counter: false })
            .peekable();
        let Writing { write, changes, recorder, .. } = &mut *self.writing;
        let mut by = Difference::default();
        while rows.peek().is_some() {
            // The feed is not written while the statement that puts rows is in use.
            let is_feed_due = Cell::new(false);
            let mut some = iter::from_fn(|| if is_feed_due.get() { None } else { rows.next() });
            write.put_all(&mut some, &mut |row, replaced| {
                let _operation = context.operation(Op::Set);
                by += note_put(changes, recorder.as_mut(), context, row, replaced);
                is_feed_due.set(recorder.as_ref().is_some_and(Recorder::is_due));
                Ok(())
            })?;
            if is_feed_due.get()
                && let Some(recorder) = recorder
            {
                recorder.flush(write.as_mut())?;
            }
        }
        self.writing.account(&stored_group, by)
    }

    /// Whether the quotas allow so much more, whatever is there.
    fn has_room(&mut self, stored_group: &str, by: Difference) -> Result<bool> {
        if self.context.quotas().iter().all(|(_, quota)| *quota == Quota::default()) {
            return Ok(true);
        }
        // A group of nothing but expired rows is no new one for the counters.
        if self.has_too_many_groups()? {
            return Ok(false);
        }
        match self.check_quotas(stored_group, by) {
            Ok(()) => Ok(true),
            Err(Error::QuotaExceeded { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Make room for a row by what is in its place, and by what has expired.
    fn make_room(&mut self, stored_group: &str, key: &str, bytes: u64) -> Result<()> {
        let mut old = self.read().get(stored_group, key, false)?;
        if let Some(expired) = old.take_if(|old| !old.is_live(self.context.now)) {
            // A key that comes back counts as a new one.
            self.remove(stored_group, key, row_bytes(stored_group, key, expired.size), EventKind::Expire)?;
        }
        let by = difference(old.map(|old| row_bytes(stored_group, key, old.size)), bytes);
        self.keep_quotas(stored_group, by)
    }

    /// Remove an entry that has expired; one that somebody set meanwhile stays.
    pub(crate) fn remove_expired(&mut self, stored_group: &str, key: &str) -> Result<()> {
        match self.read().get(stored_group, key, false)? {
            Some(old) if !old.is_live(self.context.now) => {
                self.remove(stored_group, key, row_bytes(stored_group, key, old.size), EventKind::Expire)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn remove(&mut self, stored_group: &str, key: &str, bytes: u64, kind: EventKind) -> Result<()> {
        self.writing.write.remove(stored_group, key)?;
        self.writing.changes.remove(stored_group, key);
        let gone = Difference { keys: -1, bytes: -signed(bytes) };
        self.writing.account(stored_group, gone)?;
        self.writing.record(kind, (stored_group, key), None, None)
    }

    /// Whether the change keeps the quotas. Before it is refused, what has expired makes room.
    fn keep_quotas(&mut self, stored_group: &str, by: Difference) -> Result<()> {
        // In a scope that is over its quota already, a group of nothing but expired rows would pass for a live one.
        if by.keys > 0 && self.has_too_many_groups()? {
            self.purge_for_quota()?;
        }
        let Err(refused) = self.check_quotas(stored_group, by) else {
            return Ok(());
        };
        if self.purge_for_quota()? == 0 { Err(refused) } else { self.check_quotas(stored_group, by) }
    }

    fn has_too_many_groups(&mut self) -> Result<bool> {
        for (account, quota) in self.context.quotas() {
            if let Some(limit) = quota.groups
                && self.writing.accounts.scope(self.writing.write.as_read(), account)?.groups > limit
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What expired in the scope counts against its quota; what expired anywhere in the tenant, against the tenant's.
    fn purge_for_quota(&mut self) -> Result<u64> {
        if self.context.tenant_quota == Quota::default() {
            return self.purge_expired();
        }
        let whole = Context { scope: None, ..self.context.clone() };
        Update { writing: self.writing, context: &whole }.purge_expired()
    }

    fn check_quotas(&mut self, stored_group: &str, by: Difference) -> Result<()> {
        let (accounts, read) = self.writing.accounts()?;
        for (account, quota) in self.context.quotas() {
            if quota == Quota::default() {
                continue;
            }
            let new_group = by.keys > 0 && accounts.is_new_group(read, stored_group)?;
            let Totals { keys, groups, bytes } = accounts.scope(read, account)?;
            for (kind, used, by, limit) in [
                (QuotaKind::Keys, keys, by.keys, quota.keys),
                (QuotaKind::Groups, groups, i64::from(new_group), quota.groups),
                (QuotaKind::Bytes, bytes, by.bytes, quota.bytes),
            ] {
                if let Some(limit) = limit
                    && by > 0
                    && used.saturating_add_signed(by) > limit
                {
                    return Err(Error::QuotaExceeded { quota: kind, used, limit });
                }
            }
        }
        Ok(())
    }

    /// Do several writes as one: an error undoes those before it.
    pub(super) fn part<R>(&mut self, writes: impl FnOnce(&mut Update<'_>) -> Result<R>) -> Result<R> {
        let context = self.context;
        self.writing.part(|writing| writes(&mut Update { writing, context }))
    }

    pub(super) fn read(&self) -> &dyn Read {
        self.writing.write.as_read()
    }

    /// The row as it is, if it is live.
    pub(super) fn live(&self, stored_group: &str, key: &str) -> Result<Option<Stored>> {
        let stored = self.read().get(stored_group, self.context.key(key)?, true)?;
        Ok(stored.filter(|stored| stored.is_live(self.context.now)))
    }
}

/// Tell the cache, the feed and the meters of a row that was put. Answers what it changed in the counters.
fn note_put(
    changes: &mut Changes,
    recorder: Option<&mut Recorder>,
    context: &Context,
    row: &Row<'_>,
    replaced: Option<Replaced>,
) -> Difference {
    changes.put(row);
    if let Some(recorder) = recorder {
        let entry = (row.group, row.key);
        if replaced.and_then(|replaced| replaced.expires_at).is_some_and(|at| at <= context.now) {
            recorder.note(EventKind::Expire, entry, None, None);
        }
        recorder.note(EventKind::Set, entry, Some(row.value), row.expires_at);
    }
    context.meters.written(row.value.len());
    let old = replaced.map(|replaced| row_bytes(row.group, row.key, replaced.size));
    difference(old, row_bytes(row.group, row.key, row.value.len() as u64))
}

fn difference(old_bytes: Option<u64>, new_bytes: u64) -> Difference {
    Difference { keys: i64::from(old_bytes.is_none()), bytes: signed(new_bytes) - signed(old_bytes.unwrap_or(0)) }
}

/// What a row counts for in the quota on bytes.
pub(crate) fn row_bytes(stored_group: &str, key: &str, value_bytes: u64) -> u64 {
    stored_group.len() as u64 + key.len() as u64 + value_bytes
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use crate::{Change, Config, Larder, TenantId, limits::ACCOUNTS_HELD};

    fn delete_group(group: String) -> Change {
        Change::DeleteGroup { group }
    }

    /// A guest can name ten thousand groups of a kilobyte each a call, and do so until its transaction ends.
    #[test]
    fn a_transaction_holds_a_bounded_number_of_counters() {
        let dir = tempfile::tempdir().unwrap();
        let tenant = Larder::open(dir.path(), Config::new()).unwrap().tenant(&TenantId::parse("acme").unwrap());
        let changes: Vec<Change> = (0..3 * ACCOUNTS_HELD).map(|n| delete_group(n.to_string())).collect();
        tenant
            .store()
            .update(|update| {
                update.apply(&changes)?;
                assert!(update.writing.accounts.held() <= ACCOUNTS_HELD + 1);
                for n in 0..3 * ACCOUNTS_HELD {
                    update.set(&format!("s{n}:g"), "k", b"")?;
                    assert!(update.writing.accounts.held() <= ACCOUNTS_HELD + 1);
                }
                let undone = update.apply(&[Change::Delete { group: "s0:g".into(), key: "k".into() }, set_too_much()]);
                assert!(undone.is_err());
                assert_eq!(update.delete_prefix("s1")?, 1_111);
                Ok(())
            })
            .unwrap();
        assert_eq!(tenant.check().unwrap().problems, [""; 0]);
        assert_eq!(tenant.store().usage().unwrap().keys.used, 3 * ACCOUNTS_HELD as u64 - 1_111);
    }

    fn set_too_much() -> Change {
        Change::Set { group: "g".repeat(2_000), key: String::new(), value: Vec::new(), ttl_ms: None }
    }
}
