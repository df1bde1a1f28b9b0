//! The table of older versions of go-store, `kv`, whose rows become entries.
//!
//! go-store copies what it can and drops the rest with the table. Here a row that cannot become an entry is kept in
//! `larder_unmigrated`, with the reason.

use rusqlite::{
    Connection, OptionalExtension, Row, ToSql, Transaction,
    types::{ToSqlOutput, ValueRef},
};

const TABLE: &str = "kv";

/// Its columns; the last one is absent in the oldest files.
const COLUMNS: [&str; 4] = ["grp", "key", "value", "expires_at"];

/// What is wrong with a legacy table that has other columns than go-store's: what they mean is not known, so that no row
/// of it can be carried over whole.
pub(in crate::sqlite) fn refused(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let Some(columns) = columns(connection)? else { return Ok(None) };
    let is_known = |column: &String| COLUMNS.contains(&column.as_str());
    if columns.iter().all(is_known) && COLUMNS.iter().take(3).all(|name| columns.iter().any(|column| column == name)) {
        return Ok(None);
    }
    let rows: i64 = connection.query_row("SELECT count(*) FROM kv", (), |row| row.get(0))?;
    Ok(Some(format!(
        "it has the columns {}, where grp, key, value and perhaps expires_at are expected; rows: {rows}",
        columns.join(", ")
    )))
}

/// The columns of the table; `None` if there is no such table.
fn columns(connection: &Connection) -> rusqlite::Result<Option<Vec<String>>> {
    let there = connection
        .query_row("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1", [TABLE], |_| Ok(()))
        .optional()?;
    if there.is_none() {
        return Ok(None);
    }
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let columns = statement.query_map([TABLE], |row| row.get(0))?;
    columns.collect::<rusqlite::Result<_>>().map(Some)
}

/// Make entries of the rows, and drop the table. An entry that is there already wins, as with go-store.
pub(super) fn migrate(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let Some(columns) = columns(transaction)? else { return Ok(()) };
    let expires_at = if columns.iter().any(|column| column == "expires_at") { "expires_at" } else { "NULL" };
    let mut read = transaction.prepare(&format!("SELECT grp, key, value, {expires_at} FROM kv"))?;
    let mut rows = read.query(())?;
    while let Some(row) = rows.next()? {
        match broken(row)? {
            Some(reason) => keep_aside(transaction, row, reason)?,
            None => insert(transaction, row)?,
        }
    }
    // The counters know nothing of these rows; the next open counts anew.
    transaction.execute_batch("DROP TABLE kv; UPDATE larder_meta SET value = value + 1 WHERE name = 'foreign'")
}

/// Why the row can be no entry in itself.
fn broken(row: &Row<'_>) -> rusqlite::Result<Option<&'static str>> {
    for (column, is_null, is_no_text) in
        [(0, "grp is NULL", "grp is not Unicode text"), (1, "key is NULL", "key is not Unicode text")]
    {
        match row.get_ref(column)? {
            ValueRef::Null => return Ok(Some(is_null)),
            ValueRef::Blob(_) => return Ok(Some(is_no_text)),
            ValueRef::Text(text) if std::str::from_utf8(text).is_err() => return Ok(Some(is_no_text)),
            // The columns of entries make text of numbers.
            ValueRef::Text(_) | ValueRef::Integer(_) | ValueRef::Real(_) => {}
        }
    }
    Ok((row.get_ref(2)? == ValueRef::Null).then_some("value is NULL"))
}

fn insert(transaction: &Transaction<'_>, row: &Row<'_>) -> rusqlite::Result<()> {
    let inserted = execute(
        transaction,
        "INSERT INTO entries (group_name, entry_key, entry_value, expires_at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO NOTHING",
        row,
        &[],
    )?;
    if inserted == 1 {
        return Ok(());
    }
    let same = "SELECT 1 FROM entries
        WHERE group_name = ?1 AND entry_key = ?2 AND entry_value IS ?3 AND expires_at IS ?4";
    let values = values(row)?;
    if transaction.prepare_cached(same)?.exists([&values[0], &values[1], &values[2], &values[3]])? {
        return Ok(());
    }
    keep_aside(transaction, row, "an entry of this group and key was there before, with another value or expiry")
}

fn keep_aside(transaction: &Transaction<'_>, row: &Row<'_>, reason: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO larder_unmigrated (source, grp, key, value, expires_at, reason)
        VALUES ('kv', ?1, ?2, ?3, ?4, ?5)";
    execute(transaction, sql, row, &[&reason]).map(drop)
}

fn values<'a>(row: &'a Row<'_>) -> rusqlite::Result<[ToSqlOutput<'a>; 4]> {
    Ok([
        ToSqlOutput::Borrowed(row.get_ref(0)?),
        ToSqlOutput::Borrowed(row.get_ref(1)?),
        ToSqlOutput::Borrowed(row.get_ref(2)?),
        ToSqlOutput::Borrowed(row.get_ref(3)?),
    ])
}

/// Run a statement with the row's columns as its first four parameters.
fn execute(transaction: &Transaction<'_>, sql: &str, row: &Row<'_>, more: &[&dyn ToSql]) -> rusqlite::Result<usize> {
    let values = values(row)?;
    let parameters = values.iter().map(|value| value as &dyn ToSql).chain(more.iter().copied());
    transaction.prepare_cached(sql)?.execute(rusqlite::params_from_iter(parameters))
}
