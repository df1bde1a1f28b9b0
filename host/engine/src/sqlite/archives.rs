//! Rows of the journal that go into archives, and the archives.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{journal, read::Session, statements, write::Writer};
use crate::{
    Result,
    backend::{JournalRow, Outgoing, OutgoingRow, ReadArchives, StoredArchive, WriteArchives},
};

const ARCHIVES: &str = "SELECT name, scope, rows, bytes, created_at FROM larder_archives WHERE name > ?1 ORDER BY name";

const ARCHIVE: &str = "SELECT name, scope, rows, bytes, created_at FROM larder_archives WHERE name = ?1";

const SET: &str =
    "INSERT OR REPLACE INTO larder_archives (name, scope, rows, bytes, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";

const LAST: &str = "SELECT (SELECT coalesce(max(entry_id), 0) FROM journal_entries),
    (SELECT coalesce(max(created_at), 0) FROM larder_archives)";

/// Rows whose time is of another type, which only another program can have written, stay where they are.
const OUTGOING: &str = "SELECT entry_id, committed_at, bucket_name, measurement, fields_json, tags_json, scope
    FROM journal_entries
    WHERE archived_at IS NULL AND (committed_at, entry_id) > (?1, ?2) AND committed_at < ?3 AND entry_id <= ?4
        AND (?5 IS NULL OR scope = ?5) AND typeof(committed_at) = 'integer'
    ORDER BY committed_at, entry_id";

const MARK: &str = "UPDATE journal_entries SET archived_at = ?1
    WHERE archived_at IS NULL AND committed_at < ?2 AND entry_id <= ?3 AND (?4 IS NULL OR scope = ?4)
        AND typeof(committed_at) = 'integer' AND (committed_at, entry_id) <= (?5, ?6)";

const KEPT: &str = "SELECT entry_id, committed_at, bucket_name, measurement, fields_json, tags_json, scope
    FROM journal_entries
    WHERE archived_at IS NOT NULL AND archived_at = ?1 AND (committed_at, entry_id) > (?2, ?3)
    ORDER BY committed_at, entry_id";

const UNMARK: &str = "UPDATE journal_entries SET archived_at = NULL WHERE entry_id = ?1";

const OUTDATED: &str =
    "SELECT entry_id, octet_length(bucket_name) + octet_length(measurement) + octet_length(fields_json)
        + octet_length(tags_json)
    FROM journal_entries WHERE archived_at IS NOT NULL AND committed_at < ?1
        AND NOT EXISTS (SELECT 1 FROM larder_outbox o WHERE o.entry_id = journal_entries.entry_id)
    ORDER BY committed_at, entry_id LIMIT ?2";

const REMOVE: &str = "DELETE FROM journal_entries WHERE entry_id = ?1";

impl ReadArchives for Session {
    fn archives(&self, after: &str, visit: &mut dyn FnMut(StoredArchive) -> bool) -> Result<()> {
        self.run("list archives", |connection| {
            let mut statement = connection.prepare_cached(ARCHIVES)?;
            let mut rows = statement.query([after])?;
            while let Some(row) = rows.next()? {
                if !visit(archive(row)?) {
                    break;
                }
            }
            Ok(())
        })
    }

    fn archive(&self, name: &str) -> Result<Option<StoredArchive>> {
        self.run("look for an archive", |connection| {
            connection.prepare_cached(ARCHIVE)?.query_row([name], archive).optional()
        })
    }

    fn last_row_and_archive(&self) -> Result<(i64, i64)> {
        self.run("read the journal", |connection| {
            connection.prepare_cached(LAST)?.query_row((), |row| Ok((row.get(0)?, row.get(1)?)))
        })
    }

    fn outgoing(&self, rows: &Outgoing<'_>, visit: &mut dyn FnMut(OutgoingRow<'_>) -> bool) -> Result<()> {
        self.run("read the journal", |connection| {
            let mut statement = connection.prepare_cached(OUTGOING)?;
            let (at, id) = rows.after;
            visit_all(statement.query((at, id, rows.before, rows.last_id, rows.scope))?, visit)
        })
    }

    fn kept(&self, archived_at: i64, after: (i64, i64), visit: &mut dyn FnMut(OutgoingRow<'_>) -> bool) -> Result<()> {
        self.run("read the journal", |connection| {
            let mut statement = connection.prepare_cached(KEPT)?;
            visit_all(statement.query((archived_at, after.0, after.1))?, visit)
        })
    }

    fn has_outdated(&self, before: i64) -> Result<bool> {
        self.run("look for outdated rows", |connection| connection.prepare_cached(OUTDATED)?.exists((before, 1)))
    }
}

