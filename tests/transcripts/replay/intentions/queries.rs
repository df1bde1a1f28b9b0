//! Queries: confined and understood in larder, anything that runs in the reference.

use serde_json::Value;

use super::super::compare::Lenience;
use super::Case;

/// What is refused is told apart from what SQLite finds wrong; a table that is a view for a query is both.
pub(super) fn more_than_a_query(case: Case<'_>) -> bool {
    let asks = case.is("query_journal") || case.is("ws_query");
    let kind = case.kind(case.found);
    asks && (kind == Some("refused") || kind == Some("sqlite") && case.kind(case.recorded).is_none() && writes(case))
}

/// Whether it is a statement of SQL with a word that writes.
pub(super) fn writes(case: Case<'_>) -> bool {
    let text = case.op["query"].as_str().or(case.op["sql"].as_str()).unwrap_or_default().to_ascii_lowercase();
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic());
    (case.is("ws_query") || is_sql(&text))
        && !text.trim_start().starts_with("pragma")
        && words.any(|word| ["insert", "update", "delete", "drop", "create", "replace", "alter"].contains(&word))
}

/// Both say how the rows would be read.
pub(super) fn plan(case: Case<'_>) -> bool {
    let text = case.op["query"].as_str().or(case.op["sql"].as_str()).unwrap_or_default().trim_start();
    text.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("explain")) && case.lists().is_some()
}

/// The reference reads over what it does not know, such as `or`, `!=`, blanks and an empty text; the rows of one answer are
/// among those of the other.
pub(super) fn flux_obeyed(case: Case<'_>) -> bool {
    let text = case.op["query"].as_str().unwrap_or_default();
    let Some((recorded, found)) = case.lists() else { return false };
    let among = |some: &[Value], all: &[Value]| {
        some.iter().all(|row| {
            all.iter().any(|other| {
                Lenience { rounded_integers: true }.same(row, other)
                    || Lenience { rounded_integers: true }.same(other, row)
            })
        })
    };
    case.is("query_journal")
        && !text.is_empty()
        && !is_sql(text)
        && !is_plain(text)
        && (among(recorded, found) || among(found, recorded))
}

fn is_sql(text: &str) -> bool {
    let start = text.trim_start().to_ascii_lowercase();
    ["select", "with", "explain", "pragma"].iter().any(|word| start.starts_with(word))
}

/// The reference ignores what it does not understand, which gives too many rows or another error; larder says what it is.
pub(super) fn flux_not_understood(case: Case<'_>) -> bool {
    let text = case.op["query"].as_str().unwrap_or_default();
    let refused = matches!(case.kind(case.found), Some("flux" | "flux_time"));
    case.is("query_journal") && refused && !is_plain(text)
}

/// Whether the text is of the forms that the reference documents, each of which has to be answered.
fn is_plain(text: &str) -> bool {
    let mut stages = text.split("|>").map(str::trim);
    let from = stages.next().unwrap_or_default();
    let bucket = from.strip_prefix("from(bucket:").and_then(|rest| rest.trim_start().strip_prefix('"'));
    let is_from =
        bucket.and_then(|rest| rest.strip_suffix("\")")).is_some_and(|name| !name.is_empty() && !name.contains('"'));
    is_from && stages.all(|stage| is_plain_filter(stage) || is_plain_range(stage))
}

fn is_plain_filter(stage: &str) -> bool {
    let condition = stage.strip_prefix("filter(fn: (r) => ").and_then(|rest| rest.strip_suffix(')'));
    condition.is_some_and(|condition| condition.split(" and ").all(is_plain_comparison))
}

fn is_plain_comparison(comparison: &str) -> bool {
    let Some((subject, literal)) = comparison.split_once(" == ") else { return false };
    let is_word = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let in_quotes = |text: &str| text.len() > 1 && text.starts_with('"') && text.ends_with('"');
    let name = subject.strip_prefix("r.").or_else(|| subject.strip_prefix("r[\"")?.strip_suffix("\"]"));
    let is_string = in_quotes(literal) && !literal[1..literal.len() - 1].contains(['"', '\\']);
    name.is_some_and(is_word) && (is_string || literal.parse::<i32>().is_ok() || matches!(literal, "true" | "false"))
}

fn is_plain_range(stage: &str) -> bool {
    let inside = stage.strip_prefix("range(start: ").and_then(|rest| rest.strip_suffix(')'));
    inside.is_some_and(|inside| inside.split(", stop: ").all(is_plain_time))
}

fn is_plain_time(time: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.len() < 5 && text.chars().all(|c| c.is_ascii_digit());
    let duration = time.strip_prefix('-').unwrap_or(time);
    let is_duration = ["h", "m", "s", "ms", "d"].iter().any(|unit| duration.strip_suffix(unit).is_some_and(digits));
    is_duration
        || time == "now()"
        || time.len() == "2020-01-01T00:00:00Z".len() && time.ends_with('Z') && time.contains('T')
}

pub(super) fn exact_integers(case: Case<'_>) -> bool {
    let named = ["query_journal", "commit_to_journal", "compact", "ws_query"].iter().any(|name| case.is(name));
    named && Lenience { rounded_integers: true }.same(case.recorded, case.found)
}

/// The reference ran out of the time that it can count in.
pub(super) fn overflowing_days(case: Case<'_>) -> bool {
    let text = case.op["query"].as_str().unwrap_or_default();
    let has_many_days = text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        word.strip_suffix('d').and_then(|days| days.parse::<u64>().ok()).is_some_and(|days| days > 106_751)
    });
    case.is("query_journal") && has_many_days && case.recorded.get("result").is_some_and(Value::is_array)
}

/// A query whose text makes the reference panic.
pub(super) fn no_panic(case: Case<'_>) -> bool {
    case.is("query_journal") && case.kind(case.recorded) == Some("panic")
}
