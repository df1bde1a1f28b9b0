//! Whether an answer is the recorded one.

use serde_json::Value;

/// What stands for a time in a transcript.
const TIME: &str = "<time>";

/// The replay's clock starts in 2027; a time is a number of milliseconds from then to the end of 2099.
const TIMES_MS: std::ops::Range<f64> = 1_790_000_000_000.0..4_102_444_800_000.0;

/// Names of columns that hold JSON as text. How it is written is no part of the contract, what it says is.
const JSON_TEXTS: [&str; 4] = ["fields_json", "tags_json", "data", "entry_data"];

/// What two values may differ in and still be the same.
#[derive(Clone, Copy, Default)]
pub(crate) struct Lenience {
    /// The recorded integer went through a float.
    pub(crate) rounded_integers: bool,
}

impl Lenience {
    /// Whether `found` is what `recorded` says. Objects have no order; errors are compared by their kinds.
    pub(crate) fn same(self, recorded: &Value, found: &Value) -> bool {
        match (recorded, found) {
            (Value::Array(recorded), Value::Array(found)) => {
                recorded.len() == found.len()
                    && recorded.iter().zip(found).all(|(recorded, found)| self.same(recorded, found))
            }
            (Value::Object(recorded), Value::Object(found)) => {
                let known = |key: &&String| !["error", "sqlite_code"].contains(&key.as_str());
                recorded.keys().filter(known).eq(found.keys().filter(known))
                    && recorded.keys().filter(known).all(|key| self.same_member(key, &recorded[key], &found[key]))
            }
            (Value::Number(recorded), Value::Number(found)) => match (recorded.as_i64(), found.as_i64()) {
                (Some(a), Some(b)) => a == b || self.rounded_integers && a as f64 == b as f64,
                _ => recorded.as_f64() == found.as_f64(),
            },
            (Value::String(text), Value::Number(found)) if text == TIME => {
                found.as_f64().is_some_and(|number| TIMES_MS.contains(&number))
            }
            (Value::String(recorded), Value::String(found)) => same_text(recorded, found),
            _ => recorded == found,
        }
    }

    fn same_member(self, name: &str, recorded: &Value, found: &Value) -> bool {
        if name == "lines" {
            let lines = |value: &Value| value.as_array().map(|lines| lines.iter().map(parsed).collect());
            return lines(recorded).zip(lines(found)).is_some_and(|(a, b): (Value, Value)| self.same(&a, &b));
        }
        if JSON_TEXTS.contains(&name) {
            return self.same(&parsed(recorded), &parsed(found));
        }
        self.same(recorded, found)
    }
}

/// The JSON in a text; other values as they are.
fn parsed(text: &Value) -> Value {
    text.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| text.clone())
}

/// Times within a text stand for digits and what is between them.
fn same_text(recorded: &str, found: &str) -> bool {
    if !recorded.contains(TIME) {
        return recorded == found;
    }
    let mut rest = found;
    for (n, piece) in recorded.split(TIME).enumerate() {
        if n > 0 {
            let digits =
                rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || "-:.TZ+".contains(c)).len();
            // The text after the time may begin with what can stand in one.
            let Some(end) = (1..=digits).rev().find(|end| rest[*end..].starts_with(piece)) else { return false };
            rest = &rest[end..];
        }
        let Some(after) = rest.strip_prefix(piece) else { return false };
        rest = after;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn same(recorded: Value, found: Value) -> bool {
        Lenience::default().same(&recorded, &found)
    }

    #[test]
    fn order_counts_in_lists_alone_and_errors_are_kinds() {
        assert!(same(json!({"a": 1, "b": [1, 2]}), json!({"b": [1, 2], "a": 1.0})));
        assert!(!same(json!([1, 2]), json!([2, 1])));
        assert!(!same(json!({"a": 1}), json!({"a": 1, "b": 1})));
        assert!(same(json!({"error_kind": "io", "error": "x"}), json!({"error_kind": "io", "error": "y"})));
        assert!(!same(json!({"error_kind": "io"}), json!({"error_kind": "sqlite"})));
        assert!(!same(json!({"result": null}), json!({"result": false})));
    }

    #[test]
    fn a_time_is_a_time_and_nothing_else() {
        assert!(same(json!("<time>"), json!(1_800_000_000_123_i64)));
        assert!(!same(json!("<time>"), json!(12)));
        assert!(!same(json!("<time>"), json!("soon")));
        let recorded = json!("arch/journal-<time>.jsonl.gz");
        assert!(same(recorded.clone(), json!("arch/journal-20270115-080000.000000001.jsonl.gz")));
        assert!(!same(recorded.clone(), json!("arch/journal-.jsonl.gz")));
        assert!(!same(recorded, json!("arch/journal-20270115-080000.000000001.jsonl.zst")));
    }

    #[test]
    fn json_texts_are_compared_by_what_they_say() {
        let recorded = json!({"fields_json": "{\"a\":\"\\u003c\",\"b\":9007199254740992}"});
        let found = json!({"fields_json": "{\"b\": 9007199254740993, \"a\": \"<\"}"});
        assert!(!same(recorded.clone(), found.clone()));
        assert!(Lenience { rounded_integers: true }.same(&recorded, &found));
        assert!(!same(json!({"value": "{\"a\":1}"}), json!({"value": "{\"a\": 1}"})));
    }
}
