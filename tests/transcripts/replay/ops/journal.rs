//! The journal: rows go in as JSON and come out as maps.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::api::{Answer, Api, Row};
use super::values::{json_text, text};

/// Do what `op` says, if it is about the journal.
pub(crate) fn run(api: &mut impl Api, op: &Value) -> Option<Answer<Value>> {
    match op["op"].as_str().unwrap_or_default() {
        "commit_to_journal" => Some(append(api, op)),
        "query_journal" => Some(query(api, op)),
        _ => None,
    }
}

fn append(api: &mut impl Api, op: &Value) -> Answer<Value> {
    let fields = if op["fields"].is_null() { "{}".to_owned() } else { json_text(&op["fields"]) };
    let tags = op["tags"].as_object().into_iter().flatten();
    let tags: BTreeMap<String, String> =
        tags.map(|(name, value)| Ok((name.clone(), text(&json!({"t": value}), "t")?))).collect::<Answer<_>>()?;
    let row = api.journal_append(super::label(op), &text(op, "measurement")?, &fields, &tags)?;
    Ok(json!({
        "bucket": row["bucket_name"], "committed_at": row["committed_at"], "measurement": row["measurement"],
        "fields": decoded(&row["fields_json"]), "tags": decoded(&row["tags_json"]),
    }))
}

fn query(api: &mut impl Api, op: &Value) -> Answer<Value> {
    let query = text(op, "query")?;
    let first: String = query.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
    let is_sql = ["SELECT", "WITH", "EXPLAIN", "PRAGMA"].iter().any(|word| {
        // The reference looks at the beginning of the text, not at words.
        first.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
    });
    let rows = if is_sql {
        api.journal_sql(super::label(op), query.trim())?
    } else {
        api.journal_flux(super::label(op), query.trim())?
    };
    Ok(rows.into_iter().map(with_decoded).collect())
}

/// A row with what its columns of JSON hold.
fn with_decoded(row: Row) -> Value {
    let mut row: Map<String, Value> = row;
    for (column, name) in [("fields_json", "fields"), ("tags_json", "tags")] {
        let strings_alone = name == "tags";
        let value = row.get(column).map(decoded);
        if let Some(Value::Object(object)) = value
            && !(strings_alone && object.values().any(|value| !value.is_string()))
        {
            row.insert(name.into(), Value::Object(object));
        }
    }
    Value::Object(row)
}

/// The JSON in a text; `null` is an object of nothing.
fn decoded(text: &Value) -> Value {
    match text.as_str().map(serde_json::from_str) {
        Some(Ok(Value::Null)) => json!({}),
        Some(Ok(value)) => value,
        _ => Value::Null,
    }
}
