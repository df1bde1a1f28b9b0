//! `eq` and its kin, as Go compares the few types that there are here.

use std::cmp::Ordering;

use gotmpl::{TemplateError, Value};

type Result<T> = std::result::Result<T, TemplateError>;

/// Whether the first is one of the others.
pub(super) fn equal(args: &[Value]) -> Result<bool> {
    let [first, others @ ..] = args else { return missing() };
    if others.is_empty() {
        return missing();
    }
    for other in others {
        let same = match (first, other) {
            (Value::Nil, Value::Nil) => true,
            (Value::Nil, _) | (_, Value::Nil) => false,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Map(_), Value::Map(_)) => return Err(TemplateError::Exec("non-comparable type map".into())),
            _ => order(first, other)? == Some(Ordering::Equal),
        };
        if same {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the order of two values is one that `holds` likes; not-a-number has none.
pub(super) fn compare(args: &[Value], holds: fn(Ordering) -> bool) -> Result<bool> {
    let [first, second] = args else { return missing() };
    Ok(order(first, second)?.is_some_and(holds))
}

fn order(first: &Value, second: &Value) -> Result<Option<Ordering>> {
    match (first, second) {
        (Value::Int(a), Value::Int(b)) => Ok(Some(a.cmp(b))),
        (Value::Float(a), Value::Float(b)) => Ok(a.partial_cmp(b)),
        (Value::String(a), Value::String(b)) => Ok(Some(super::raw::decode(a).cmp(&super::raw::decode(b)))),
        _ => Err(TemplateError::Exec(format!(
            "incompatible types for comparison: {} and {}",
            first.type_name(),
            second.type_name()
        ))),
    }
}

fn missing<T>() -> Result<T> {
    Err(TemplateError::Exec("wrong number of arguments for comparison".into()))
}
