//! What came out of it.

use std::path::Path;

use serde_json::{Value, json};

use super::Way;

/// What one line came to.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Verdict {
    Equal,
    ByIntention(&'static str),
    Different,
}

/// The lines that were run, by what they came to.
#[derive(Default)]
pub(crate) struct Report {
    equal: usize,
    by_intention: usize,
    different: usize,
    /// What differs, for a program: an object a line.
    pub(crate) json: String,
}

/// What one line asked for, and the two answers.
pub(crate) struct Line<'a> {
    pub(crate) file: &'a Path,
    pub(crate) number: usize,
    pub(crate) way: Way<'a>,
    pub(crate) op: &'a Value,
    pub(crate) recorded: &'a Value,
    pub(crate) found: &'a Value,
}

/// Most characters of an answer that a person wants to see.
const SHOWN: usize = 600;

impl Report {
    pub(crate) fn line(&mut self, line: &Line<'_>, verdict: Verdict) {
        let (what, reason) = match verdict {
            Verdict::Equal => {
                self.equal += 1;
                return;
            }
            Verdict::ByIntention(reason) => {
                self.by_intention += 1;
                ("by intention", Some(reason))
            }
            Verdict::Different => {
                self.different += 1;
                ("different", None)
            }
        };
        let Line { file, number, way, op, recorded, found } = line;
        let (file, way) = (file.display().to_string(), way.name());
        println!("{file}:{number}: {way}: {what}{}", reason.map(|why| format!(": {why}")).unwrap_or_default());
        println!("  {}\n  reference {}\n  larder    {}", cut(op), cut(recorded), cut(found));
        self.note(json!({
            "file": file, "line": number, "way": way, "verdict": what, "reason": reason,
            "op": op, "recorded": recorded, "found": found,
        }));
    }

    fn note(&mut self, object: Value) {
        self.json.push_str(&object.to_string());
        self.json.push('\n');
    }

    /// End the report. Answers whether every line is equal, or different by intention.
    pub(crate) fn end(&mut self) -> bool {
        let Report { equal, by_intention, different, .. } = *self;
        let lines = equal + by_intention + different;
        println!("{lines} lines: {equal} equal, {by_intention} different by intention, {different} different");
        self.note(json!({"lines": lines, "equal": equal, "by_intention": by_intention, "different": different}));
        different == 0
    }
}

fn cut(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text,
    }
}
