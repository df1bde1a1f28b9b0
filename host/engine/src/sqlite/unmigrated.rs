//! Rows that a migration kept aside.

use rusqlite::{
    Connection, Row,
    types::{Value, ValueRef},
};

use super::{read::bytes, statements};
use crate::Unmigrated;

/// How many there are.
pub(super) fn count(connection: &Connection) -> rusqlite::Result<u64> {
    connection.query_row("SELECT count(*) FROM larder_unmigrated", (), |row| statements::count(row, 0))
}

/// At most `most` of them, behind the one of this number.
pub(super) fn list(connection: &Connection, after: u64, most: usize) -> rusqlite::Result<Vec<Unmigrated>> {
    let sql = "SELECT id, source, grp, key, value, expires_at, reason FROM larder_unmigrated
        WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map((statements::integer(after), statements::integer(most as u64)), unmigrated)?;
    rows.collect()
}

fn unmigrated(row: &Row<'_>) -> rusqlite::Result<Unmigrated> {
    Ok(Unmigrated {
        id: statements::count(row, 0)?,
        source: row.get(1)?,
        group: optional(row.get_ref(2)?),
        key: optional(row.get_ref(3)?),
        value: optional(row.get_ref(4)?),
        expires_at: match row.get(5)? {
            Value::Integer(at) => Some(at),
            _ => None,
        },
        reason: row.get(6)?,
    })
}

fn optional(value: ValueRef<'_>) -> Option<Vec<u8>> {
    (value != ValueRef::Null).then(|| bytes(value))
}
