//! Names: text in larder, bytes in the reference.

use serde_json::Value;

use super::super::ops::values::bytes;
use super::Case;

pub(super) fn not_text(case: Case<'_>) -> bool {
    let asked = ["group", "key", "prefix"].iter().any(|name| {
        let bytes = bytes(case.op, name);
        bytes.is_ok_and(|bytes| String::from_utf8(bytes).is_err())
    });
    if asked {
        return case.kind(case.found) == Some("invalid");
    }
    case.is("groups") && case.same_without(|name| matches!(name, Value::Object(_)))
}
