//! Reads on a connection.

use std::{borrow::Cow, sync::Arc};

use rusqlite::{
    Connection, OptionalExtension, Row,
    types::{ToSqlOutput, ValueRef},
};

use super::{File, Idle, connection, exchange, feed, foreign, journal, locked, statements, unmigrated};
use crate::{
    Error, FeedStatus, Result, Unmigrated, Version,
    backend::{
        GroupTotals, JournalScan, Names, Parked, Position, Read, ReadArchives, ReadOutbox, RowRef, Scan, Snapshot,
        Stored, StoredJournalRow, StoredPart, Totals, Visit, VisitRow,
    },
    cache::{Known, KnownRow},
    telemetry::Waiting,
    transfer::TransferRow,
};

/// Names that are no Unicode, which only another program can have written, are left alone: nobody can ask for them.
/// A connection with a transaction open on it, and the reads that go through it.
pub(super) struct Session {
    pub(super) file: Arc<File>,
    /// Taken when the transaction ends.
    pub(super) connection: Option<Connection>,
}

/// A read transaction; its connection goes back to the idle ones when it ends.
pub(super) struct Reader {
    session: Session,
}

impl Snapshot for Reader {
    fn as_read(&self) -> &dyn Read {
        &self.session
    }

    fn has_foreign_rows(&self) -> Result<bool> {
        self.session.run("look for what another program wrote", foreign::has_written)
    }
}

impl Reader {
    pub(super) fn begin(file: &Arc<File>) -> Result<Reader> {
        let idle = locked(&file.readers).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connection::open_reader(file)?,
        };
        execute(&connection, "BEGIN").map_err(file.failed("begin to read"))?;
        Ok(Reader { session: Session { file: file.clone(), connection: Some(connection) } })
    }
}

/// One row, in a transaction of its own: the statement's.
pub(super) fn get_alone(file: &Arc<File>, group: &str, key: &str) -> Result<Known> {
    let failed = file.failed("read an entry");
    let idle = locked(&file.readers).pop();
    let connection = match idle {
        Some(connection) => connection,
        None => {
            // The one that writes is there already; a tenant of which no more is read needs no other. Whoever is to write waits for
            // this statement, no longer.
            if let Ok(writer) = file.writer.try_lock()
                && let Some(Idle { connection, .. }) = &*writer
            {
                return known(connection, group, key).map_err(failed);
            }
            connection::open_reader(file)?
        }
    };
    let found = known(&connection, group, key).map_err(failed);
    locked(&file.readers).push(connection);
    found
}

/// A transaction for a short look, on the connection that writes if that is the only one.
pub(super) fn glance(file: &Arc<File>, look: &mut dyn FnMut(&dyn Read) -> Result<()>) -> Result<()> {
    let nobody_reads = locked(&file.readers).is_empty();
    if nobody_reads
        && let Ok(mut writer) = file.writer.try_lock()
        && let Some(idle) = writer.take()
    {
        let mut session = Session { file: file.clone(), connection: Some(idle.connection) };
        let looked = session.connection().and_then(|connection| {
            execute(connection, "BEGIN").map_err(file.failed("begin to read"))?;
            let looked = look(&session);
            let ended = execute(connection, "COMMIT").map_err(file.failed("end a read"));
            looked.and(ended.map(drop))
        });
        if let Some(connection) = session.connection.take() {
            // One that is still in a transaction could not begin another.
            if connection.is_autocommit() {
                *writer = Some(Idle { connection, ..idle });
            } else {
                locked(&file.lost).push(connection);
            }
        }
        return looked;
    }
    look(Reader::begin(file)?.as_read())
}

fn known(connection: &Connection, group: &str, key: &str) -> rusqlite::Result<Known> {
    let row = |row: &Row<'_>| {
        let value = match row.get_ref(0)? {
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.into(),
            other => bytes(other).into(),
        };
        let version = row.get::<_, Option<i64>>(1)?.map_or(0, i64::unsigned_abs);
        let (expires_at, counter) = (moment(row.get_ref(2)?), is_counter(row)?);
        Ok(Known::Row(KnownRow { value, version, expires_at, counter }))
    };
    let found = connection.prepare_cached(statements::GET)?.query_row((group, key), row).optional()?;
    Ok(found.unwrap_or(Known::Absent))
}

fn get(connection: &Connection, group: &str, key: &str, value: bool) -> rusqlite::Result<Option<Stored>> {
    let sql = if value { statements::GET } else { statements::GET_SIZE };
    connection.prepare_cached(sql)?.query_row((group, key), |row| stored(row, value)).optional()
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(connection) = self.session.connection.take()
            && execute(&connection, "COMMIT").is_ok()
        {
            locked(&self.session.file.readers).push(connection);
        }
    }
}

pub(super) fn execute(connection: &Connection, sql: &'static str) -> rusqlite::Result<usize> {
    connection.prepare_cached(sql)?.execute(())
}

