//! A value cut into pieces, as Go's `strings.Split` and `strings.Fields` do it.

use memchr::memmem;

use crate::{Error, Result, SizeLimit, limits::SPLIT_PIECES};

/// The pieces between separators; with an empty separator the characters, a byte that is not UTF-8 being one.
pub(crate) fn split(value: &[u8], separator: &[u8]) -> Result<Vec<Vec<u8>>> {
    let mut pieces = Pieces::default();
    if separator.is_empty() {
        for chunk in value.utf8_chunks() {
            for (at, character) in chunk.valid().char_indices() {
                pieces.add(&chunk.valid().as_bytes()[at..at + character.len_utf8()])?;
            }
            for byte in chunk.invalid() {
                pieces.add(&[*byte])?;
            }
        }
        return Ok(pieces.0);
    }
    // Linear in both, which a search that begins anew at each byte is not.
    let mut start = 0;
    for at in memmem::find_iter(value, separator) {
        pieces.add(&value[start..at])?;
        start = at + separator.len();
    }
    pieces.add(&value[start..])?;
    Ok(pieces.0)
}

/// The pieces between white space as Unicode has it; none of them is empty.
pub(crate) fn fields(value: &[u8]) -> Result<Vec<Vec<u8>>> {
    let mut pieces = Pieces::default();
    let mut field = Vec::new();
    for chunk in value.utf8_chunks() {
        for (n, part) in chunk.valid().split(char::is_whitespace).enumerate() {
            if n > 0 && !field.is_empty() {
                pieces.add(&field)?;
                field.clear();
            }
            field.extend_from_slice(part.as_bytes());
        }
        field.extend_from_slice(chunk.invalid());
    }
    if !field.is_empty() {
        pieces.add(&field)?;
    }
    Ok(pieces.0)
}

#[derive(Default)]
struct Pieces(Vec<Vec<u8>>);

impl Pieces {
    fn add(&mut self, piece: &[u8]) -> Result<()> {
        if self.0.len() == SPLIT_PIECES {
            let limit = SPLIT_PIECES as u64;
            return Err(Error::TooLarge { what: SizeLimit::Batch, size: limit + 1, limit });
        }
        self.0.push(piece.to_vec());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_goes_on_over_bytes_that_are_not_text() {
        assert_eq!(fields(b"a\xFFb \xE2\x82 \xC2\xA0c").unwrap(), [&b"a\xFFb"[..], b"\xE2\x82", b"c"]);
    }

    #[test]
    fn each_byte_that_is_not_text_is_a_piece() {
        assert_eq!(split(b"\xE2\x82a", b"").unwrap(), [&b"\xE2"[..], b"\x82", b"a"]);
    }

    #[test]
    fn pieces_are_bounded() {
        let most = vec![b','; SPLIT_PIECES - 1];
        assert_eq!(split(&most, b",").unwrap().len(), SPLIT_PIECES);
        let more = vec![b','; SPLIT_PIECES];
        assert!(matches!(split(&more, b","), Err(Error::TooLarge { what: SizeLimit::Batch, .. })));
        assert!(matches!(split(&[b'a'; SPLIT_PIECES + 1], b""), Err(Error::TooLarge { .. })));
        assert!(matches!(fields(&b"a ".repeat(SPLIT_PIECES + 1)), Err(Error::TooLarge { .. })));
    }
}
