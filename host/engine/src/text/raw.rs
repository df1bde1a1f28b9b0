//! Bytes as text and back, so that nothing is lost on the way.
//!
//! A byte that is not UTF-8 becomes one of 128 characters at the end of Unicode's private use. Such a character that was there
//! before is taken for four bytes of that kind, so that there is one way back only.

use std::borrow::Cow;

const FIRST: u32 = 0x10_FF00;

/// First byte of the UTF-8 of each character that stands for a byte.
const LEAD: u8 = 0xF4;

fn stands_for_a_byte(character: char) -> Option<u8> {
    u8::try_from((character as u32).checked_sub(FIRST)?).ok().filter(|byte| *byte >= 0x80)
}

fn character(byte: u8) -> char {
    char::from_u32(FIRST + u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

pub(super) fn encode(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.contains(&LEAD)
    {
        return text.into();
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if stands_for_a_byte(c).is_some() {
                text.extend(c.encode_utf8(&mut [0; 4]).bytes().map(character));
            } else {
                text.push(c);
            }
        }
        text.extend(chunk.invalid().iter().copied().map(character));
    }
    text.into()
}

pub(super) fn decode(text: &str) -> Cow<'_, [u8]> {
    if !text.as_bytes().contains(&LEAD) {
        return text.as_bytes().into();
    }
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match stands_for_a_byte(c) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes.into()
}

/// The length that the text has as bytes.
pub(super) fn len(text: &str) -> usize {
    if !text.as_bytes().contains(&LEAD) {
        return text.len();
    }
    text.chars().map(|c| stands_for_a_byte(c).map_or(c.len_utf8(), |_| 1)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_sequence_of_bytes_comes_back(bytes in prop::collection::vec(
            prop_oneof![any::<u8>(), Just(0xF4), Just(0x8F), Just(0xBE), Just(0xBF)], 0..40)) {
            let text = encode(&bytes).into_owned();
            prop_assert_eq!(&*decode(&text), &bytes[..]);
            prop_assert_eq!(len(&text), bytes.len());
        }
    }

    #[test]
    fn a_character_that_stands_for_a_byte_is_not_taken_for_one() {
        let text = "\u{10FF80}\u{10FFFF}\u{10FF7F}";
        assert_ne!(encode(text.as_bytes()), text);
        assert_eq!(decode(&encode(text.as_bytes())), text.as_bytes());
    }
}
