//! Writes on the writing connection.

use std::sync::{Arc, atomic::Ordering};

use rusqlite::{
    Connection, Statement,
    types::{ToSqlOutput, ValueRef},
};

use super::{
    File, Idle, ReplacedRow, Stamp, exchange, feed, foreign, journal, locked, outbox,
    read::{COUNTER, Session, execute},
    statements,
};
use crate::{
    Error, QuotaKind, Result, Version,
    backend::{
        ExpiredRow, FeedBounds, FeedPart, FeedTotals, GroupTotals, JournalRow, Names, Parked, Position, PutRow, Read,
        Replaced, Row, Totals, Write, WriteArchives, WriteOutbox,
    },
    transfer::TransferRow,
};

/// The write transaction; the connection goes back to its place when it ends.
pub(super) struct Writer {
    pub(super) session: Session,
    data_version: i64,
    replaced: ReplacedRow,
    pub(super) version: Version,
    /// Whether nobody else has written since the last commit of this process.
    continues: bool,
    /// What the feed has held so far; `None` until it is looked up.
    pub(super) feed_so_far: Option<FeedTotals>,
    /// Whether the feed tells the version that is to be committed.
    pub(super) is_in_feed: bool,
    /// What the wal-index says since the transaction began.
    begun: Option<Stamp>,
    /// Rows that the connection had changed, ever, when the transaction began.
    changes_before: u64,
}

impl Writer {
    pub(super) fn begin(file: &Arc<File>) -> Result<Writer> {
        let idle = locked(&file.writer).take();
        // Only one transaction is begun at a time, so it is gone for good: a rollback failed.
        let Some(Idle { connection, data_version, replaced }) = idle else {
            return Err(Error::Storage { operation: "begin to write", detail: "the connection was lost".into() });
        };
        let session = Session { file: file.clone(), connection: Some(connection) };
        let mut writer = Writer {
            session,
            data_version,
            replaced,
            version: 0,
            continues: false,
            feed_so_far: None,
            is_in_feed: false,
            begun: None,
            changes_before: 0,
        };
        writer.begin_on_own_rows().map_err(file.failed("begin to write"))?;
        if writer.continues {
            writer.feed_so_far = *locked(&file.feed_so_far);
        }
        writer.version = file.next_version();
        writer.changes_before = writer.session.connection()?.total_changes();
        Ok(writer)
    }

    /// Begin when all rows are adopted. That is committed by itself, because this transaction may be rolled back.
    fn begin_on_own_rows(&mut self) -> rusqlite::Result<()> {
        let Some(connection) = &self.session.connection else { return Ok(()) };
        let file = &self.session.file;
        loop {
            execute(connection, "BEGIN IMMEDIATE")?;
            self.begun = file.stamp();
            if self.begun.is_some_and(|begun| begun.word() == file.own_stamp.load(Ordering::Acquire)) {
                self.continues = true;
                return Ok(());
            }
            let now = foreign::data_version(connection)?;
            if now == self.data_version {
                return Ok(());
            }
            let adopted = foreign::adopt_in_transaction(&self.session.file, connection)?;
            if adopted {
                execute(connection, "COMMIT")?;
            }
            self.data_version = now;
            if !adopted {
                return Ok(());
            }
        }
    }

    fn keep_journal_quota(&self, more: u64) -> Result<()> {
        let Some(limit) = self.session.file.config.journal.bytes else { return Ok(()) };
        let used = self.session.run("count the journal", journal::bytes)?;
        if used.saturating_add(more) > limit {
            return Err(Error::QuotaExceeded { quota: QuotaKind::Bytes, used, limit });
        }
        Ok(())
    }

    fn give_back(&mut self) {
        if let Some(connection) = self.session.connection.take() {
            let replaced = self.replaced.clone();
            *locked(&self.session.file.writer) = Some(Idle { connection, data_version: self.data_version, replaced });
        }
    }
}

/// Whether [`statements::PUT_PLAIN`] has a column for all of it.
fn is_plain(row: &Row<'_>) -> bool {
    row.expires_at.is_none() && !row.counter
}

