//! The operations that a guest can do as well as a host: each line of a transcript is one call of [`Interpreter::run`].
//!
//! Compiled twice: into the replay, over the engine, and into the guest, over the SDK.

pub(crate) mod api;
mod compaction;
pub(crate) mod events;
pub(crate) mod journal;
pub(crate) mod values;
mod workspaces;

use serde_json::{Map, Value, json};

use api::{Answer, Api, Entries, Failure};
use events::Watching;
use values::{bytes, natural, pairs, shown, text};
use workspaces::Workspaces;

/// The group of a call that names none.
const DEFAULT_GROUP: &str = "default";

/// Runs operations one after the other; what they open lasts until it is closed.
pub(crate) struct Interpreter<A> {
    // Dropped before what it watches.
    watching: Watching,
    workspaces: Workspaces,
    api: A,
}

impl<A: Api> Interpreter<A> {
    pub(crate) fn new(api: A) -> Interpreter<A> {
        Interpreter { watching: Watching::default(), workspaces: Workspaces::default(), api }
    }

    /// Run one operation; `label` in it says which scope it is for. The answer has the form that transcripts record.
    pub(crate) fn run(&mut self, op: &Value) -> Value {
        if op["op"] == "transaction" {
            return self.transaction(op);
        }
        if op["op"] == "delete_prefix" {
            let entries = self.api.entries(label(op));
            return entries.and_then(|entries| delete_prefix(entries, op)).unwrap_or_else(|failure| failure.outcome());
        }
        outcome(self.try_run(op))
    }

    fn try_run(&mut self, op: &Value) -> Answer<Value> {
        let api = &mut self.api;
        let answer = self.watching.run(api, op).or_else(|| self.workspaces.run(api, op));
        if let Some(answer) = answer.or_else(|| journal::run(api, op)).or_else(|| compaction::run(api, op)) {
            return answer;
        }
        let label = label(op);
        match op["op"].as_str().unwrap_or_default() {
            "transaction_nil" => {
                self.api.begin(label)?.rollback()?;
                Err(Failure::invalid("a transaction without a body cannot be written down"))
            }
            "forget" => {
                self.workspaces.forget();
                Ok(Value::Null)
            }
            "dump" => dump(self.api.entries(label)?),
            _ => on_entries(self.api.entries(label)?, op),
        }
    }

    fn transaction(&mut self, op: &Value) -> Value {
        let mut results = Vec::new();
        match self.try_transaction(op, &mut results) {
            Ok(()) => json!({"result": results}),
            Err(failure) => {
                let mut outcome = failure.outcome();
                outcome["partial"] = Value::Array(results);
                outcome
            }
        }
    }

    fn try_transaction(&mut self, op: &Value, results: &mut Vec<Value>) -> Answer<()> {
        let transaction = self.api.begin(label(op))?;
        for inside in op["ops"].as_array().into_iter().flatten() {
            let answer = if inside["op"] == "delete_prefix" {
                delete_prefix(transaction.entries(), inside)
            } else {
                on_entries(transaction.entries(), inside).map(|result| json!({"result": result}))
            };
            match answer {
                Ok(outcome) => results.push(outcome),
                Err(failure) => {
                    results.push(failure.outcome());
                    if op["on_error"] == "abort" {
                        transaction.rollback()?;
                        return Err(failure);
                    }
                }
            }
        }
        if op["commit"] == false {
            transaction.rollback()?;
            return Err(Failure::new("rollback_requested", "the transaction was to be undone"));
        }
        transaction.commit()
    }
}

fn label(op: &Value) -> &str {
    op["label"].as_str().unwrap_or_default()
}

fn outcome(answer: Answer<Value>) -> Value {
    match answer {
        Ok(result) => json!({"result": result}),
        Err(failure) => failure.outcome(),
    }
}

