//! Every statement on entries and counters, each prepared once a connection.

use rusqlite::{Connection, Row, types::ValueRef};

use crate::backend::{GroupTotals, Names, Totals};

pub(super) const GET: &str =
    "SELECT entry_value, version, expires_at, kind FROM entries WHERE group_name = ?1 AND entry_key = ?2";

pub(super) const GET_SIZE: &str =
    "SELECT octet_length(entry_value), version, expires_at, kind FROM entries WHERE group_name = ?1 AND entry_key = ?2";

/// By whether it goes backwards and whether values are wanted.
pub(super) const fn scan(reverse: bool, values: bool) -> &'static str {
    match (reverse, values) {
        (false, false) => {
            "SELECT octet_length(entry_value), version, expires_at, kind, entry_key FROM entries \
             WHERE group_name = ?1 AND entry_key >= ?2 AND entry_key < ?3 AND (expires_at IS NULL OR expires_at > ?4) \
             ORDER BY entry_key LIMIT -1 OFFSET ?5"
        }
        (true, false) => {
            "SELECT octet_length(entry_value), version, expires_at, kind, entry_key FROM entries \
             WHERE group_name = ?1 AND entry_key >= ?2 AND entry_key < ?3 AND (expires_at IS NULL OR expires_at > ?4) \
             ORDER BY entry_key DESC LIMIT -1 OFFSET ?5"
        }
        (false, true) => {
            "SELECT entry_value, version, expires_at, kind, entry_key FROM entries \
             WHERE group_name = ?1 AND entry_key >= ?2 AND entry_key < ?3 AND (expires_at IS NULL OR expires_at > ?4) \
             ORDER BY entry_key LIMIT -1 OFFSET ?5"
        }
        (true, true) => {
            "SELECT entry_value, version, expires_at, kind, entry_key FROM entries \
             WHERE group_name = ?1 AND entry_key >= ?2 AND entry_key < ?3 AND (expires_at IS NULL OR expires_at > ?4) \
             ORDER BY entry_key DESC LIMIT -1 OFFSET ?5"
        }
    }
}

pub(super) const LIVE_GROUPS: &str = "SELECT group_name FROM larder_groups g WHERE group_name >= ?1 AND group_name < ?2 \
    AND EXISTS (SELECT 1 FROM entries e WHERE e.group_name = g.group_name AND (e.expires_at IS NULL OR e.expires_at > ?3)) \
    ORDER BY group_name";

pub(super) const GROUP_TOTALS: &str =
    "SELECT keys, bytes, group_name FROM larder_groups WHERE group_name >= ?1 AND group_name < ?2 ORDER BY group_name";

pub(super) const KEYS_IN: &str =
    "SELECT coalesce(sum(keys), 0) FROM larder_groups WHERE group_name >= ?1 AND group_name < ?2";

pub(super) const TOTALS: &str = "SELECT keys, groups, bytes FROM larder_scopes WHERE scope = ?1";

/// What lies there to be worked on.
pub(super) const WAITING: &str = "SELECT
    (SELECT count(*) FROM entries INDEXED BY larder_entries_expiry WHERE expires_at IS NOT NULL AND expires_at <= ?1),
    (SELECT count(*) FROM larder_outbox WHERE parked_at IS NULL),
    (SELECT count(*) FROM larder_outbox WHERE parked_at IS NOT NULL)";

pub(super) const EXPIRED_IN: &str =
    "SELECT coalesce(sum(n), 0), coalesce(sum(n = g.keys), 0), coalesce(sum(b), 0) FROM (
        SELECT group_name, count(*) AS n,
            sum(octet_length(group_name) + octet_length(entry_key) + octet_length(entry_value)) AS b
        FROM entries INDEXED BY larder_entries_expiry
        WHERE expires_at IS NOT NULL AND expires_at <= ?3 AND group_name >= ?1 AND group_name < ?2
        GROUP BY group_name
    ) AS x LEFT JOIN larder_groups AS g ON g.group_name = x.group_name";

pub(super) const EXPIRED: &str = "SELECT group_name, entry_key,
        octet_length(group_name) + octet_length(entry_key) + octet_length(entry_value)
    FROM entries INDEXED BY larder_entries_expiry
    WHERE expires_at IS NOT NULL AND expires_at <= ?3 AND group_name >= ?1 AND group_name < ?2 LIMIT ?4";

pub(super) const NEXT_EXPIRY: &str = "SELECT expires_at FROM entries INDEXED BY larder_entries_expiry \
    WHERE expires_at IS NOT NULL ORDER BY expires_at LIMIT 1";

