//! Fields and tags as JSON text: as go-store writes it, with every integer exact.

use std::{cmp::Ordering, collections::BTreeMap, fmt::Write};

use serde_json::value::RawValue;

use crate::limits::JSON_DEPTH;

/// Fields by name, each as it was written.
pub(crate) type Object = BTreeMap<String, Box<RawValue>>;

/// Tags by name.
pub(crate) type Tags = BTreeMap<String, String>;

/// The text that is stored for a JSON object: names in order, no blanks, `<`, `>` and `&` escaped, as Go does it. Integers
/// stay what they are, however long.
pub(crate) fn canonical_object(text: &str) -> Result<String, String> {
    let object: BTreeMap<String, &RawValue> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut out = String::with_capacity(text.len());
    write_object(&object, 0, &mut out)?;
    Ok(out)
}

/// The text that is stored for tags.
pub(crate) fn tags_text(tags: &Tags) -> String {
    let mut out = String::from("{");
    for (n, (name, value)) in tags.iter().enumerate() {
        separate(n, &mut out);
        write_string(name, &mut out);
        out.push(':');
        write_string(value, &mut out);
    }
    out.push('}');
    out
}

/// `null` is an object of nothing, as go-store has it.
pub(crate) fn object(text: &str) -> Option<Object> {
    serde_json::from_str::<Option<Object>>(text).ok().map(Option::unwrap_or_default)
}

/// As [`object`].
pub(crate) fn tags(text: &str) -> Option<Tags> {
    serde_json::from_str::<Option<Tags>>(text).ok().map(Option::unwrap_or_default)
}

/// Append a JSON string as Go writes it.
pub(crate) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

fn write_object(object: &BTreeMap<String, &RawValue>, depth: usize, out: &mut String) -> Result<(), String> {
    out.push('{');
    for (n, (name, value)) in object.iter().enumerate() {
        separate(n, out);
        write_string(name, out);
        out.push(':');
        write_value(value.get(), depth + 1, out)?;
    }
    out.push('}');
    Ok(())
}

fn write_value(text: &str, depth: usize, out: &mut String) -> Result<(), String> {
    if depth > JSON_DEPTH {
        return Err(format!("it is nested more than {JSON_DEPTH} deep"));
    }
    let parse_error = |error: serde_json::Error| error.to_string();
    match text.as_bytes().first() {
        Some(b'{') => write_object(&serde_json::from_str(text).map_err(parse_error)?, depth, out),
        Some(b'[') => {
            out.push('[');
            for (n, item) in serde_json::from_str::<Vec<&RawValue>>(text).map_err(parse_error)?.iter().enumerate() {
                separate(n, out);
                write_value(item.get(), depth + 1, out)?;
            }
            out.push(']');
            Ok(())
        }
        Some(b'"') => {
            write_string(&serde_json::from_str::<String>(text).map_err(parse_error)?, out);
            Ok(())
        }
        Some(b'-' | b'0'..=b'9') if text.contains(['.', 'e', 'E']) => write_real(text, out),
        _ => {
            out.push_str(text);
            Ok(())
        }
    }
}

fn write_real(text: &str, out: &mut String) -> Result<(), String> {
    let real: f64 = text.parse().unwrap_or(f64::NAN);
    if !real.is_finite() {
        return Err(format!("the number {} is too large", crate::error::shown(text)));
    }
    if real != 0.0 && (real.abs() < 1e-6 || real.abs() >= 1e21) {
        let shortest = format!("{real:e}");
        out.push_str(&if real.abs() < 1.0 { shortest } else { shortest.replace('e', "e+") });
    } else {
        out.push_str(&real.to_string());
    }
    Ok(())
}

fn separate(n: usize, out: &mut String) {
    if n > 0 {
        out.push(',');
    }
}

/// A value that can be compared.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar {
    Text(String),
    /// A number, and how it is written.
    Integer(i64, String),
    Real(f64, String),
    Bool(bool),
    /// An array or an object, as it is written.
    Compound(String),
}

impl Scalar {
    /// `None` for `null`, which is no value.
    pub(crate) fn of(raw: &RawValue) -> Option<Scalar> {
        let text = raw.get();
        match text.as_bytes().first()? {
            b'n' => None,
            b't' => Some(Scalar::Bool(true)),
            b'f' => Some(Scalar::Bool(false)),
            b'"' => serde_json::from_str(text).ok().map(Scalar::Text),
            b'{' | b'[' => Some(Scalar::Compound(text.into())),
            _ => Some(match (text.parse(), text.parse()) {
                (Ok(integer), _) => Scalar::Integer(integer, text.into()),
                (_, real) => Scalar::Real(real.ok()?, text.into()),
            }),
        }
    }

