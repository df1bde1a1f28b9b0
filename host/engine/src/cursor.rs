//! Cursors: positions that a caller carries, checked when they come back.
//!
//! A cursor is the last name of a page, the fingerprint of the question it answers, and a checksum. It guards against
//! mistakes; it need not guard against forgery, because a forged one only moves within what its owner may read anyway.

use crate::{Error, Result};

const FINGERPRINT: usize = 8;

/// The question that a cursor belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    /// Of the parts of a question. Parts are kept apart, so that no two questions run into one.
    pub(crate) fn of(parts: &[&[u8]]) -> Fingerprint {
        let mut hash = OFFSET;
        for part in parts {
            hash = fnv(hash, &(part.len() as u64).to_le_bytes());
            hash = fnv(hash, part);
        }
        Fingerprint(hash)
    }
}

/// The cursor behind `last`.
pub(crate) fn encode(question: Fingerprint, last: &str) -> String {
    let mut bytes = question.0.to_le_bytes().to_vec();
    bytes.extend_from_slice(last.as_bytes());
    let sum = fnv(OFFSET, &bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The last name of the page before.
pub(crate) fn decode(question: Fingerprint, cursor: &str) -> Result<String> {
    let refused = |rule: &str| Error::InvalidArgument { argument: "cursor", rule: rule.into() };
    let bytes = unhex(cursor.as_bytes()).ok_or_else(|| refused("it is not one that a page answered"))?;
    let (body, sum) = bytes.split_last_chunk::<8>().ok_or_else(|| refused("it is not one that a page answered"))?;
    if fnv(OFFSET, body) != u64::from_le_bytes(*sum) {
        return Err(refused("it is not one that a page answered"));
    }
    let (asked, last) =
        body.split_first_chunk::<FINGERPRINT>().ok_or_else(|| refused("it is not one that a page answered"))?;
    if u64::from_le_bytes(*asked) != question.0 {
        return Err(refused("it belongs to other arguments"));
    }
    String::from_utf8(last.to_vec()).map_err(|_| refused("it is not one that a page answered"))
}

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a: small, and the same in each version of the program, which the standard library's hash is not.
fn fnv(mut hash: u64, bytes: &[u8]) -> u64 {
    for byte in bytes {
        hash ^= u64::from(*byte);
        hash = hash.wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

fn digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0')
}

fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let nibble = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let question = Fingerprint::of(&[b"scan", b"g"]);
        for last in ["", "a", "key with 🙂 and \0"] {
            assert_eq!(decode(question, &encode(question, last)).unwrap(), last);
        }
    }

    #[test]
    fn an_altered_cursor_is_refused() {
        let question = Fingerprint::of(&[b"scan", b"g"]);
        let cursor = encode(question, "key");
        for at in 0..cursor.len() {
            let mut altered = cursor.clone().into_bytes();
            altered[at] = if altered[at] == b'0' { b'1' } else { b'0' };
            assert!(decode(question, std::str::from_utf8(&altered).unwrap()).is_err());
        }
        for cursor in ["", "0", "zz", "ABCD", "00112233", "é"] {
            assert!(decode(question, cursor).is_err(), "{cursor}");
        }
    }

    #[test]
    fn a_cursor_of_another_question_is_refused() {
        let cursor = encode(Fingerprint::of(&[b"ab", b"c"]), "key");
        let error = decode(Fingerprint::of(&[b"a", b"bc"]), &cursor).unwrap_err();
        assert_eq!(error.to_string(), "cursor: it belongs to other arguments");
    }
}
