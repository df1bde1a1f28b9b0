//! What a program reads.
//!
//! Each answer is one object with `schema` and `command`. Fields may be added in
//! a schema; a change of meaning makes another one.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Several, several, time, totals};
use crate::diff::Changes;
use crate::model::{Ecosystem, Inventory, LockFile, Problem, Run};
use crate::store::{Forgotten, Recorded};

const SCHEMA: &str = "inventory/1";

#[derive(Serialize)]
struct Document<'a, T> {
    schema: &'a str,
    command: &'a str,
    #[serde(flatten)]
    content: T,
}

#[derive(Serialize)]
struct RunHead {
    id: u64,
    at: String,
    at_ms: u64,
    packages: u64,
    added: u64,
    removed: u64,
    changed: u64,
}

#[derive(Serialize)]
struct State<'a> {
    /// `null` before the first run.
    run: Option<RunHead>,
    packages: u64,
    ecosystems: BTreeMap<Ecosystem, usize>,
    files: &'a [LockFile],
    problems: &'a [Problem],
    several_versions: Vec<Several<'a>>,
}

#[derive(Serialize)]
struct Scanned<'a> {
    #[serde(flatten)]
    state: State<'a>,
    /// `null` for the first run.
    changes: Option<Since<'a>>,
}

#[derive(Serialize)]
struct Since<'a> {
    since: u64,
    #[serde(flatten)]
    changes: &'a Changes,
}

/// What a scan came to.
pub(crate) fn scanned(recorded: &Recorded) -> serde_json::Result<String> {
    let since = recorded.previous.as_ref().map(|previous| Since { since: previous.id, changes: &recorded.changes });
    let scanned = Scanned { state: state(&recorded.inventory, Some(&recorded.run)), changes: since };
    document("scan", scanned)
}

/// What is stored.
pub(crate) fn stored(inventory: &Inventory, run: Option<&Run>) -> serde_json::Result<String> {
    document("report", state(inventory, run))
}

/// The runs, the newest first.
pub(crate) fn history(runs: &[Run]) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Record<'a> {
        #[serde(flatten)]
        head: RunHead,
        files: &'a [LockFile],
        problems: &'a [Problem],
    }
    #[derive(Serialize)]
    struct History<'a> {
        runs: Vec<Record<'a>>,
    }
    let runs = runs.iter().map(|run| Record { head: head(run), files: &run.files, problems: &run.problems });
    let runs = runs.collect();
    document("history", History { runs })
}

/// What was deleted.
pub(crate) fn forgotten(forgotten: &Forgotten) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Deleted {
        packages: u64,
        runs: u64,
    }
    let Forgotten { packages, runs } = *forgotten;
    document("forget", Deleted { packages, runs })
}

/// Why nothing came of it; `quota` is what one counts and how much there may be.
pub(crate) fn refused(command: &str, message: &str, quota: Option<(&str, u64)>) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Limit<'a> {
        counts: &'a str,
        limit: u64,
    }
    #[derive(Serialize)]
    struct Reason<'a> {
        message: &'a str,
        /// `null` when no quota was in the way.
        quota: Option<Limit<'a>>,
    }
    #[derive(Serialize)]
    struct Refused<'a> {
        error: Reason<'a>,
    }
    let quota = quota.map(|(counts, limit)| Limit { counts, limit });
    document(command, Refused { error: Reason { message, quota } })
}

fn document<T: Serialize>(command: &str, content: T) -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&Document { schema: SCHEMA, command, content })?;
    text.push('\n');
    Ok(text)
}

fn state<'a>(inventory: &'a Inventory, run: Option<&'a Run>) -> State<'a> {
    State {
        run: run.map(head),
        packages: inventory.len() as u64,
        ecosystems: totals(inventory),
        files: run.map_or(&[], |run| &run.files),
        problems: run.map_or(&[], |run| &run.problems),
        several_versions: several(inventory),
    }
}

fn head(run: &Run) -> RunHead {
    RunHead {
        id: run.id,
        at: time::rfc3339(run.at_ms),
        at_ms: run.at_ms,
        packages: run.packages,
        added: run.added,
        removed: run.removed,
        changed: run.changed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_store_has_every_field() {
        let text = stored(&Inventory::new(), None).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let expected = serde_json::json!({
            "schema": "inventory/1",
            "command": "report",
            "run": null,
            "packages": 0,
            "ecosystems": {},
            "files": [],
            "problems": [],
            "several_versions": [],
        });
        assert_eq!(value, expected);
    }
}
