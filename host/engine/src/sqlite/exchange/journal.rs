//! Journal rows as they are carried over.

use rusqlite::{Connection, Row};

use crate::{sqlite::statements, transfer::TransferRow};

const COLUMNS: &str = "scope, bucket_name, measurement, fields_json, tags_json, committed_at, archived_at";

/// The number of the last row; 0 if there is none.
pub(in crate::sqlite) fn last_row(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT coalesce(max(entry_id), 0) FROM journal_entries", (), |row| row.get(0))
}

/// Whether the same row is there among those up to number `last`.
pub(in crate::sqlite) fn has_row(connection: &Connection, row: &TransferRow, last: i64) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM journal_entries WHERE bucket_name = ?2 AND committed_at = ?6 AND entry_id <= ?8
        AND scope IS ?1 AND measurement = ?3 AND fields_json = ?4 AND tags_json = ?5 AND archived_at IS ?7";
    let TransferRow { scope, bucket, measurement, fields, tags, committed_at, archived_at } = row;
    connection.prepare_cached(sql)?.exists((scope, bucket, measurement, fields, tags, committed_at, archived_at, last))
}

pub(in crate::sqlite) fn put_row(connection: &Connection, row: &TransferRow) -> rusqlite::Result<()> {
    let sql = format!("INSERT INTO journal_entries ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    let TransferRow { scope, bucket, measurement, fields, tags, committed_at, archived_at } = row;
    connection
        .prepare_cached(&sql)?
        .execute((scope, bucket, measurement, fields, tags, committed_at, archived_at))
        .map(drop)
}

/// How many rows a scope has; `None` is the whole tenant.
pub(in crate::sqlite) fn rows(connection: &Connection, scope: Option<&str>) -> rusqlite::Result<u64> {
    let sql = "SELECT count(*) FROM journal_entries WHERE ?1 IS NULL OR scope = ?1";
    connection.prepare_cached(sql)?.query_row([scope], |row| statements::count(row, 0))
}

/// The rows of a scope, in the order in which they were committed. Those with columns of other types than go-store's, which
/// only another program can have written, are left out.
pub(in crate::sqlite) fn visit_rows(
    connection: &Connection,
    scope: Option<&str>,
    visit: &mut dyn FnMut(TransferRow) -> bool,
) -> rusqlite::Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM journal_entries WHERE ?1 IS NULL OR scope = ?1 ORDER BY entry_id");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = statement.query([scope])?;
    while let Some(row) = found.next()? {
        if let Ok(row) = transfer_row(row)
            && !visit(row)
        {
            break;
        }
    }
    Ok(())
}

pub(super) fn transfer_row(row: &Row<'_>) -> rusqlite::Result<TransferRow> {
    Ok(TransferRow {
        scope: row.get(0)?,
        bucket: row.get(1)?,
        measurement: row.get(2)?,
        fields: row.get(3)?,
        tags: row.get(4)?,
        committed_at: row.get(5)?,
        archived_at: row.get(6)?,
    })
}
