//! The functions that a guest's statement may call.
//!
//! SQLite looks at the time between two rows, not within a call. Those of its functions that take time by the square of
//! their arguments are replaced, refused, or may occur a few times only.

use std::{borrow::Cow, collections::HashSet};

use rusqlite::{
    Connection, Result, ffi,
    functions::{Context, FunctionFlags},
    types::ValueRef,
};

use crate::limits::SQL_VALUE_BYTES;

/// Neither `load_extension` nor any other that reaches out, and none that is slower than its result is long.
const ALLOWED: &[&str] = &[
    "->",
    "->>",
    "abs",
    "avg",
    "char",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "cume_dist",
    "current_date",
    "current_time",
    "current_timestamp",
    "date",
    "datetime",
    "dense_rank",
    "first_value",
    "format",
    "glob",
    "group_concat",
    "hex",
    "if",
    "ifnull",
    "iif",
    "instr",
    "json",
    "json_array",
    "json_array_insert",
    "json_array_length",
    "json_error_position",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_insert",
    "json_object",
    "json_pretty",
    "json_quote",
    "json_remove",
    "json_replace",
    "json_set",
    "json_type",
    "json_valid",
    "jsonb",
    "jsonb_array",
    "jsonb_extract",
    "jsonb_group_array",
    "jsonb_group_object",
    "jsonb_insert",
    "jsonb_object",
    "jsonb_remove",
    "jsonb_replace",
    "jsonb_set",
    "julianday",
    "lag",
    "last_value",
    "lead",
    "length",
    "like",
    "likelihood",
    "likely",
    "lower",
    "ltrim",
    "max",
    "min",
    "nth_value",
    "ntile",
    "nullif",
    "octet_length",
    "percent_rank",
    "printf",
    "quote",
    "random",
    "randomblob",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "soundex",
    "strftime",
    "string_agg",
    "substr",
    "substring",
    "subtype",
    "sum",
    "time",
    "timediff",
    "total",
    "trim",
    "typeof",
    "unicode",
    "unixepoch",
    "unlikely",
    "upper",
    "zeroblob",
];

/// Those that compare every place of one argument with all of another, and how long they take for it by comparison.
const SLOW: [(&str, usize); 2] = [("glob", 2), ("like", 1)];

pub(super) fn is_allowed(name: &str) -> bool {
    ALLOWED.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
}

/// What the use of a function counts for among the slow ones.
pub(super) fn slowness(name: &str) -> usize {
    SLOW.iter().find(|(slow, _)| slow.eq_ignore_ascii_case(name)).map_or(0, |(_, slowness)| *slowness)
}

/// The same functions, in time by the sum of what they are given.
pub(super) fn replace_slow_ones(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("instr", 2, flags, |context| {
        Ok(match (context.get_raw(0), context.get_raw(1)) {
            (ValueRef::Null, _) | (_, ValueRef::Null) => None,
            (ValueRef::Blob(bytes), ValueRef::Blob(sought)) => {
                position(&one_char_a_byte(bytes), &one_char_a_byte(sought))
            }
            (text, sought) => position(&as_text(text), &as_text(sought)),
        })
    })?;
    connection.create_scalar_function("replace", 3, flags, |context| {
        let arguments: [ValueRef<'_>; 3] = std::array::from_fn(|n| context.get_raw(n));
        if arguments[..2].contains(&ValueRef::Null) {
            return Ok(None);
        }
        let [text, sought, by] = arguments.map(as_text);
        if sought.is_empty() {
            return Ok(Some(text.into_owned()));
        }
        if arguments[2] == ValueRef::Null {
            return Ok(None);
        }
        let found = text.matches(&*sought).count();
        if text.len() - found * sought.len() + found.saturating_mul(by.len()) > SQL_VALUE_BYTES {
            return Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_TOOBIG), None));
        }
        Ok(Some(text.replace(&*sought, &by)))
    })?;
    for (name, at_start, at_end) in [("trim", true, true), ("ltrim", true, false), ("rtrim", false, true)] {
        connection.create_scalar_function(name, 1, flags, move |context| {
            let Some([text]) = texts(context) else { return Ok(None) };
            Ok(Some(trimmed(&text, at_start, at_end, |c| c == ' ').to_owned()))
        })?;
        connection.create_scalar_function(name, 2, flags, move |context| {
            let Some([text, chars]) = texts(context) else { return Ok(None) };
            let chars: HashSet<char> = chars.chars().collect();
            Ok(Some(trimmed(&text, at_start, at_end, |c| chars.contains(&c)).to_owned()))
        })?;
    }
    Ok(())
}

/// Where `sought` is in `text`, counted from 1 in characters; 0 is nowhere.
fn position(text: &str, sought: &str) -> Option<i64> {
    let before = text.find(sought).and_then(|at| text.get(..at));
    Some(before.map_or(0, |before| before.chars().count() as i64 + 1))
}

/// Text in which the place of a character is that of the byte.
fn one_char_a_byte(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn trimmed(text: &str, at_start: bool, at_end: bool, is_cut: impl Fn(char) -> bool) -> &str {
    let text = if at_start { text.trim_start_matches(&is_cut) } else { text };
    if at_end { text.trim_end_matches(&is_cut) } else { text }
}

/// The arguments as texts, unless one is NULL.
fn texts<'a, const N: usize>(context: &'a Context<'_>) -> Option<[Cow<'a, str>; N]> {
    let arguments = std::array::from_fn(|n| context.get_raw(n));
    let has_null = arguments.contains(&ValueRef::Null);
    (!has_null).then(|| arguments.map(as_text))
}

fn as_text(value: ValueRef<'_>) -> Cow<'_, str> {
    match value {
        ValueRef::Null => Cow::Borrowed(""),
        ValueRef::Integer(number) => Cow::Owned(number.to_string()),
        ValueRef::Real(number) => Cow::Owned(format!("{number:?}")),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes),
    }
}
