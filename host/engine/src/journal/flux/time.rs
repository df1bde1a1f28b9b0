//! Moments: durations from now, `now()`, RFC 3339.

use ::time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::lexer::{Lexer, Token};
use crate::Result;

/// Nanoseconds of each unit of a duration. Longer units have no fixed length, but for the day.
const UNITS: [(&str, i128); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

const DAY: i128 = 24 * 3_600_000_000_000;

/// A moment, in milliseconds since the epoch.
pub(super) fn time(lexer: &mut Lexer<'_>, now: i64) -> Result<i64> {
    let at = lexer.next_at();
    let mut ahead = *lexer;
    let is_call = matches!(ahead.token(), Ok(Token::Name("time"))) && matches!(ahead.token(), Ok(Token::Symbol("(")));
    let moment = if is_call {
        *lexer = ahead;
        let named = matches!(lexer.token()?, Token::Name("v")) && lexer.token()? == Token::Symbol(":");
        if !named {
            return Err(lexer.error(at, "expected time(v: ...)".into(), true));
        }
        let moment = bare(lexer, now)?;
        let close = lexer.next_at();
        if lexer.token()? != Token::Symbol(")") {
            return Err(lexer.error(close, "expected `)` behind the time".into(), true));
        }
        moment
    } else {
        bare(lexer, now)?
    };
    let behind = lexer.next_at();
    match { *lexer }.token() {
        Ok(Token::Symbol("," | ")") | Token::End) => Ok(moment),
        _ => Err(lexer.error(behind, "expected `,` or `)` behind the time".into(), true)),
    }
}

fn bare(lexer: &mut Lexer<'_>, now: i64) -> Result<i64> {
    let at = lexer.next_at();
    let mut ahead = *lexer;
    let text = match ahead.token() {
        Ok(Token::Text(text)) => {
            *lexer = ahead;
            text
        }
        _ => lexer.word().to_owned(),
    };
    moment(&text, now).map_err(|problem| {
        let text = crate::error::shown(&text);
        lexer.error(at, format!("`{text}` {problem}"), true)
    })
}

/// A moment by itself.
pub(in crate::journal) fn moment(text: &str, now: i64) -> Result<i64, &'static str> {
    const NONE: &str = "is no time: write -24h, -5d, now() or 2026-01-31T00:00:00Z";
    if text == "now()" {
        return Ok(now);
    }
    if text.as_bytes().get(10) == Some(&b'T') {
        let moment = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| NONE)?;
        return i64::try_from(moment.unix_timestamp_nanos().div_euclid(1_000_000)).map_err(|_| NONE);
    }
    let nanoseconds = duration(text).ok_or(NONE)?;
    if i64::try_from(nanoseconds).is_err() {
        return Err("is longer than 64 bits of nanoseconds, 106,751 days");
    }
    i64::try_from((i128::from(now) * 1_000_000 + nanoseconds).div_euclid(1_000_000)).map_err(|_| NONE)
}

/// Nanoseconds of a duration as Go writes it, or of a whole number of days.
fn duration(text: &str) -> Option<i128> {
    let (sign, text) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    if text == "0" {
        return Some(0);
    }
    if let Some(days) = text.strip_suffix('d') {
        return whole(days)?.checked_mul(sign * DAY);
    }
    let mut rest = text;
    let mut sum = 0_i128;
    while !rest.is_empty() {
        let number = &rest[..rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len())];
        rest = &rest[number.len()..];
        let unit = &rest[..rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len())];
        rest = &rest[unit.len()..];
        let (_, length) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
        sum = sum.checked_add(scaled(number, length)?)?;
    }
    (!text.is_empty()).then_some(sign * sum)
}

/// A decimal number of a unit, in nanoseconds.
fn scaled(number: &str, unit: i128) -> Option<i128> {
    let (integer, fraction) = number.split_once('.').unwrap_or((number, ""));
    if integer.is_empty() && fraction.is_empty() {
        return None;
    }
    let integer = if integer.is_empty() { 0 } else { whole(integer)?.checked_mul(unit)? };
    // More digits than these make no nanosecond.
    let fraction = &fraction.get(..15).unwrap_or(fraction);
    if fraction.is_empty() {
        return Some(integer);
    }
    let parts = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    integer.checked_add(whole(fraction)?.checked_mul(unit)? / parts)
}

/// Decimal digits, at most as many as make the overflow plain.
fn whole(digits: &str) -> Option<i128> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok().map(i128::from)
}
