//! How transcripts write bytes, and values that JSON does not have.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::api::{Answer, Failure};

/// Most bytes that a repetition is written out to.
const MOST_BYTES: usize = 64 << 20;

/// The bytes that a value of a transcript stands for: a text, `{"$hex": "ff"}` or `{"$rep": ["x", n]}`.
fn bytes_of(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => Some(text.as_bytes().to_vec()),
        Value::Object(object) => {
            if let Some(digits) = object.get("$hex").and_then(Value::as_str) {
                let pairs = digits.as_bytes().chunks(2);
                return pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
            }
            let [what, times] = object.get("$rep")?.as_array()?.as_slice() else { return None };
            let (what, times) = (bytes_of(what)?, usize::try_from(times.as_u64()?).ok()?);
            (what.len().checked_mul(times)? <= MOST_BYTES).then(|| what.repeat(times))
        }
        _ => None,
    }
}

/// The argument `name` as bytes; absent is empty.
pub(crate) fn bytes(op: &Value, name: &str) -> Answer<Vec<u8>> {
    match &op[name] {
        Value::Null => Ok(Vec::new()),
        value => bytes_of(value).ok_or_else(|| Failure::not_run(format!("{name} is neither text nor bytes: {value}"))),
    }
}

/// The argument `name` as text; absent is empty. Other bytes are refused, as the types of larder's API do.
pub(crate) fn text(op: &Value, name: &str) -> Answer<String> {
    String::from_utf8(bytes(op, name)?).map_err(|_| Failure::invalid(format!("{name} is not text")))
}

/// The argument `name`, a number that is not negative; absent is 0.
pub(crate) fn natural(op: &Value, name: &str) -> Answer<u64> {
    match &op[name] {
        Value::Null => Ok(0),
        Value::Number(number) if number.is_i64() && number.as_u64().is_none() => {
            Err(Failure::invalid(format!("{name} is negative")))
        }
        number => number.as_u64().ok_or_else(|| Failure::not_run(format!("{name} is no number: {number}"))),
    }
}

/// Bytes as a transcript shows them.
pub(crate) fn shown(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!(text),
        Err(_) => json!({"$hex": hex(bytes)}),
    }
}

/// Two hexadecimal digits a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Pairs in order, as a transcript shows them.
pub(crate) fn pairs(entries: &[(String, Vec<u8>)]) -> Value {
    entries.iter().map(|(key, value)| json!([key, shown(value)])).collect()
}

/// The JSON that a value of a transcript is written as. What JSON does not have is written so that nobody takes it for it.
pub(crate) fn json_text(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(json_text).collect::<Vec<_>>().join(",")),
        Value::Object(object) => {
            if let Some(number) = object.get("$float").and_then(Value::as_str) {
                return number.to_owned();
            }
            if object.contains_key("$chan") {
                return "<channel>".to_owned();
            }
            if let Some(bytes) = bytes_of(value) {
                return json!(String::from_utf8_lossy(&bytes)).to_string();
            }
            let members = object.iter().map(|(name, value)| format!("{}:{}", json!(name), json_text(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}