impl Session {
    pub(super) fn connection(&self) -> Result<&Connection> {
        self.connection.as_ref().ok_or(Error::Closed)
    }

    /// Run something on the connection.
    pub(super) fn run<'s, R>(
        &'s self,
        operation: &'static str,
        run: impl FnOnce(&'s Connection) -> rusqlite::Result<R>,
    ) -> Result<R> {
        let connection = self.connection()?;
        // A full disk makes SQLite roll back by itself; what came after it would be on its own.
        if connection.is_autocommit() {
            return Err(Error::Storage { operation, detail: "an earlier error rolled the transaction back".into() });
        }
        run(connection).map_err(self.file.failed(operation))
    }
}

impl Read for Session {
    fn get(&self, group: &str, key: &str, value: bool) -> Result<Option<Stored>> {
        self.run("read an entry", |connection| get(connection, group, key, value))
    }

    fn scan(&self, scan: &Scan<'_>, visit: VisitRow<'_>) -> Result<()> {
        if scan.keys.is_empty() {
            return Ok(());
        }
        self.run("scan a group", |connection| {
            let mut statement = connection.prepare_cached(statements::scan(scan.reverse, scan.values))?;
            let end = ToSqlOutput::Borrowed(statements::end(&scan.keys));
            let skip = statements::integer(scan.skip);
            let mut rows = statement.query((scan.group, &scan.keys.from, end, scan.now, skip))?;
            while let Some(row) = rows.next()? {
                let Ok(key) = row.get_ref(4)?.as_str() else { continue };
                let value = if scan.values { Some(bytes_where_they_lie(row.get_ref(0)?)) } else { None };
                let version = row.get::<_, Option<i64>>(1)?.map_or(0, i64::unsigned_abs);
                let (expires_at, counter) = (moment(row.get_ref(2)?), is_counter(row)?);
                if !visit(RowRef { key, value, version, expires_at, counter }) {
                    break;
                }
            }
            Ok(())
        })
    }

    fn groups(&self, names: &Names, now: i64, visit: Visit<'_, ()>) -> Result<()> {
        self.run("list groups", |connection| {
            let mut statement = connection.prepare_cached(statements::LIVE_GROUPS)?;
            let mut rows = statement.query((&names.from, ToSqlOutput::Borrowed(statements::end(names)), now))?;
            while let Some(row) = rows.next()? {
                let Ok(group) = row.get_ref(0)?.as_str() else { continue };
                if !visit(group, ()) {
                    break;
                }
            }
            Ok(())
        })
    }

    fn group_totals(&self, names: &Names, visit: Visit<'_, GroupTotals>) -> Result<()> {
        self.run("read counters", |connection| {
            let mut statement = connection.prepare_cached(statements::GROUP_TOTALS)?;
            let mut rows = statement.query((&names.from, ToSqlOutput::Borrowed(statements::end(names))))?;
            while let Some(row) = rows.next()? {
                let totals = GroupTotals { keys: statements::count(row, 0)?, bytes: statements::count(row, 1)? };
                let Ok(group) = row.get_ref(2)?.as_str() else { continue };
                if !visit(group, totals) {
                    break;
                }
            }
            Ok(())
        })
    }

    fn totals(&self, scope: &str) -> Result<Totals> {
        self.run("read counters", |connection| {
            let totals = connection.prepare_cached(statements::TOTALS)?.query_row([scope], totals).optional()?;
            Ok(totals.unwrap_or_default())
        })
    }

    fn keys_in(&self, groups: &Names) -> Result<u64> {
        self.run("read counters", |connection| {
            let end = ToSqlOutput::Borrowed(statements::end(groups));
            connection
                .prepare_cached(statements::KEYS_IN)?
                .query_row((&groups.from, end), |row| statements::count(row, 0))
        })
    }

    fn expired_in(&self, groups: &Names, now: i64) -> Result<Totals> {
        self.run("count expired entries", |connection| {
            let end = ToSqlOutput::Borrowed(statements::end(groups));
            connection.prepare_cached(statements::EXPIRED_IN)?.query_row((&groups.from, end, now), totals)
        })
    }

    fn next_expiry(&self) -> Result<Option<i64>> {
        self.run("read the next expiry", |connection| {
            let mut statement = connection.prepare_cached(statements::NEXT_EXPIRY)?;
            let next = statement.query_row((), |row| Ok(moment(row.get_ref(0)?))).optional()?;
            Ok(next.flatten())
        })
    }

    fn unmigrated(&self, after: u64, most: usize) -> Result<Vec<Unmigrated>> {
        self.run("list what could not be migrated", |connection| unmigrated::list(connection, after, most))
    }

    fn unmigrated_rows(&self) -> Result<u64> {
        self.run("count what could not be migrated", unmigrated::count)
    }

    fn sequence(&self) -> Result<Version> {
        self.run("read the number of the last commit", super::schema::sequence)
    }

