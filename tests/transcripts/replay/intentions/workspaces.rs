//! Workspaces: who may have which name, and who has it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Case;

/// Workspaces that only one of the two has.
#[derive(Default)]
pub(crate) struct Aside {
    /// Those that only the reference has: larder refused the name, or they are in use or were removed.
    absent: BTreeSet<String>,
    /// Names of workspaces whose files the transcript removed.
    removed: BTreeSet<String>,
    /// Names of workspaces that are in use.
    in_use: BTreeSet<String>,
    /// Why larder moved files aside: the names are in it.
    pub(crate) moved_aside: String,
    /// Rows that larder took for expired and the reference for unreadable.
    pub(super) unreadable: u64,
}

impl Aside {
    /// Take note of what a line did to workspaces.
    pub(crate) fn note(&mut self, op: &Value, recorded: &Value, found: &Value) {
        let failed = |outcome: &Value| outcome.get("error_kind").is_some();
        let name = |argument: &str| op[argument].as_str().unwrap_or_default().to_owned();
        match op["op"].as_str().unwrap_or_default() {
            "ws_new" if failed(found) && !failed(recorded) => {
                self.absent.insert(name("name"));
            }
            "ws_new" if !failed(found) => {
                self.in_use.insert(name("name"));
            }
            "ws_recover" => {
                let names = |outcome: &Value| -> BTreeSet<String> {
                    let items = outcome["result"].as_array().into_iter().flatten();
                    items.filter_map(|item| item["name"].as_str()).map(str::to_owned).collect()
                };
                let found = names(found);
                let absent = names(recorded).into_iter().filter(|name| !found.contains(name));
                self.absent.extend(absent.map(|absent| format!("{}{absent}", name("as_prefix"))));
                self.in_use.extend(found);
            }
            "remove" => {
                let path = name("path");
                let file = path.rsplit('/').next().unwrap_or(&path);
                self.removed.extend(file.strip_suffix(".duckdb").map(str::to_owned));
            }
            "ws_close" | "ws_commit" | "ws_discard" if !failed(found) => {
                self.in_use.remove(&name("ws"));
            }
            "get" if recorded["error"].as_str().is_some_and(|error| error.contains("Scan error")) && failed(found) => {
                self.unreadable += 1;
            }
            "close" => self.in_use.clear(),
            _ => {}
        }
    }

    /// Whether the file at `path` is of a workspace that only one of the two has. The reference's is cut where a name is
    /// none.
    pub(super) fn is_of_one_alone(&self, path: &str) -> bool {
        let file = path.rsplit('/').next().unwrap_or(path);
        let is_in_use = file.strip_suffix(".duckdb").is_some_and(|name| self.in_use.contains(name));
        if is_in_use || file.ends_with(".duckdb") && self.moved_aside.contains(file) {
            return true;
        }
        self.absent.iter().any(|name| {
            name.split(['?', '\0']).next() == Some(file)
                || file.strip_suffix(".duckdb").is_some_and(|file| file == name)
        })
    }
}

fn is_refused(name: &str) -> bool {
    let device = name.split('.').next().unwrap_or(name).trim_end().to_ascii_lowercase();
    let is_device = matches!(&*device, "con" | "prn" | "aux" | "nul")
        || device.len() == 4 && (device.starts_with("com") || device.starts_with("lpt"));
    is_device || name.is_empty() || name.contains(['?', '\\']) || name.contains(char::is_control) || name.len() > 240
}

pub(super) fn refused_name(case: Case<'_>) -> bool {
    if case.is("ws_recover") {
        return case.same_without(|item| item["name"].as_str().is_some_and(is_refused));
    }
    let name = super::super::ops::values::text(case.op, "name").unwrap_or_default();
    let used = case.op["ws"].as_str().is_some_and(|name| case.aside.absent.contains(name));
    let summary = case.op["group"].as_str().and_then(|group| group.strip_prefix("workspace:"));
    let of_absent = case.is("get") && summary.is_some_and(|name| case.aside.absent.contains(name));
    used || of_absent || case.is("ws_new") && is_refused(&name) && case.kind(case.found) == Some("invalid")
}

pub(super) fn in_use(case: Case<'_>) -> bool {
    case.is("ws_recover")
        && case.same_without(|item| {
            let name = item["name"].as_str().unwrap_or_default();
            is_refused(name) || case.aside.in_use.contains(name) || case.aside.removed.contains(name)
        })
}

pub(super) fn closed(case: Case<'_>) -> bool {
    let says_so = matches!(case.kind(case.found), Some("closed" | "sqlite" | "unavailable"))
        && case.kind(case.recorded).is_none();
    let of_none = case.is("ws_discard") && !case.op["ws"].as_str().is_some_and(is_refused);
    let empty = case.is("ws_aggregate") && case.recorded["result"] == serde_json::json!({});
    says_so && (case.is("ws_recover") || of_none || empty)
}