fn on_entries(entries: &dyn Entries, op: &Value) -> Answer<Value> {
    let group = || match &op["group"] {
        Value::Null => Ok(DEFAULT_GROUP.to_owned()),
        _ => text(op, "group"),
    };
    let (key, prefix) = (|| text(op, "key"), || text(op, "prefix"));
    Ok(match op["op"].as_str().unwrap_or_default() {
        "get" => shown(&found(entries, &group()?, &key()?)?),
        "set" => {
            entries.set(&group()?, &key()?, &bytes(op, "value")?)?;
            Value::Null
        }
        "set_with_ttl" => {
            entries.set_with_ttl(&group()?, &key()?, &bytes(op, "value")?, ttl_ms(op)?)?;
            Value::Null
        }
        "exists" => json!(entries.exists(&group()?, &key()?)?),
        "group_exists" => json!(entries.group_exists(&group()?)?),
        "count" => json!(entries.count(&group()?)?),
        "count_all" => json!(entries.count_all(&prefix()?)?),
        "groups" => json!(entries.groups(&prefix()?)?),
        "delete" => {
            entries.delete(&group()?, &key()?)?;
            Value::Null
        }
        "delete_group" => {
            entries.delete_group(&group()?)?;
            Value::Null
        }
        "all" => pairs(&entries.all(&group()?)?),
        "get_all" => {
            let all = entries.all(&group()?)?;
            all.iter().map(|(key, value)| (key.clone(), shown(value))).collect::<Map<_, _>>().into()
        }
        "get_page" => page(entries, &group()?, op)?,
        "get_split" => pieces(entries.get_split(&group()?, &key()?, &bytes(op, "separator")?)?)?,
        "get_fields" => pieces(entries.get_fields(&group()?, &key()?)?)?,
        "render" => shown(&entries.render(&group()?, &text(op, "template")?)?),
        "purge_expired" => json!(entries.purge_expired()?),
        other => return Err(Failure::not_run(format!("the replay does not know {other:?}"))),
    })
}

/// Delete by prefix, and then what the reference would have deleted besides: that is named as `also`, and what comes
/// after it can be compared.
fn delete_prefix(entries: &dyn Entries, op: &Value) -> Answer<Value> {
    let prefix = text(op, "prefix")?;
    entries.delete_prefix(&prefix)?;
    let mut outcome = json!({"result": null});
    if !prefix.is_empty() {
        let mut also = entries.groups("")?;
        also.retain(|group| reference_takes(&prefix, group));
        for group in &also {
            entries.delete_group(group)?;
        }
        if !also.is_empty() {
            outcome["also"] = json!(also);
        }
    }
    Ok(outcome)
}

/// Whether the reference takes `group` for one that starts with `prefix`. It compares by `LIKE`, which ignores the case of
/// ASCII letters and ends its operands, the pattern's `%` too, at a NUL.
pub(crate) fn reference_takes(prefix: &str, group: &str) -> bool {
    let group = group.split('\0').next().unwrap_or_default();
    match prefix.split_once('\0') {
        Some((exact, _)) => group.eq_ignore_ascii_case(exact),
        None => group.as_bytes().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes())),
    }
}

fn found(entries: &dyn Entries, group: &str, key: &str) -> Answer<Vec<u8>> {
    entries.get(group, key)?.ok_or_else(|| Failure::new("not_found", format!("{group}/{key} is not there")))
}

fn pieces(value: Option<Vec<Vec<u8>>>) -> Answer<Value> {
    let pieces = value.ok_or_else(|| Failure::new("not_found", "it is not there"))?;
    Ok(pieces.iter().map(|piece| shown(piece)).collect())
}

/// Whole milliseconds; what is over at once, or was over before, is 0.
fn ttl_ms(op: &Value) -> Answer<u64> {
    let ttl = |name: &str, unit: i64| op[name].as_i64().map(|ttl| u64::try_from(ttl / unit).unwrap_or(0));
    ttl("ttl_ms", 1).or_else(|| ttl("ttl_ns", 1_000_000)).ok_or_else(|| Failure::not_run("no time to live"))
}

fn page(entries: &dyn Entries, group: &str, op: &Value) -> Answer<Value> {
    let arguments = natural(op, "offset").and_then(|offset| Ok((offset, natural(op, "limit")?)));
    // A closed store says so before it looks at the arguments, as the reference does.
    let (offset, limit) = match arguments {
        Ok(arguments) => arguments,
        Err(failure) => {
            entries.group_exists(group)?;
            return Err(failure);
        }
    };
    let mut page = Vec::new();
    loop {
        let (had, left) = (page.len() as u64, limit - page.len() as u64);
        let left = u32::try_from(left).unwrap_or(u32::MAX);
        let more = entries.page(group, offset.saturating_add(had), left)?;
        let done = more.is_empty() || left == 0;
        page.extend(more);
        if done {
            return Ok(pairs(&page));
        }
    }
}

fn dump(entries: &dyn Entries) -> Answer<Value> {
    let groups = entries.groups("")?;
    groups.iter().map(|group| Ok(json!({"group": group, "entries": pairs(&entries.all(group)?)}))).collect()
}
