//! Text for people.

use std::fmt::Write as _;

use larder::engine::SqlValue;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// `text` as a terminal can show it: one line, and nothing that the terminal would obey.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if obeyed(c) {
            shown.extend(c.escape_debug());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Control characters, and those that turn the direction of the text around.
fn obeyed(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether `bytes` are text that can be shown as it is, line breaks and tabs included.
pub(crate) fn printable(bytes: &[u8]) -> Option<&str> {
    let text = str::from_utf8(bytes).ok()?;
    (!text.chars().any(|c| obeyed(c) && c != '\n' && c != '\t')).then_some(text)
}

/// Most characters of a value in a list.
const PREVIEW_CHARS: usize = 60;

/// The beginning of a value, in one line.
pub(crate) fn preview(bytes: &[u8]) -> String {
    let Ok(text) = str::from_utf8(bytes) else {
        return format!("<{}>", size(bytes.len() as u64));
    };
    let mut cut: String = text.chars().take(PREVIEW_CHARS).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    shown(&cut)
}

/// Most bytes of a hexadecimal listing.
const DUMP_BYTES: usize = 512;

/// A hexadecimal listing of the beginning of `bytes`, sixteen a line.
pub(crate) fn dump(bytes: &[u8]) -> String {
    let mut dump = String::new();
    for (n, line) in bytes.chunks(16).take(DUMP_BYTES / 16).enumerate() {
        let _ = write!(dump, "{:08x} ", n * 16);
        for byte in line {
            let _ = write!(dump, " {byte:02x}");
        }
        let text: String =
            line.iter().map(|&byte| if byte.is_ascii_graphic() || byte == b' ' { byte as char } else { '.' }).collect();
        let _ = writeln!(dump, "{:pad$}  |{text}|", "", pad = (16 - line.len()) * 3);
    }
    if let Some(more) = bytes.len().checked_sub(DUMP_BYTES).filter(|more| *more > 0) {
        let _ = writeln!(dump, "... and {} more; pipe the output to have them all, as they are", size(more as u64));
    }
    dump
}

/// A moment in milliseconds since the epoch, by RFC 3339 in UTC.
pub(crate) fn moment(ms: i64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000);
    let text = moment.ok().and_then(|moment| moment.format(&Rfc3339).ok());
    text.unwrap_or_else(|| format!("{ms} ms"))
}

/// A cell of an answer to SQL, in one line.
pub(crate) fn cell(value: &SqlValue) -> String {
    match value {
        SqlValue::Null => "NULL".to_owned(),
        SqlValue::Integer(number) => number.to_string(),
        SqlValue::Real(number) => number.to_string(),
        SqlValue::Text(text) => shown(text),
        SqlValue::Blob(bytes) => preview(bytes),
    }
}

/// An amount of bytes.
pub(crate) fn size(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    let mut amount = bytes as f64;
    let mut unit = "bytes";
    for larger in units {
        if amount < 1024.0 {
            break;
        }
        amount /= 1024.0;
        unit = larger;
    }
    if unit == "bytes" {
        format!("{bytes} {}", if bytes == 1 { "byte" } else { unit })
    } else {
        format!("{amount:.1} {unit}")
    }
}

/// How many there are of something.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A number with its thousands set apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Most names that are proposed.
const NEAR: usize = 3;

/// Those of `names` that could have been meant by `name`, the nearest first.
pub(crate) fn near<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let bound = (name.len() / 3).max(1);
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        .filter(|known| known.len().abs_diff(name.len()) <= bound)
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(distance, _)| *distance <= bound)
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(NEAR).map(|(_, known)| known).collect()
}

/// `word` as a shell takes it for one argument.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_obey() {
        assert_eq!(shown("a\x1b[2Jb\nc\u{202e}"), "a\\u{1b}[2Jb\\nc\\u{202e}");
        assert_eq!(shown("grün \\ 'x'"), "grün \\ 'x'");
        assert_eq!(printable(b"two\nlines"), Some("two\nlines"));
        assert_eq!(printable(b"\x1b[2J"), None);
        assert_eq!(printable(b"\xff"), None);
    }

    #[test]
    fn previews_are_short() {
        assert_eq!(preview(b"milk"), "milk");
        assert_eq!(preview(&[0xff; 3]), "<3 bytes>");
        assert_eq!(preview("x".repeat(61).as_bytes()).chars().count(), 61);
    }

    #[test]
    fn dumps_have_columns() {
        assert_eq!(dump(b"\0ab"), format!("00000000  00 61 62{}  |.ab|\n", " ".repeat(39)));
        assert!(dump(&[0; 2048]).ends_with("and 1.5 KiB more; pipe the output to have them all, as they are\n"));
    }

    #[test]
    fn amounts_are_readable() {
        assert_eq!(size(1), "1 byte");
        assert_eq!(size(1023), "1023 bytes");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(count(1, "entry", "entries"), "1 entry");
    }

    #[test]
    fn moments_are_in_utc() {
        assert_eq!(moment(1_800_000_000_123), "2027-01-15T08:00:00.123Z");
        assert_eq!(moment(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(moment(i64::MAX), "9223372036854775807 ms");
    }

    #[test]
    fn near_names_are_proposed() {
        assert_eq!(near("acem", ["acme", "zebra", "acm"]), ["acm", "acme"]);
        assert_eq!(near("ad", ["add", "add"]), ["add"]);
        assert!(near("x", ["quite-different"]).is_empty());
    }

    #[test]
    fn words_are_quoted_for_the_shell() {
        assert_eq!(quoted("a.wasm"), "a.wasm");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