impl WriteArchives for Writer {
    fn set_archive(&mut self, archive: &StoredArchive) -> Result<()> {
        let count = |count: Option<u64>| count.map(statements::integer);
        let StoredArchive { name, scope, rows, bytes, created_at } = archive;
        self.run("write down an archive", |connection| {
            connection.prepare_cached(SET)?.execute((name, scope, count(*rows), count(*bytes), created_at)).map(drop)
        })
    }

    fn forget_archive(&mut self, name: &str) -> Result<()> {
        self.run("forget an archive", |connection| {
            connection.prepare_cached("DELETE FROM larder_archives WHERE name = ?1")?.execute([name]).map(drop)
        })
    }

    fn mark(&mut self, rows: &Outgoing<'_>, until: (i64, i64), but: &[i64], archived_at: i64) -> Result<u64> {
        self.run("mark what is archived", |connection| {
            let mut mark = connection.prepare_cached(MARK)?;
            let marked = mark.execute((archived_at, rows.before, rows.last_id, rows.scope, until.0, until.1))?;
            let mut unmarked = 0;
            for id in but {
                unmarked += connection.prepare_cached(UNMARK)?.execute([id])?;
            }
            Ok(marked.saturating_sub(unmarked) as u64)
        })
    }

    fn unmark(&mut self, id: i64) -> Result<()> {
        self.run("bring a row back", |connection| connection.prepare_cached(UNMARK)?.execute([id]).map(drop))
    }

    fn insert(&mut self, row: &JournalRow<'_>) -> Result<()> {
        self.run("bring a row back", |connection| journal::append(connection, row).map(drop))
    }

    fn remove_outdated(&mut self, before: i64, most: usize) -> Result<u64> {
        self.run("remove outdated rows", |connection| {
            let outdated: Vec<(i64, i64)> = connection
                .prepare_cached(OUTDATED)?
                .query_map((before, statements::integer(most as u64)), |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            for (id, _) in &outdated {
                connection.prepare_cached(REMOVE)?.execute([id])?;
            }
            journal::add_bytes(connection, -outdated.iter().map(|(_, bytes)| bytes).sum::<i64>())?;
            Ok(outdated.len() as u64)
        })
    }
}

impl Writer {
    fn run<R>(&self, operation: &'static str, run: impl FnOnce(&Connection) -> rusqlite::Result<R>) -> Result<R> {
        self.session.run(operation, run)
    }
}

fn visit_all(mut rows: rusqlite::Rows<'_>, visit: &mut dyn FnMut(OutgoingRow<'_>) -> bool) -> rusqlite::Result<()> {
    while let Some(row) = rows.next()? {
        let (id, committed_at) = (row.get(0)?, row.get(1)?);
        let text = |column| -> rusqlite::Result<Option<&str>> { Ok(row.get_ref(column)?.as_str().ok()) };
        let texts = (text(2)?, text(3)?, text(4)?, text(5)?);
        let scope = text(6)?;
        let row = match texts {
            (Some(bucket), Some(measurement), Some(fields_json), Some(tags_json)) => {
                Some(JournalRow { bucket, measurement, fields_json, tags_json, committed_at, scope })
            }
            _ => None,
        };
        if !visit(OutgoingRow { id, committed_at, row }) {
            break;
        }
    }
    Ok(())
}

fn archive(row: &Row<'_>) -> rusqlite::Result<StoredArchive> {
    let count = |column| -> rusqlite::Result<Option<u64>> {
        Ok(row.get::<_, Option<i64>>(column)?.map(|count| u64::try_from(count).unwrap_or(0)))
    };
    Ok(StoredArchive {
        name: row.get(0)?,
        scope: row.get(1)?,
        rows: count(2)?,
        bytes: count(3)?,
        created_at: row.get(4)?,
    })
}