pub(super) const PUT: &str = "INSERT INTO entries (group_name, entry_key, entry_value, expires_at, version, kind) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
     ON CONFLICT (group_name, entry_key) DO UPDATE SET entry_value = excluded.entry_value, \
     expires_at = excluded.expires_at, kind = excluded.kind, \
     version = larder_replaced(octet_length(entries.entry_value), entries.expires_at, excluded.version)";

/// The same for an entry that does not expire and is no counter, if the one in its place is neither: nothing but the value and
/// the version changes, and no index. Where the one in its place is, it changes nothing.
pub(super) const PUT_PLAIN: &str = "INSERT INTO entries (group_name, entry_key, entry_value, version) VALUES (?1, ?2, ?3, ?4) \
     ON CONFLICT (group_name, entry_key) DO UPDATE SET entry_value = excluded.entry_value, \
     version = larder_replaced(octet_length(entries.entry_value), entries.expires_at, excluded.version) \
     WHERE entries.expires_at IS NULL AND entries.kind IS NULL";

pub(super) const RETIME: &str =
    "UPDATE entries SET expires_at = ?3, version = ?4 WHERE group_name = ?1 AND entry_key = ?2";

pub(super) const REMOVE: &str = "DELETE FROM entries WHERE group_name = ?1 AND entry_key = ?2";

pub(super) const REMOVE_LIVE: &str =
    "DELETE FROM entries WHERE group_name = ?1 AND (expires_at IS NULL OR expires_at > ?2)";

pub(super) const REMOVE_GROUP: &str = "DELETE FROM entries WHERE group_name = ?1";

pub(super) const RECOUNT_GROUPS: &str = "DELETE FROM larder_groups;
    INSERT INTO larder_groups (group_name, keys, bytes)
    SELECT group_name, count(*), sum(octet_length(group_name) + octet_length(entry_key) + octet_length(entry_value))
    FROM entries WHERE typeof(group_name) = 'text' GROUP BY group_name";

pub(super) const COUNT_BY_GROUP: &str = "SELECT count(*),
        sum(octet_length(group_name) + octet_length(entry_key) + octet_length(entry_value)), group_name
    FROM entries WHERE typeof(group_name) = 'text' GROUP BY group_name ORDER BY group_name";

pub(super) fn set_group_totals(connection: &Connection, group: &str, totals: GroupTotals) -> rusqlite::Result<()> {
    if totals == GroupTotals::default() {
        return connection
            .prepare_cached("DELETE FROM larder_groups WHERE group_name = ?1")?
            .execute([group])
            .map(drop);
    }
    let row = (group, integer(totals.keys), integer(totals.bytes));
    let update = "UPDATE larder_groups SET keys = ?2, bytes = ?3 WHERE group_name = ?1";
    if connection.prepare_cached(update)?.execute(row)? > 0 {
        return Ok(());
    }
    connection
        .prepare_cached("INSERT INTO larder_groups (group_name, keys, bytes) VALUES (?1, ?2, ?3)")?
        .execute(row)
        .map(drop)
}

pub(super) fn set_totals(connection: &Connection, scope: &str, totals: Totals) -> rusqlite::Result<()> {
    if totals == Totals::default() {
        return connection.prepare_cached("DELETE FROM larder_scopes WHERE scope = ?1")?.execute([scope]).map(drop);
    }
    let row = (scope, integer(totals.keys), integer(totals.groups), integer(totals.bytes));
    let update = "UPDATE larder_scopes SET keys = ?2, groups = ?3, bytes = ?4 WHERE scope = ?1";
    if connection.prepare_cached(update)?.execute(row)? > 0 {
        return Ok(());
    }
    connection
        .prepare_cached("INSERT INTO larder_scopes (scope, keys, groups, bytes) VALUES (?1, ?2, ?3, ?4)")?
        .execute(row)
        .map(drop)
}

pub(super) fn set_meta(connection: &Connection, name: &str, value: u64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE larder_meta SET value = ?2 WHERE name = ?1")?
        .execute((name, integer(value)))
        .map(drop)
}

/// SQLite's integers are signed; no count comes near the end of them.
pub(super) fn integer(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(super) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}

/// The upper end of a range: bytes sort behind any text, so no end is the empty blob.
pub(super) fn end(names: &Names) -> ValueRef<'_> {
    match &names.to {
        Some(to) => ValueRef::Text(to.as_bytes()),
        None => ValueRef::Blob(&[]),
    }
}

pub(super) const MARK_WORKSPACE: &str = "INSERT OR IGNORE INTO larder_committed_workspaces (file) VALUES (?1)";

pub(super) const UNMARK_WORKSPACE: &str = "DELETE FROM larder_committed_workspaces WHERE file = ?1";

pub(super) const COMMITTED_WORKSPACES: &str = "SELECT file FROM larder_committed_workspaces";
