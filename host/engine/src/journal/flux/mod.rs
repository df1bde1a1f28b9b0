//! The part of Flux that a journal is asked in: `from`, `range` and `filter`, or a condition by itself.
//!
//! ```text
//! query     = stage { "|>" stage } | [ "|>" ] ... | condition { "|>" stage }
//! stage     = from(bucket: "b") | range(start: time [, stop: time]) | filter(fn: (r) => condition)
//! condition = r.name | r["name"], compared by == != < <= > >= with a string, a number, true or false;
//!             "and", "or", "not" and parentheses between them
//! time      = -24h | 1h30m | -5d | now() | 2026-01-31T00:00:00Z, each also quoted or in time(v: ...)
//! ```
//!
//! What is not in it is refused with its place in the text: a part that was passed over would widen the answer.

mod lexer;
mod parser;
mod time;

pub(super) use time::moment;

use super::Selection;
use crate::{Error, Result, limits};

/// What `text` asks for; `now` is in milliseconds since the epoch.
///
/// # Errors
/// [`Error::Flux`] with the place of what is not understood, [`Error::InvalidArgument`] for a text that is too long.
pub(super) fn parse(text: &str, now: i64) -> Result<Selection> {
    if text.len() > limits::FLUX_BYTES {
        let rule = format!("a Flux text has at most {} bytes", limits::FLUX_BYTES);
        return Err(Error::InvalidArgument { argument: "query", rule });
    }
    parser::Parser::new(text, now).query()
}

#[cfg(test)]
mod tests;
