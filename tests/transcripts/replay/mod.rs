//! Transcripts of the reference run against larder: natively, and through a guest.
//!
//! A transcript is a file of JSON lines, each an operation with its arguments and what the reference answered.

mod compare;
mod guest;
mod intentions;
mod native;
mod ops;
mod place;
mod report;
mod run;
mod session;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

pub(crate) use guest::Guest;
pub(crate) use report::Report;
use report::{Line, Verdict};
use run::Run;

pub(crate) type Failed = Box<dyn Error + Send + Sync>;

/// What the transcripts are run through.
#[derive(Clone, Copy)]
pub(crate) enum Way<'a> {
    Native,
    Guest(&'a Guest),
}

impl Way<'_> {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Way::Native => "native",
            Way::Guest(_) => "guest",
        }
    }
}

/// What of a line is the answer, not the question.
const ANSWERS: [&str; 5] = ["result", "error_kind", "error", "sqlite_code", "partial"];

/// Run the transcripts in `place` natively and through the guest, and report each of their lines.
pub(crate) fn replay_all(place: &Path, guest: &Guest, report: &mut Report) -> Result<(), Failed> {
    for file in transcripts(place)? {
        for way in [Way::Native, Way::Guest(guest)] {
            replay(&file, way, report)?;
        }
    }
    Ok(())
}

fn replay(file: &Path, way: Way<'_>, report: &mut Report) -> Result<(), Failed> {
    let lines = read(file)?;
    let ops: Vec<Value> = lines.iter().map(|(_, line)| question(line)).collect();
    let mut run = Run::new(&ops, way)?;
    for ((number, line), op) in lines.iter().zip(&ops) {
        let recorded = answer(line);
        let (found, verdict) = run.step(op, &recorded);
        let line = Line { file, number: *number, way, op, recorded: &recorded, found: &found };
        report.line(&line, verdict);
    }
    Ok(())
}

/// The transcripts in a folder, or the one file that it is, in order.
fn transcripts(place: &Path) -> Result<Vec<PathBuf>, Failed> {
    if place.is_file() {
        return Ok(vec![place.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in place.read_dir().map_err(|error| format!("{}: {error}", place.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            found.push(path);
        }
    }
    found.sort();
    if found.is_empty() { Err(format!("there is no .jsonl file in {}", place.display()).into()) } else { Ok(found) }
}

/// The lines with their numbers. Other characters than "\n" that end a line elsewhere stand within strings.
fn read(file: &Path) -> Result<Vec<(usize, Value)>, Failed> {
    let content = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut lines = Vec::new();
    for (n, line) in content.split(|byte| *byte == b'\n').enumerate() {
        if !line.trim_ascii().is_empty() {
            let line = serde_json::from_slice(line);
            lines.push((n + 1, line.map_err(|error| format!("{}:{}: {error}", file.display(), n + 1))?));
        }
    }
    Ok(lines)
}

fn question(line: &Value) -> Value {
    let members = line.as_object().into_iter().flatten();
    members.filter(|(name, _)| !ANSWERS.contains(&name.as_str())).map(|(k, v)| (k.clone(), v.clone())).collect()
}

fn answer(line: &Value) -> Value {
    let members = line.as_object().into_iter().flatten();
    let answer: Value =
        members.filter(|(name, _)| ANSWERS.contains(&name.as_str())).map(|(k, v)| (k.clone(), v.clone())).collect();
    if answer == json!({}) { json!({"result": null}) } else { answer }
}