    fn feed(&self, from: Version, visit: &mut dyn FnMut(StoredPart<'_>) -> bool) -> Result<()> {
        feed::read(self, from, visit)
    }

    fn feed_floor(&self) -> Result<Version> {
        self.run("read the feed", feed::floor)
    }

    fn feed_status(&self) -> Result<FeedStatus> {
        feed::status(self)
    }

    fn consumers(&self, names: &Names, visit: Visit<'_, Position>) -> Result<()> {
        feed::consumers(self, names, visit)
    }

    fn parked(&self, consumer: Option<&str>, after: i64, visit: &mut dyn FnMut(Parked) -> bool) -> Result<()> {
        feed::parked(self, consumer, after, visit)
    }

    fn feed_events(&self, from: Version) -> Result<u64> {
        feed::events_from(self, from)
    }

    fn parked_events(&self, consumer: &str) -> Result<u64> {
        feed::parked_events(self, consumer)
    }

    fn committed_workspaces(&self) -> Result<Vec<String>> {
        self.run("read what is committed of workspaces", |connection| {
            let mut statement = connection.prepare_cached(statements::COMMITTED_WORKSPACES)?;
            statement.query_map((), |row| row.get(0))?.collect()
        })
    }

    fn journal(&self, scan: &JournalScan<'_>, visit: &mut dyn FnMut(StoredJournalRow<'_>) -> bool) -> Result<()> {
        self.run("read the journal", |connection| journal::scan(connection, scan, visit))
    }

    fn waiting(&self, now: i64) -> Result<Waiting> {
        self.run("measure what waits", |connection| {
            connection.prepare_cached(statements::WAITING)?.query_row((now,), |row| {
                Ok(Waiting {
                    expired: statements::count(row, 0)?,
                    outbox: statements::count(row, 1)?,
                    outbox_parked: statements::count(row, 2)?,
                    ..Waiting::default()
                })
            })
        })
    }

    fn last_journal_row(&self) -> Result<i64> {
        self.run("read the journal", exchange::last_row)
    }

    fn has_journal_row(&self, row: &TransferRow, last: i64) -> Result<bool> {
        self.run("read the journal", |connection| exchange::has_row(connection, row, last))
    }

    fn journal_rows(&self, scope: Option<&str>) -> Result<u64> {
        self.run("count the journal", |connection| exchange::rows(connection, scope))
    }

    fn transfer_rows(&self, scope: Option<&str>, visit: &mut dyn FnMut(TransferRow) -> bool) -> Result<()> {
        self.run("read the journal", |connection| exchange::visit_rows(connection, scope, visit))
    }

    fn archives(&self) -> Result<&dyn ReadArchives> {
        Ok(self)
    }

    fn outbox(&self) -> Result<&dyn ReadOutbox> {
        Ok(self)
    }

    fn check(&self) -> Result<(u64, Vec<String>)> {
        self.run("check the database", super::check::check)
    }
}

fn stored(row: &Row<'_>, value: bool) -> rusqlite::Result<Stored> {
    let first = row.get_ref(0)?;
    let value = value.then(|| bytes(first));
    let size = match &value {
        Some(value) => value.len() as u64,
        None => statements::count(row, 0)?,
    };
    Ok(Stored {
        value,
        size,
        version: row.get::<_, Option<i64>>(1)?.map_or(0, i64::unsigned_abs),
        expires_at: moment(row.get_ref(2)?),
        counter: is_counter(row)?,
    })
}

fn is_counter(row: &Row<'_>) -> rusqlite::Result<bool> {
    Ok(row.get_ref(3)?.as_i64().is_ok_and(|kind| kind == COUNTER))
}

/// What `kind` says of a counter; NULL is any other value.
pub(super) const COUNTER: i64 = 1;

/// [`bytes`] without a copy of what is bytes.
fn bytes_where_they_lie(value: ValueRef<'_>) -> Cow<'_, [u8]> {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Cow::Borrowed(bytes),
        other => Cow::Owned(bytes(other)),
    }
}

/// The bytes of a value; numbers, which only another program can have put there, as their text.
pub(super) fn bytes(value: ValueRef<'_>) -> Vec<u8> {
    match value {
        ValueRef::Null => Vec::new(),
        ValueRef::Integer(number) => number.to_string().into_bytes(),
        ValueRef::Real(number) => number.to_string().into_bytes(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
    }
}

/// The moment of an expiry. Text, which only another program can have put there, sorts behind every number: never.
pub(super) fn moment(value: ValueRef<'_>) -> Option<i64> {
    match value {
        ValueRef::Integer(at) => Some(at),
        // Saturates at the ends.
        ValueRef::Real(at) => Some(at.ceil() as i64),
        ValueRef::Null | ValueRef::Text(_) | ValueRef::Blob(_) => None,
    }
}

fn totals(row: &Row<'_>) -> rusqlite::Result<Totals> {
    Ok(Totals {
        keys: statements::count(row, 0)?,
        groups: statements::count(row, 1)?,
        bytes: statements::count(row, 2)?,
    })
}
