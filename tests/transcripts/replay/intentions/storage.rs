//! Where things lie, and how much of them is read at once.

use serde_json::{Value, json};

use super::super::compare::Lenience;
use super::Case;

/// The schema was asked for: all that the reference has is there, with the same columns first.
pub(super) fn own_tables(case: Case<'_>) -> bool {
    let sql = case.op["sql"].as_str().unwrap_or_default().to_ascii_lowercase();
    let Some((recorded, found)) = case.lists() else { return false };
    if !case.is("raw_query") {
        return false;
    }
    if sql.contains("sqlite_master") {
        return recorded.iter().all(|row| found.iter().any(|candidate| same_definition(row, candidate)));
    }
    let has_first_columns = |(recorded, found): (&Value, &Value)| {
        let cells = recorded.as_array().zip(found.as_array());
        cells.is_some_and(|(recorded, found)| {
            recorded.len() < found.len() && Lenience::default().same(&json!(recorded), &json!(found[..recorded.len()]))
        })
    };
    let all_columns = sql.contains("select *") && recorded.len() == found.len();
    sql.contains("user_version") || all_columns && recorded.iter().zip(found).all(has_first_columns)
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

/// What is damaged is told to the host alone.
pub(super) fn hosts_fault(case: Case<'_>) -> bool {
    case.kind(case.recorded) == Some("sqlite") && case.kind(case.found) == Some("unavailable")
}

/// The reference gives up at the first row whose JSON it cannot read.
pub(super) fn unreadable_row(case: Case<'_>) -> bool {
    let recorded = case.recorded["error"].as_str().unwrap_or_default();
    case.is("compact") && recorded.contains("unmarshal") && case.kind(case.found).is_none()
}

/// The text is there for who asks by SQL.
pub(super) fn unreadable_tags(case: Case<'_>) -> bool {
    let Some((recorded, found)) = case.lists() else { return false };
    let rest = |row: &Value| {
        let mut row = row.clone();
        if let Some(columns) = row.as_object_mut() {
            columns.retain(|name, _| name != "tags" && name != "tags_json");
        }
        row
    };
    let exactly = Lenience { rounded_integers: false };
    let same = |recorded: &Value, found: &Value| {
        let unreadable = recorded.get("tags").is_none() && found["tags_json"] == "{}";
        exactly.same(recorded, found) || unreadable && exactly.same(&rest(recorded), &rest(found))
    };
    case.is("query_journal")
        && recorded.len() == found.len()
        && recorded.iter().zip(found).all(|(recorded, found)| same(recorded, found))
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
    let of_both = found.iter().filter_map(Value::as_str).filter(|path| !case.aside.is_of_one_alone(path));
    let mut cut: Vec<&str> = of_both.map(|path| path.split('?').next().unwrap_or(path)).collect();
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
