//! Compaction: what went into the archive is part of the answer.

use serde_json::{Value, json};

use super::api::{Answer, Api, ArchiveLine};
use super::values::text;

/// The directory of archives of a call that names none.
const DEFAULT_OUTPUT: &str = ".core/archive";

/// Do what `op` says, if it is about compaction. `before_ms` in it is when, if the recording says so.
pub(crate) fn run(api: &mut impl Api, op: &Value) -> Option<Answer<Value>> {
    (op["op"] == "compact").then(|| compact(api, op))
}

fn compact(api: &mut impl Api, op: &Value) -> Answer<Value> {
    let label = super::label(op);
    // A closed store says so before it looks at the arguments.
    api.entries(label)?.group_exists("")?;
    let before_ms = op["before_ms"].as_i64().unwrap_or(i64::MIN);
    let Some((name, lines)) = api.compact(label, before_ms, &text(op, "format")?)? else {
        return Ok(json!({"path": ""}));
    };
    let output = op["output"].as_str().unwrap_or(DEFAULT_OUTPUT).trim_end_matches('/');
    let lines: Vec<Value> = lines.into_iter().map(line).collect();
    Ok(json!({"path": format!("{output}/{name}"), "lines": lines}))
}

/// A line of an archive, as its file has it.
fn line(row: ArchiveLine) -> Value {
    let decoded = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_else(|_| json!(text));
    let line = json!({
        "bucket": row.bucket, "measurement": row.measurement, "committed_at": row.committed_at_ms,
        "fields": decoded(&row.fields_json), "tags": decoded(&row.tags_json),
    });
    json!(line.to_string())
}
