//! Changes that another program made to the file.
//!
//! The counters and versions are larder's own; go-store, or somebody with a shell, knows nothing of them. Triggers, which
//! larder's own connections switch off, count such changes; before the next read or write the counters are made anew from
//! the rows, and rows without a version get one that is greater than any before.

use std::collections::HashMap;

use rusqlite::{Connection, TransactionBehavior};

use super::{File, feed, schema, statements};
use crate::{Result, backend::Totals, scope, store::accounts::WHOLE};

/// No data version.
pub(super) const UNKNOWN: i64 = -1;

/// Changes when another connection has written.
pub(super) fn data_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("PRAGMA data_version")?.query_row((), |row| row.get(0))
}

pub(super) fn adopt_on_open(file: &File, connection: &mut Connection) -> Result<()> {
    let failed = file.failed("count what another program wrote");
    if !has_written(connection).map_err(&failed)? {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&failed)?;
    let version = schema::sequence(&transaction).map_err(&failed)? + 1;
    adopt(file, &transaction, version).map_err(&failed)?;
    transaction.commit().map_err(&failed)
}

/// Inside a write transaction: adopt what was written since the last one. Answers whether there was something.
pub(super) fn adopt_in_transaction(file: &File, connection: &Connection) -> rusqlite::Result<bool> {
    let found = has_written(connection)?;
    if found {
        tracing::info!(tenant = %file.tenant, "another program changed the database; counting anew");
        adopt(file, connection, file.next_version())?;
    }
    Ok(found)
}

pub(super) fn has_written(connection: &Connection) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT value > 0 FROM larder_meta WHERE name = 'foreign'")?
        .query_row((), |row| row.get(0))
}

fn adopt(file: &File, connection: &Connection, version: u64) -> rusqlite::Result<()> {
    connection.execute("UPDATE entries SET version = ?1 WHERE version IS NULL", [statements::integer(version)])?;
    connection.execute_batch(statements::RECOUNT_GROUPS)?;
    let mut scopes: HashMap<String, Totals> = HashMap::from([(WHOLE.into(), Totals::default())]);
    let mut groups = connection.prepare("SELECT group_name, keys, bytes FROM larder_groups")?;
    let mut rows = groups.query(())?;
    while let Some(row) = rows.next()? {
        // Another program's name may be no Unicode; that of a scope is the same either way.
        let group = String::from_utf8_lossy(row.get_ref(0)?.as_bytes()?);
        let (keys, bytes) = (statements::count(row, 1)?, statements::count(row, 2)?);
        for scope in [Some(WHOLE), scope::scope_of(&group)].into_iter().flatten() {
            let totals = scopes.entry(scope.into()).or_default();
            *totals = Totals { keys: totals.keys + keys, groups: totals.groups + 1, bytes: totals.bytes + bytes };
        }
    }
    connection.execute_batch("DELETE FROM larder_scopes")?;
    for (scope, totals) in &scopes {
        statements::set_totals(connection, scope, *totals)?;
    }
    if file.config.feed.is_some() {
        // What it was that changed is not known.
        feed::append_gap(connection, version, file.config.clock.now_ms())?;
    }
    statements::set_meta(connection, "sequence", version)?;
    statements::set_meta(connection, "foreign", 0)
}