    /// As SQLite turns it into text: true is 1.
    pub(crate) fn into_text(self) -> String {
        match self {
            Scalar::Text(text) | Scalar::Integer(_, text) | Scalar::Real(_, text) | Scalar::Compound(text) => text,
            Scalar::Bool(value) => if value { "1" } else { "0" }.into(),
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    /// `None` for what is neither a number nor a truth value, which counts as 1 or 0.
    pub(crate) fn compare_integer(&self, other: i64) -> Option<Ordering> {
        match self {
            Scalar::Integer(own, _) => Some(own.cmp(&other)),
            Scalar::Bool(own) => Some(i64::from(*own).cmp(&other)),
            Scalar::Real(own, _) => compare_exactly(other, *own).map(Ordering::reverse),
            Scalar::Text(_) | Scalar::Compound(_) => None,
        }
    }

    /// As [`Scalar::compare_integer`].
    pub(crate) fn compare_real(&self, other: f64) -> Option<Ordering> {
        match self {
            Scalar::Integer(own, _) => compare_exactly(*own, other),
            Scalar::Bool(own) => compare_exactly(i64::from(*own), other),
            Scalar::Real(own, _) => own.partial_cmp(&other),
            Scalar::Text(_) | Scalar::Compound(_) => None,
        }
    }
}

/// Without rounding the integer.
fn compare_exactly(integer: i64, real: f64) -> Option<Ordering> {
    const END: f64 = 9_223_372_036_854_775_808.0;
    if real.is_nan() {
        return None;
    }
    if real >= END {
        return Some(Ordering::Less);
    }
    if real < -END {
        return Some(Ordering::Greater);
    }
    let whole = real.trunc();
    // In range, as was just checked.
    Some(integer.cmp(&(whole as i64)).then_with(|| whole.partial_cmp(&real).unwrap_or(Ordering::Equal)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_go_writes_and_integers_are_exact() {
        for (given, stored) in [
            ("{}", "{}"),
            (" { \"b\" : 1.0 , \"a\" : [ 1 , true , null ] } ", "{\"a\":[1,true,null],\"b\":1}"),
            (
                "{\"big\":9007199254740993,\"huge\":123456789012345678901234567890}",
                "{\"big\":9007199254740993,\"huge\":123456789012345678901234567890}",
            ),
            ("{\"h\":\"<&>\\u2028\\/\\u0001\"}", "{\"h\":\"\\u003c\\u0026\\u003e\\u2028/\\u0001\"}"),
            (
                "{\"e\":[1e21,1e20,1e-7,0.000001,-0.5,1.50]}",
                "{\"e\":[1e+21,100000000000000000000,1e-7,0.000001,-0.5,1.5]}",
            ),
            ("{\"a\":1,\"a\":2}", "{\"a\":2}"),
        ] {
            assert_eq!(canonical_object(given).as_deref(), Ok(stored));
            assert_eq!(canonical_object(stored).as_deref(), Ok(stored));
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in [
            "",
            "null",
            "1",
            "[]",
            "{",
            "{\"a\":}",
            "{\"a\":1}x",
            "{\"a\":NaN}",
            "{\"a\":1e999}",
            "{\"a\":\"\\ud800\"}",
        ] {
            assert!(canonical_object(text).is_err(), "{text}");
        }
    }

    #[test]
    fn nesting_has_an_end() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(canonical_object(&nested(JSON_DEPTH - 1)).is_ok());
        assert!(canonical_object(&nested(JSON_DEPTH + 1)).is_err());
        assert!(canonical_object(&nested(200_000)).is_err());
    }

    #[test]
    fn integers_and_reals_are_compared_without_rounding() {
        assert_eq!(compare_exactly(9_007_199_254_740_993, 9_007_199_254_740_992.0), Some(Ordering::Greater));
        assert_eq!(compare_exactly(-1, -1.5), Some(Ordering::Greater));
        assert_eq!(compare_exactly(1, 1.5), Some(Ordering::Less));
        assert_eq!(compare_exactly(i64::MAX, f64::INFINITY), Some(Ordering::Less));
        assert_eq!(compare_exactly(2, 2.0), Some(Ordering::Equal));
    }
}