/// Insert or replace a row. `before` is the last plain one that the statement got: what they share is bound already.
fn put(
    connection: &Connection,
    plain: &mut Statement<'_>,
    row: &Row<'_>,
    before: Option<&Row<'_>>,
) -> rusqlite::Result<()> {
    let kind = row.counter.then_some(COUNTER);
    let version = statements::integer(row.version);
    let value = text_or_blob(row.value);
    if is_plain(row) {
        if before.is_none_or(|before| before.group != row.group || before.version != row.version) {
            plain.raw_bind_parameter(1, row.group)?;
            plain.raw_bind_parameter(4, version)?;
        }
        plain.raw_bind_parameter(2, row.key)?;
        plain.raw_bind_parameter(3, &value)?;
        if plain.raw_execute()? > 0 {
            return Ok(());
        }
    }
    let row = (row.group, row.key, value, row.expires_at, version, kind);
    connection.prepare_cached(statements::PUT)?.execute(row).map(drop)
}

/// A value as it is stored: text where it is Unicode, so that go-store reads it.
pub(super) fn text_or_blob(value: &[u8]) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(match std::str::from_utf8(value) {
        Ok(text) => ValueRef::Text(text.as_bytes()),
        Err(_) => ValueRef::Blob(value),
    })
}

impl Write for Writer {
    fn version(&self) -> Version {
        self.version
    }

    fn put(&mut self, row: &Row<'_>) -> Result<Option<Replaced>> {
        self.replaced.take();
        self.session.run("write an entry", |connection| {
            put(connection, &mut *connection.prepare_cached(statements::PUT_PLAIN)?, row, None)
        })?;
        Ok(self.replaced.take())
    }

    fn put_all(&mut self, rows: &mut dyn Iterator<Item = Row<'_>>, each: PutRow<'_>) -> Result<()> {
        self.replaced.take();
        let operation = "write entries";
        let failed = self.session.file.failed(operation);
        let mut plain = self.session.run(operation, |connection| connection.prepare_cached(statements::PUT_PLAIN))?;
        let connection = self.session.connection()?;
        let mut before = None;
        for row in rows {
            put(connection, &mut plain, &row, before.as_ref()).map_err(&failed)?;
            each(&row, self.replaced.take())?;
            before = Some(row).filter(is_plain).or(before);
        }
        Ok(())
    }

    fn retime(&mut self, group: &str, key: &str, expires_at: Option<i64>, version: Version) -> Result<()> {
        self.session.run("change an expiry", |connection| {
            let version = statements::integer(version);
            connection.prepare_cached(statements::RETIME)?.execute((group, key, expires_at, version)).map(drop)
        })
    }

    fn remove(&mut self, group: &str, key: &str) -> Result<()> {
        self.session.run("delete an entry", |connection| {
            connection.prepare_cached(statements::REMOVE)?.execute((group, key)).map(drop)
        })
    }

    fn remove_group(&mut self, group: &str, now: i64) -> Result<u64> {
        self.session.run("delete a group", |connection| {
            let live = connection.prepare_cached(statements::REMOVE_LIVE)?.execute((group, now))?;
            connection.prepare_cached(statements::REMOVE_GROUP)?.execute([group])?;
            Ok(live as u64)
        })
    }

    fn expired(&self, groups: &Names, now: i64, most: usize) -> Result<Vec<ExpiredRow>> {
        self.session.run("find expired entries", |connection| {
            let mut statement = connection.prepare_cached(statements::EXPIRED)?;
            let end = ToSqlOutput::Borrowed(statements::end(groups));
            let mut rows = statement.query((&groups.from, end, now, statements::integer(most as u64)))?;
            let mut expired = Vec::new();
            while let Some(row) = rows.next()? {
                let (Ok(group), Ok(key)) = (row.get_ref(0)?.as_str(), row.get_ref(1)?.as_str()) else { continue };
                expired.push(ExpiredRow { group: group.into(), key: key.into(), bytes: statements::count(row, 2)? });
            }
            Ok(expired)
        })
    }

    fn set_group_totals(&mut self, group: &str, totals: GroupTotals) -> Result<()> {
        self.session.run("write counters", |connection| statements::set_group_totals(connection, group, totals))
    }

    fn set_totals(&mut self, scope: &str, totals: Totals) -> Result<()> {
        self.session.run("write counters", |connection| statements::set_totals(connection, scope, totals))
    }

    fn append_feed(&mut self, part: &FeedPart<'_>) -> Result<FeedTotals> {
        feed::append(self, part)
    }

    fn trim_feed(&mut self, bounds: &FeedBounds, most_parts: usize) -> Result<bool> {
        // It may remove what this transaction wrote there.
        self.is_in_feed = false;
        feed::trim(&self.session, bounds, most_parts)
    }

