//! What a receiver gets of a row.

use super::{DeliveryRow, DeliveryValue};
use crate::{
    backend::WaitingRow,
    journal::json::{self, Scalar},
};

/// The row, or why there is nothing that could be delivered.
pub(super) fn outgoing(row: &WaitingRow<'_>) -> Result<DeliveryRow, String> {
    let WaitingRow { measurement: Some(measurement), fields_json: Some(fields), tags_json: Some(tags), .. } = *row
    else {
        return Err("the row is no longer in the journal".into());
    };
    let committed_at_ms = row.committed_at.ok_or("the row has no time")?;
    let fields = json::object(fields).ok_or("the fields are no JSON object")?;
    let tags = json::tags(tags).ok_or("the tags are no JSON object of strings")?;
    let mut values = Vec::with_capacity(fields.len());
    for (name, raw) in fields {
        if let Some(value) = Scalar::of(&raw) {
            values.push((
                name.clone(),
                self::value(value).ok_or_else(|| format!("the number of field {name:?} is too large"))?,
            ));
        }
    }
    if values.is_empty() {
        return Err("no field has a value".into());
    }
    Ok(DeliveryRow {
        id: row.id,
        measurement: measurement.into(),
        fields: values,
        tags: tags.into_iter().collect(),
        committed_at_ms,
        scope: row.scope.map(str::to_owned),
    })
}

fn value(scalar: Scalar) -> Option<DeliveryValue> {
    Some(match scalar {
        Scalar::Text(text) => DeliveryValue::Text(text),
        Scalar::Integer(integer, _) => DeliveryValue::Integer(integer),
        Scalar::Real(real, _) if !real.is_finite() => return None,
        Scalar::Real(real, _) => DeliveryValue::Real(real),
        Scalar::Bool(value) => DeliveryValue::Bool(value),
        Scalar::Compound(json) => DeliveryValue::Json(json),
    })
}

/// Bytes of its texts in the journal.
pub(super) fn bytes(row: &WaitingRow<'_>) -> usize {
    [row.measurement, row.fields_json, row.tags_json].into_iter().flatten().map(str::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<'a>(fields: &'a str, tags: &'a str) -> WaitingRow<'a> {
        WaitingRow {
            id: 7,
            measurement: Some("m"),
            fields_json: Some(fields),
            tags_json: Some(tags),
            committed_at: Some(12),
            scope: None,
            error: None,
        }
    }

    #[test]
    fn values_keep_their_kinds_and_null_is_none() {
        let fields =
            "{\"a\":1,\"b\":1.5,\"c\":\"x\",\"d\":true,\"e\":null,\"f\":[1,{\"g\":2}],\"h\":9223372036854775808}";
        let row = outgoing(&row(fields, "{\"t\":\"v\"}")).unwrap();
        assert_eq!(
            row.fields,
            [
                ("a".into(), DeliveryValue::Integer(1)),
                ("b".into(), DeliveryValue::Real(1.5)),
                ("c".into(), DeliveryValue::Text("x".into())),
                ("d".into(), DeliveryValue::Bool(true)),
                ("f".into(), DeliveryValue::Json("[1,{\"g\":2}]".into())),
                ("h".into(), DeliveryValue::Real(9_223_372_036_854_775_808.0)),
            ]
        );
        assert_eq!(row.tags, [("t".to_owned(), "v".to_owned())]);
    }

    #[test]
    fn what_is_no_point_has_a_reason() {
        for (fields, tags, reason) in [
            ("{}", "{}", "no field has a value"),
            ("{\"a\":null}", "{}", "no field has a value"),
            ("null", "null", "no field has a value"),
            ("[1]", "{}", "the fields are no JSON object"),
            ("{", "{}", "the fields are no JSON object"),
            ("{\"a\":1}", "{\"t\":1}", "the tags are no JSON object of strings"),
            ("{\"a\":1e999}", "{}", "the number of field \"a\" is too large"),
        ] {
            assert_eq!(outgoing(&row(fields, tags)).unwrap_err(), reason, "{fields} {tags}");
        }
        let gone = WaitingRow { measurement: None, ..row("{\"a\":1}", "{}") };
        assert_eq!(outgoing(&gone).unwrap_err(), "the row is no longer in the journal");
        assert_eq!(
            outgoing(&WaitingRow { committed_at: None, ..row("{\"a\":1}", "{}") }).unwrap_err(),
            "the row has no time"
        );
    }
}
