//! Where things lie, and how much of them is read at once.

use serde_json::Value;

use super::Case;

/// The schema was listed: all that the reference has is there, with the same columns.
pub(super) fn own_tables(case: Case<'_>) -> bool {
    let asked = case.is("raw_query") && case.op["sql"].as_str().is_some_and(|sql| sql.contains("sqlite_master"));
    let Some((recorded, found)) = case.lists() else { return false };
    asked && recorded.iter().all(|row| found.iter().any(|candidate| same_definition(row, candidate)))
}

fn same_definition(recorded: &Value, found: &Value) -> bool {
    let (Some(recorded), Some(found)) = (recorded.as_array(), found.as_array()) else { return false };
    recorded.len() == found.len()
        && recorded.iter().zip(found).all(|(recorded, found)| match (recorded.as_str(), found.as_str()) {
            (Some(recorded), Some(found)) if recorded.starts_with("CREATE ") => {
                let found = words(found);
                words(recorded).split(',').all(|part| found.contains(part.trim_end_matches(')').trim()))
            }
            _ => recorded == found,
        })
}

/// SQL with single spaces.
fn words(sql: &str) -> String {
    let spaced = sql.replace('(', " ( ").replace(')', " ) ").replace(',', " , ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn gigantic_limit(case: Case<'_>) -> bool {
    let limit = case.op["limit"].as_u64().unwrap_or_default();
    case.is("get_page")
        && case.kind(case.recorded) == Some("panic")
        && limit > u64::from(u32::MAX)
        && case.kind(case.found).is_none()
}

/// The reference had deleted it when it was looked at, in the same transaction.
pub(super) fn purged_in_transaction(case: Case<'_>) -> bool {
    let purged = |outcome: &Value| outcome["result"].as_u64();
    case.is("purge_expired") && case.rows.is_none() && purged(case.recorded) < purged(case.found)
}

/// The reference gives up at the first row whose JSON it cannot read.
pub(super) fn unreadable_row(case: Case<'_>) -> bool {
    let recorded = case.recorded["error"].as_str().unwrap_or_default();
    case.is("compact") && recorded.contains("unmarshal") && case.kind(case.found).is_none()
}

/// Another program wrote a time of expiry that is no integer.
pub(super) fn odd_expiry(case: Case<'_>) -> bool {
    let recorded = case.recorded["error"].as_str().unwrap_or_default();
    if let (true, Some(recorded), Some(found)) =
        (case.is("purge_expired"), case.recorded["result"].as_u64(), case.found["result"].as_u64())
    {
        return recorded == found + case.aside.unreadable;
    }
    case.is("get") && recorded.contains("Scan error") && matches!(case.kind(case.found), None | Some("not_found"))
}

pub(super) fn no_path(case: Case<'_>) -> bool {
    let path = case.op["path"].as_str().unwrap_or_default();
    let is_missing_directory =
        case.recorded["sqlite_code"] == 14 && path.contains('/') && case.kind(case.found).is_none();
    case.is("open") && is_missing_directory || case.is("files") && cut_at_question_mark(case)
}

/// The reference opened the part of a path before the question mark.
fn cut_at_question_mark(case: Case<'_>) -> bool {
    let Some((recorded, found)) = case.lists() else { return false };
    let mut cut: Vec<&str> =
        found.iter().filter_map(Value::as_str).map(|path| path.split('?').next().unwrap_or(path)).collect();
    cut.sort_unstable();
    cut == recorded.iter().filter_map(Value::as_str).collect::<Vec<_>>()
}

pub(super) fn helper_files(case: Case<'_>) -> bool {
    let Some((recorded, found)) = case.lists() else { return false };
    let databases = |files: &[Value]| -> Vec<String> {
        let names = files.iter().filter_map(Value::as_str);
        let databases = names.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
        databases.filter(|name| !case.aside.is_of_one_alone(name)).map(str::to_owned).collect()
    };
    case.is("files") && databases(recorded) == databases(found)
}
