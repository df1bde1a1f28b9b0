//! Values of components as JSON.
//!
//! | WIT | JSON |
//! |---|---|
//! | `bool` | `true`, `false` |
//! | integers | a number, all digits of it (readers that use floating point lose some beyond 2^53) |
//! | `f32`, `f64` | a number; `"nan"`, `"inf"`, `"-inf"` |
//! | `char`, `string` | a string |
//! | `list`, `tuple` | an array; a `list<u8>` too |
//! | `map` | an array of `[key, value]` |
//! | `record` | an object |
//! | `variant` | `"case"`, or `{"case": payload}` |
//! | `enum` | a string |
//! | `flags` | an array of the names that are set |
//! | `option` | `null`, or the value; an option in an option is `{"some": ..}` or `null` |
//! | `result` | `{"ok": ..}` or `{"err": ..}`, `null` where there is no value |
//!
//! A handle, a future, a stream and an error context mean nothing outside the instance and have no form.

use serde_json::{Map, Number, Value, json};
use wasmtime::component::Val;

/// A value that has no JSON form; the text says what it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoJson(pub(crate) &'static str);

/// `value` as JSON.
pub(crate) fn to_json(value: &Val) -> Result<Value, NoJson> {
    Ok(match value {
        Val::Bool(value) => json!(value),
        Val::S8(value) => json!(value),
        Val::U8(value) => json!(value),
        Val::S16(value) => json!(value),
        Val::U16(value) => json!(value),
        Val::S32(value) => json!(value),
        Val::U32(value) => json!(value),
        Val::S64(value) => json!(value),
        Val::U64(value) => json!(value),
        Val::Float32(value) => float(single(*value)),
        Val::Float64(value) => float(*value),
        Val::Char(value) => json!(value),
        Val::String(value) | Val::Enum(value) => json!(value),
        Val::List(values) | Val::FixedLengthList(values) | Val::Tuple(values) => array(values)?,
        Val::Map(pairs) => {
            let pair = |(key, value): &(Val, Val)| Ok(json!([to_json(key)?, to_json(value)?]));
            Value::Array(pairs.iter().map(pair).collect::<Result<_, NoJson>>()?)
        }
        Val::Record(fields) => {
            let field = |(name, value): &(String, Val)| Ok((name.clone(), to_json(value)?));
            Value::Object(fields.iter().map(field).collect::<Result<_, NoJson>>()?)
        }
        Val::Variant(case, None) => json!(case),
        Val::Variant(case, Some(payload)) => named(case, to_json(payload)?),
        Val::Option(None) => Value::Null,
        Val::Option(Some(value)) => match value.as_ref() {
            inner @ Val::Option(_) => named("some", to_json(inner)?),
            inner => to_json(inner)?,
        },
        Val::Result(Ok(value)) => named("ok", optional(value.as_deref())?),
        Val::Result(Err(value)) => named("err", optional(value.as_deref())?),
        Val::Flags(names) => json!(names),
        Val::Resource(_) => return Err(NoJson("a handle")),
        Val::Future(_) => return Err(NoJson("a future")),
        Val::Stream(_) => return Err(NoJson("a stream")),
        Val::ErrorContext(_) => return Err(NoJson("an error context")),
    })
}

fn array(values: &[Val]) -> Result<Value, NoJson> {
    Ok(Value::Array(values.iter().map(to_json).collect::<Result<_, _>>()?))
}

fn optional(value: Option<&Val>) -> Result<Value, NoJson> {
    value.map_or(Ok(Value::Null), to_json)
}

fn named(name: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), value)]))
}

/// The number with the digits that a person would write for it: 0.1, not 0.10000000149011612.
fn single(value: f32) -> f64 {
    value.to_string().parse().unwrap_or_else(|_| f64::from(value))
}

fn float(value: f64) -> Value {
    match Number::from_f64(value) {
        Some(number) => Value::Number(number),
        None if value.is_nan() => json!("nan"),
        None if value > 0.0 => json!("inf"),
        None => json!("-inf"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(value: Val) -> Val {
        Val::Option(Some(Box::new(value)))
    }

    #[test]
    fn plain_values() {
        assert_eq!(to_json(&Val::U64(u64::MAX)).unwrap().to_string(), "18446744073709551615");
        assert_eq!(to_json(&Val::Float32(0.1)).unwrap().to_string(), "0.1");
        assert_eq!(to_json(&Val::Float64(f64::NEG_INFINITY)), Ok(json!("-inf")));
        assert_eq!(to_json(&Val::Float32(f32::NAN)), Ok(json!("nan")));
        assert_eq!(to_json(&Val::Char('ß')), Ok(json!("ß")));
        assert_eq!(to_json(&Val::List(vec![Val::U8(0), Val::U8(255)])), Ok(json!([0, 255])));
    }

    #[test]
    fn nothing_is_said_twice_in_the_same_way() {
        let none = Val::Option(None);
        assert_eq!(to_json(&none), Ok(json!(null)));
        assert_eq!(to_json(&some(none.clone())), Ok(json!({"some": null})));
        assert_eq!(to_json(&some(some(Val::Bool(true)))), Ok(json!({"some": true})));
        assert_eq!(to_json(&some(Val::Bool(true))), Ok(json!(true)));
        assert_eq!(to_json(&Val::Result(Ok(None))), Ok(json!({"ok": null})));
        assert_eq!(to_json(&Val::Result(Err(Some(Box::new(none))))), Ok(json!({"err": null})));
    }

    #[test]
    fn named_parts() {
        let record = Val::Record(vec![("id".into(), Val::U32(1)), ("tags".into(), Val::Flags(vec!["a".into()]))]);
        assert_eq!(to_json(&record), Ok(json!({"id": 1, "tags": ["a"]})));
        assert_eq!(to_json(&Val::Variant("off".into(), None)), Ok(json!("off")));
        assert_eq!(to_json(&Val::Variant("at".into(), Some(Box::new(Val::S8(-3))))), Ok(json!({"at": -3})));
        assert_eq!(to_json(&Val::Map(vec![(Val::Bool(true), Val::U8(1))])), Ok(json!([[true, 1]])));
    }
}