    fn set_consumer(&mut self, name: &str, position: Option<Position>) -> Result<()> {
        feed::set_consumer(&self.session, name, position)
    }

    fn park(&mut self, parked: &Parked) -> Result<()> {
        feed::park(&self.session, parked)
    }

    fn unpark(&mut self, id: i64) -> Result<bool> {
        feed::unpark(&self.session, id)
    }

    fn mark_workspace(&mut self, file: &str, committed: bool) -> Result<()> {
        let sql = if committed { statements::MARK_WORKSPACE } else { statements::UNMARK_WORKSPACE };
        self.session
            .run("write down a workspace", |connection| connection.prepare_cached(sql)?.execute([file]).map(drop))
    }

    fn journal_append(&mut self, row: &JournalRow<'_>) -> Result<i64> {
        self.keep_journal_quota(row.bytes())?;
        let deliver = self.session.file.config.journal.deliver;
        self.session.run("append to the journal", |connection| {
            let id = journal::append(connection, row)?;
            if deliver {
                outbox::append(connection, id, row.bucket)?;
            }
            Ok(id)
        })
    }

    fn put_journal_row(&mut self, row: &TransferRow) -> Result<()> {
        let bytes = row.bytes();
        self.keep_journal_quota(bytes)?;
        self.session.run("write to the journal", |connection| {
            exchange::put_row(connection, row)?;
            journal::add_bytes(connection, statements::integer(bytes))
        })
    }

    fn archives(&mut self) -> Result<&mut dyn WriteArchives> {
        Ok(self)
    }

    fn outbox(&mut self) -> Result<&mut dyn WriteOutbox> {
        Ok(self)
    }

    fn next_version(&mut self) -> Version {
        self.version = self.session.file.next_version();
        self.is_in_feed = false;
        self.version
    }

    fn is_clean(&self) -> bool {
        self.session.connection().is_ok_and(|connection| connection.total_changes() == self.changes_before)
    }

    fn restart(&mut self) -> Result<()> {
        // An error can have ended the transaction already.
        let connection = self.session.connection()?;
        if !connection.is_autocommit() {
            execute(connection, "ROLLBACK").map_err(self.session.file.failed("undo"))?;
        }
        (self.continues, self.feed_so_far, self.is_in_feed) = (false, None, false);
        let file = self.session.file.clone();
        self.begin_on_own_rows().map_err(file.failed("begin to write"))?;
        self.changes_before = self.session.connection()?.total_changes();
        Ok(())
    }

    fn begin_part(&mut self) -> Result<()> {
        self.session.run("begin a part", |connection| execute(connection, "SAVEPOINT part").map(drop))
    }

    fn end_part(&mut self, keep: bool) -> Result<()> {
        if !keep {
            self.feed_so_far = None;
        }
        self.session.run("end a part", |connection| {
            if !keep {
                execute(connection, "ROLLBACK TO part")?;
            }
            execute(connection, "RELEASE part").map(drop)
        })
    }

    fn continues(&self) -> bool {
        self.continues
    }

    fn stamp(&self) -> Option<u64> {
        self.begun.map(Stamp::word)
    }

    fn commit(mut self: Box<Self>) -> Result<Option<u64>> {
        let version = self.version;
        self.session.run("commit", |connection| {
            if !self.is_in_feed {
                statements::set_meta(connection, "sequence", version)?;
            }
            execute(connection, "COMMIT").map(drop)
        })?;
        *locked(&self.session.file.feed_so_far) = self.feed_so_far;
        self.session.file.committed.fetch_max(version, Ordering::AcqRel);
        // Another program may have committed since.
        let own = self.session.file.stamp().zip(self.begun).filter(|(now, begun)| now.is_next_after(*begun));
        let own = own.map(|(now, _)| now.word());
        self.session.file.own_stamp.store(own.unwrap_or(0), Ordering::Release);
        self.give_back();
        Ok(own)
    }

    fn as_read(&self) -> &dyn Read {
        &self.session
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let Some(connection) = &self.session.connection else {
            return;
        };
        // An error can have ended the transaction already.
        if connection.is_autocommit() || execute(connection, "ROLLBACK").is_ok() {
            self.give_back();
        } else {
            locked(&self.session.file.lost).extend(self.session.connection.take());
        }
    }
}
