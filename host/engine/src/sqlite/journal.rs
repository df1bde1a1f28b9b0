//! Rows of the journal.

use rusqlite::{Connection, Row, types::ValueRef};

use super::{File, connection, guest_sql::GuestSql, statements};
use crate::{
    Error, Result, SqlError, SqlRows, SqlValue,
    backend::{JournalRow, JournalScan, StoredJournalRow},
};

const APPEND: &str = "INSERT INTO journal_entries (bucket_name, measurement, fields_json, tags_json, committed_at, scope) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

const ADD_BYTES: &str = "UPDATE larder_meta SET value = max(value + ?1, 0) WHERE name = 'journal_bytes'";

const BYTES: &str = "SELECT value FROM larder_meta WHERE name = 'journal_bytes'";

/// Its number.
pub(super) fn append(connection: &Connection, row: &JournalRow<'_>) -> rusqlite::Result<i64> {
    connection.prepare_cached(APPEND)?.execute((
        row.bucket,
        row.measurement,
        row.fields_json,
        row.tags_json,
        row.committed_at,
        row.scope,
    ))?;
    let id = connection.last_insert_rowid();
    add_bytes(connection, statements::integer(row.bytes()))?;
    Ok(id)
}

pub(super) fn add_bytes(connection: &Connection, bytes: i64) -> rusqlite::Result<()> {
    connection.prepare_cached(ADD_BYTES)?.execute([bytes]).map(drop)
}

pub(super) fn bytes(connection: &Connection) -> rusqlite::Result<u64> {
    connection.prepare_cached(BYTES)?.query_row((), |row| statements::count(row, 0))
}

/// The columns that a guest's statement sees: those of go-store.
const COLUMNS: &str = "entry_id, bucket_name, measurement, fields_json, tags_json, committed_at, archived_at";

/// Run a guest's statement on the rows of a scope, or on all.
pub(super) fn sql(
    file: &File,
    scope: Option<&str>,
    statement: &str,
    parameters: &[SqlValue],
) -> Result<SqlRows, SqlError> {
    let confined = |connection| -> rusqlite::Result<GuestSql> {
        let mut guest = GuestSql::new(connection)?;
        // A parsed scope holds nothing that ends a text.
        let condition = scope.map_or("bucket_name IS NOT NULL".into(), |scope| format!("scope IS '{scope}'"));
        guest.expose("journal_entries", COLUMNS, &condition, &["journal_entries", "journal"])?;
        Ok(guest)
    };
    let guest = confined(connection::open_reader(file)?).map_err(|error| failed(file, &error))?;
    guest.run(&file.config, statement, parameters, |error| failed(file, error))
}

fn failed(file: &File, error: &rusqlite::Error) -> Error {
    super::error::convert(file, "query the journal", error)
}

/// By whether archived rows are wanted, and whether a scope's alone. Each part comes from an index in order.
const fn scan_statement(archived: bool, scoped: bool) -> &'static str {
    macro_rules! part {
        ($which:literal) => {
            concat!(
                "SELECT entry_id, bucket_name, measurement, fields_json, tags_json, committed_at, archived_at \
                 FROM journal_entries WHERE (committed_at, entry_id) > (?1, ?2) AND committed_at < ?3 AND ",
                $which
            )
        };
    }
    match (archived, scoped) {
        (false, false) => concat!(part!("archived_at IS NULL"), " ORDER BY committed_at, entry_id"),
        (false, true) => concat!(part!("archived_at IS NULL AND scope = ?4"), " ORDER BY committed_at, entry_id"),
        (true, false) => concat!(
            part!("archived_at IS NULL"),
            " UNION ALL ",
            part!("archived_at IS NOT NULL"),
            " ORDER BY committed_at, entry_id"
        ),
        (true, true) => concat!(
            part!("archived_at IS NULL AND scope = ?4"),
            " UNION ALL ",
            part!("archived_at IS NOT NULL AND scope = ?4"),
            " ORDER BY committed_at, entry_id"
        ),
    }
}

/// Rows whose columns are of other types, which only another program can have written, are left alone.
pub(super) fn scan(
    connection: &Connection,
    scan: &JournalScan<'_>,
    visit: &mut dyn FnMut(StoredJournalRow<'_>) -> bool,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(scan_statement(scan.archived, scan.scope.is_some()))?;
    let (at, id) = scan.after;
    let mut rows = match scan.scope {
        Some(scope) => statement.query((at, id, scan.to, scope))?,
        None => statement.query((at, id, scan.to))?,
    };
    while let Some(row) = rows.next()? {
        let Some(stored) = stored(row)? else { continue };
        if !visit(stored) {
            break;
        }
    }
    Ok(())
}

fn stored<'a>(row: &'a Row<'_>) -> rusqlite::Result<Option<StoredJournalRow<'a>>> {
    let text = |column| -> rusqlite::Result<Option<&'a str>> { Ok(row.get_ref(column)?.as_str().ok()) };
    let (Some(bucket), Some(measurement), Some(fields_json), Some(tags_json)) =
        (text(1)?, text(2)?, text(3)?, text(4)?)
    else {
        return Ok(None);
    };
    let (Ok(id), Ok(committed_at)) = (row.get_ref(0)?.as_i64(), row.get_ref(5)?.as_i64()) else { return Ok(None) };
    let archived_at = match row.get_ref(6)? {
        ValueRef::Integer(at) => Some(at),
        _ => None,
    };
    Ok(Some(StoredJournalRow { id, bucket, measurement, fields_json, tags_json, committed_at, archived_at }))
}
