//! Prefixes: bytes in larder, a pattern of `LIKE` in the reference.

use serde_json::Value;

use super::super::ops::reference_takes;
use super::super::ops::values::text;
use super::Case;

pub(super) fn differ(case: Case<'_>) -> bool {
    let Ok(prefix) = text(case.op, "prefix") else { return false };
    match case.op["op"].as_str().unwrap_or_default() {
        "groups" => case.same_without(|name| foreign(case, &prefix, name)),
        "count_all" => counts(case, &prefix, true),
        "purge_expired" => !case.namespace.is_empty() && counts(case, "", false),
        // The keys of another scope were counted.
        "set" | "set_with_ttl" => {
            case.kind(case.recorded) == Some("quota_exceeded")
                && case.kind(case.found).is_none()
                && case.rows.is_some_and(|rows| {
                    let mut others = rows.iter().filter(|row| !row.group.starts_with(case.namespace));
                    !case.namespace.is_empty() && others.any(|row| reference_takes(case.namespace, &row.group))
                })
        }
        _ => false,
    }
}

/// A name that the reference lists and larder does not: it only looks like one with the prefix. Those of other scopes are
/// listed with their namespaces.
fn foreign(case: Case<'_>, prefix: &str, name: &Value) -> bool {
    let Some(name) = name.as_str() else { return false };
    let full = format!("{}{prefix}", case.namespace);
    let of_other_scope = !case.namespace.is_empty() && reference_takes(case.namespace, name);
    if of_other_scope {
        reference_takes(&full, name)
    } else {
        !name.starts_with(prefix) && reference_takes(prefix, name)
    }
}

/// Whether the recorded number is that of the rows that the reference takes, and the one found that of those that larder
/// does.
fn counts(case: Case<'_>, prefix: &str, live: bool) -> bool {
    let Some(rows) = case.rows else { return false };
    let full = format!("{}{prefix}", case.namespace);
    let count =
        |takes: &dyn Fn(&str) -> bool| rows.iter().filter(|row| row.is_live == live && takes(&row.group)).count();
    case.recorded["result"] == count(&|group| reference_takes(&full, group))
        && case.found["result"] == count(&|group| group.starts_with(&full))
}

pub(super) fn no_pattern(case: Case<'_>) -> bool {
    let takes_prefix = ["groups", "count_all", "delete_prefix"].iter().any(|name| case.is(name));
    takes_prefix
        && case.recorded["sqlite_code"] == 1
        && case.kind(case.found).is_none()
        && text(case.op, "prefix").is_ok_and(|prefix| prefix.len() >= 25_000)
}
