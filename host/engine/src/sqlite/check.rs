//! The counters against the rows.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, types::Value};

use super::statements;
use crate::{
    backend::{GroupTotals, Totals},
    scope,
    store::accounts::WHOLE,
};

/// Counts every row: the number of rows, and a line for each counter that is wrong.
pub(super) fn check(connection: &Connection) -> rusqlite::Result<(u64, Vec<String>)> {
    let mut problems = integrity(connection)?;
    let counted = group_totals(connection, statements::COUNT_BY_GROUP, ())?;
    let mut kept = group_totals(connection, statements::GROUP_TOTALS, ("", Value::Blob(vec![])))?;
    let mut scopes: HashMap<String, Totals> = HashMap::new();
    for (group, counted) in &counted {
        let kept = kept.remove(group).unwrap_or_default();
        let group = String::from_utf8_lossy(group);
        if kept != *counted {
            problems.push(format!("group {group:?}: the counter says {kept:?}, the rows {counted:?}"));
        }
        for scope in [Some(WHOLE), scope::scope_of(&group)].into_iter().flatten() {
            let totals = scopes.entry(scope.into()).or_default();
            totals.keys += counted.keys;
            totals.groups += 1;
            totals.bytes += counted.bytes;
        }
    }
    let without_rows = kept.keys().map(|group| String::from_utf8_lossy(group));
    problems.extend(without_rows.map(|group| format!("group {group:?}: there is a counter, but no row")));
    let entries = scopes.get(WHOLE).map_or(0, |totals| totals.keys);
    problems.extend(check_scopes(connection, scopes)?);
    Ok((entries, problems))
}

fn integrity(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    let lines = statement.query_map((), |row| row.get::<_, String>(0))?;
    lines.filter(|line| line.as_ref().map_or(true, |line| line != "ok")).collect()
}

/// By the bytes of the name, which another program may have written.
fn group_totals(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> rusqlite::Result<BTreeMap<Vec<u8>, GroupTotals>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map(params, |row| {
        let totals = GroupTotals { keys: statements::count(row, 0)?, bytes: statements::count(row, 1)? };
        Ok((row.get_ref(2)?.as_bytes()?.to_vec(), totals))
    })?;
    rows.collect()
}

fn check_scopes(connection: &Connection, mut counted: HashMap<String, Totals>) -> rusqlite::Result<Vec<String>> {
    let mut problems = Vec::new();
    let mut statement = connection.prepare("SELECT keys, groups, bytes, scope FROM larder_scopes")?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let kept = Totals {
            keys: statements::count(row, 0)?,
            groups: statements::count(row, 1)?,
            bytes: statements::count(row, 2)?,
        };
        let scope: String = row.get(3)?;
        let counted = counted.remove(&scope).unwrap_or_default();
        if kept != counted {
            problems.push(format!("scope {scope:?}: the counter says {kept:?}, the rows {counted:?}"));
        }
    }
    problems.extend(counted.keys().map(|scope| format!("scope {scope:?}: there are rows, but no counter")));
    Ok(problems)
}
