//! Statements of SQL: values that are typed, rows that are printed.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use larder::engine::{SqlRows, SqlValue};
use serde_json::{Map, Value, json};

use crate::{
    failure::Result,
    output::{Look, Output},
    text,
};

/// A value as it was typed: a JSON number, null or string, or else text as it stands.
pub(crate) fn value(typed: &str) -> SqlValue {
    match serde_json::from_str(typed) {
        Ok(Value::Null) => SqlValue::Null,
        Ok(Value::String(text)) => SqlValue::Text(text),
        Ok(Value::Number(number)) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => SqlValue::Integer(whole),
            (None, Some(real)) => SqlValue::Real(real),
            (None, None) => typed.into(),
        },
        _ => typed.into(),
    }
}

/// Print an answer: a line of names and one for each row, or a JSON object a row.
pub(crate) fn print(answer: &SqlRows, output: &Output) -> Result<()> {
    let mut lines = output.lines();
    if !output.is_json() {
        let names: Vec<String> = answer.columns.iter().map(|name| text::shown(name)).collect();
        lines.text(&output.styled(Look::Heading, &names.join("\t")))?;
    }
    for row in &answer.rows {
        match output.is_json() {
            true => lines.value(&object(&answer.columns, row))?,
            false => lines.text(&row.iter().map(shown).collect::<Vec<_>>().join("\t"))?,
        }
    }
    lines.finish()
}

fn object(columns: &[String], row: &[SqlValue]) -> Value {
    let cells = columns.iter().zip(row);
    Value::Object(cells.map(|(name, value)| (name.clone(), as_json(value))).collect::<Map<_, _>>())
}

fn as_json(value: &SqlValue) -> Value {
    match value {
        SqlValue::Null => Value::Null,
        SqlValue::Integer(number) => (*number).into(),
        SqlValue::Real(number) => (*number).into(),
        SqlValue::Text(text) => text.as_str().into(),
        SqlValue::Blob(bytes) => json!({ "base64": STANDARD.encode(bytes) }),
    }
}

fn shown(value: &SqlValue) -> String {
    match value {
        SqlValue::Null => "NULL".into(),
        SqlValue::Integer(number) => number.to_string(),
        SqlValue::Real(number) => format!("{number:?}"),
        SqlValue::Text(text) => text::shown(text),
        SqlValue::Blob(bytes) => format!("<{}>", text::size(bytes.len() as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_values_are_numbers_null_or_text() {
        assert_eq!(value("7"), SqlValue::Integer(7));
        assert_eq!(value("-1.5"), SqlValue::Real(-1.5));
        assert_eq!(value("null"), SqlValue::Null);
        assert_eq!(value("\"7\""), SqlValue::Text("7".into()));
        for text in ["", "row", "true", "{}", "7x", "\"open"] {
            assert_eq!(value(text), SqlValue::Text(text.into()), "{text}");
        }
    }

    #[test]
    fn rows_are_objects_for_programs() {
        let row = [SqlValue::Null, SqlValue::Integer(1), SqlValue::Real(0.5), SqlValue::Blob(vec![255])];
        let columns = ["a", "b", "c", "d"].map(str::to_owned);
        assert_eq!(object(&columns, &row), json!({"a": null, "b": 1, "c": 0.5, "d": {"base64": "/w=="}}));
    }
}
