//! Rows of the journal that are still to be delivered.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{read::Session, statements, write::Writer};
use crate::{
    Result,
    backend::{BucketWaiting, ParkedRow, ReadOutbox, WaitingRow, WriteOutbox},
};

const APPEND: &str = "INSERT OR REPLACE INTO larder_outbox (entry_id, bucket) VALUES (?1, ?2)";

const NEXT_BUCKET: &str =
    "SELECT bucket FROM larder_outbox WHERE parked_at IS NULL AND bucket >= ?1 ORDER BY bucket LIMIT 1";

const WAITING: &str = "SELECT o.entry_id, j.measurement, j.fields_json, j.tags_json, j.committed_at, j.scope, o.error
    FROM larder_outbox o LEFT JOIN journal_entries j ON j.entry_id = o.entry_id
    WHERE o.parked_at IS NULL AND o.bucket = ?1 ORDER BY o.entry_id";

const BUCKETS: &str = "SELECT b.bucket, b.waiting, b.parked, j.committed_at, o.error FROM (
        SELECT bucket, sum(parked_at IS NULL) AS waiting, sum(parked_at IS NOT NULL) AS parked,
            min(entry_id) FILTER (WHERE parked_at IS NULL) AS first
        FROM larder_outbox GROUP BY bucket
    ) AS b LEFT JOIN larder_outbox o ON o.entry_id = b.first LEFT JOIN journal_entries j ON j.entry_id = b.first
    ORDER BY b.bucket";

const PARKED: &str = "SELECT o.entry_id, o.bucket, j.measurement, j.committed_at, o.error, o.parked_at
    FROM larder_outbox o LEFT JOIN journal_entries j ON j.entry_id = o.entry_id
    WHERE o.parked_at IS NOT NULL AND o.entry_id > ?1 ORDER BY o.entry_id";

const REMOVE_WAITING: &str = "DELETE FROM larder_outbox WHERE entry_id = ?1 AND parked_at IS NULL";

const PARK: &str = "UPDATE larder_outbox SET error = ?2, parked_at = ?3 WHERE entry_id = ?1 AND parked_at IS NULL";

const SET_ERROR: &str = "UPDATE larder_outbox SET error = ?2 WHERE entry_id = ?1 AND parked_at IS NULL";

const UNPARK: &str = "UPDATE larder_outbox SET error = NULL, parked_at = NULL
    WHERE parked_at IS NOT NULL AND (?1 IS NULL OR entry_id = ?1)";

const REMOVE_PARKED: &str = "DELETE FROM larder_outbox WHERE parked_at IS NOT NULL AND (?1 IS NULL OR entry_id = ?1)";

/// Let a row that was just appended wait for its delivery.
pub(super) fn append(connection: &Connection, id: i64, bucket: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(APPEND)?.execute((id, bucket)).map(drop)
}

impl ReadOutbox for Session {
    fn next_bucket(&self, from: &str) -> Result<Option<String>> {
        self.run("look for what is to be delivered", |connection| {
            connection.prepare_cached(NEXT_BUCKET)?.query_row([from], |row| row.get(0)).optional()
        })
    }

    fn waiting_rows(&self, bucket: &str, visit: &mut dyn FnMut(WaitingRow<'_>) -> bool) -> Result<()> {
        self.run("read what is to be delivered", |connection| {
            let mut statement = connection.prepare_cached(WAITING)?;
            let mut rows = statement.query([bucket])?;
            while let Some(row) = rows.next()? {
                let waiting = WaitingRow {
                    id: row.get(0)?,
                    measurement: text(row, 1)?,
                    fields_json: text(row, 2)?,
                    tags_json: text(row, 3)?,
                    committed_at: row.get_ref(4)?.as_i64().ok(),
                    scope: text(row, 5)?,
                    error: text(row, 6)?,
                };
                if !visit(waiting) {
                    break;
                }
            }
            Ok(())
        })
    }

    fn buckets(&self) -> Result<Vec<BucketWaiting>> {
        self.run("count what is to be delivered", |connection| {
            let mut statement = connection.prepare_cached(BUCKETS)?;
            let bucket = |row: &Row<'_>| {
                Ok(BucketWaiting {
                    bucket: row.get(0)?,
                    waiting: statements::count(row, 1)?,
                    parked: statements::count(row, 2)?,
                    oldest: row.get_ref(3)?.as_i64().ok(),
                    error: text(row, 4)?.map(str::to_owned),
                })
            };
            statement.query_map((), bucket)?.collect()
        })
    }

    fn parked_rows(&self, after: i64, visit: &mut dyn FnMut(ParkedRow) -> bool) -> Result<()> {
        self.run("list what was not delivered", |connection| {
            let mut statement = connection.prepare_cached(PARKED)?;
            let mut rows = statement.query([after])?;
            while let Some(row) = rows.next()? {
                let parked = ParkedRow {
                    id: row.get(0)?,
                    bucket: row.get(1)?,
                    measurement: text(row, 2)?.map(str::to_owned),
                    committed_at: row.get_ref(3)?.as_i64().ok(),
                    error: text(row, 4)?.unwrap_or_default().to_owned(),
                    parked_at: row.get(5)?,
                };
                if !visit(parked) {
                    break;
                }
            }
            Ok(())
        })
    }
}

impl WriteOutbox for Writer {
    fn remove_waiting(&mut self, id: i64) -> Result<bool> {
        self.session.run("write down what was delivered", |connection| {
            connection.prepare_cached(REMOVE_WAITING)?.execute([id]).map(|rows| rows > 0)
        })
    }

    fn park_row(&mut self, id: i64, error: &str, at: i64) -> Result<bool> {
        self.session.run("park a row", |connection| {
            connection.prepare_cached(PARK)?.execute((id, error, at)).map(|rows| rows > 0)
        })
    }

    fn set_error(&mut self, id: i64, error: &str) -> Result<bool> {
        self.session.run("write down what was not delivered", |connection| {
            connection.prepare_cached(SET_ERROR)?.execute((id, error)).map(|rows| rows > 0)
        })
    }

    fn unpark_rows(&mut self, id: Option<i64>) -> Result<u64> {
        self.session.run("deliver parked rows again", |connection| {
            connection.prepare_cached(UNPARK)?.execute([id]).map(|rows| rows as u64)
        })
    }

    fn remove_parked(&mut self, id: Option<i64>) -> Result<u64> {
        self.session.run("give parked rows up", |connection| {
            connection.prepare_cached(REMOVE_PARKED)?.execute([id]).map(|rows| rows as u64)
        })
    }
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<Option<&'a str>> {
    Ok(row.get_ref(column)?.as_str().ok())
}
