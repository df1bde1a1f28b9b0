//! Events: all of them, once each, in larder.

use serde_json::{Value, json};

use super::super::compare::Lenience;
use super::Case;

/// How many events the reference keeps for a watcher.
const BUFFER: usize = 16;

/// The two lists of events, with `closed` the same.
fn lists(case: Case<'_>) -> Option<(Vec<Value>, Vec<Value>)> {
    let (recorded, found) = (case.recorded.get("result")?, case.found.get("result")?);
    if case.is("callback_events") {
        return Some((recorded.as_array()?.clone(), found.as_array()?.clone()));
    }
    let same_end = recorded["closed"] == found["closed"];
    (case.is("drain") && same_end)
        .then(|| Some((recorded["events"].as_array()?.clone(), found["events"].as_array()?.clone())))?
}

fn same(recorded: &[Value], found: &[Value]) -> bool {
    Lenience::default().same(&json!(recorded), &json!(found))
}

/// What expired is told as expired, by whomever it was removed; and that another program wrote is told.
pub(super) fn expiry(case: Case<'_>) -> bool {
    let Some((mut recorded, mut found)) = lists(case) else { return false };
    let (expired, rest) = found.drain(..).partition::<Vec<_>, _>(|event| event["type"] == "expire");
    for event in expired {
        let was_deleted = |other: &Value| {
            other["type"] == "delete" && other["group"] == event["group"] && other["key"] == event["key"]
        };
        if let Some(at) = recorded.iter().position(was_deleted) {
            recorded.remove(at);
        }
    }
    let rest: Vec<Value> = rest.into_iter().filter(|event| event["type"] != "gap").collect();
    same(&sorted(recorded), &sorted(rest))
}

pub(super) fn none_dropped(case: Case<'_>) -> bool {
    let Some((recorded, found)) = lists(case) else { return false };
    case.is("drain") && recorded.len() == BUFFER && found.len() > BUFFER && same(&recorded, &found[..BUFFER])
}

/// The reference tells those who watch everything twice of a group that is named like their wish.
pub(super) fn told_once(case: Case<'_>) -> bool {
    let Some((mut recorded, found)) = lists(case) else { return false };
    recorded.dedup_by(|one, other| one["group"] == "*" && one == other);
    same(&recorded, &found)
}

/// The groups of one delete by prefix, in another order: those that the reference takes besides come last.
pub(super) fn order_within_prefix(case: Case<'_>) -> bool {
    let Some((recorded, found)) = lists(case) else { return false };
    same(&sorted(recorded), &sorted(found))
}

/// With each run of deleted groups in the order of their names.
fn sorted(mut events: Vec<Value>) -> Vec<Value> {
    for run in events.chunk_by_mut(|a, b| a["type"] == "delete_group" && b["type"] == "delete_group") {
        run.sort_by_key(|event| event["group"].to_string());
    }
    events
}

pub(super) fn closed_at_once(case: Case<'_>) -> bool {
    case.is("watch") && case.kind(case.recorded).is_none() && case.kind(case.found) == Some("closed")
}
