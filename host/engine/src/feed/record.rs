//! How events lie in the feed: one after the other, each with the lengths of its parts before them.

use super::event::EventKind;

/// An event as it is written down, with the group's stored name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) kind: EventKind,
    pub(crate) group: &'a str,
    pub(crate) key: &'a str,
    pub(crate) value: Option<&'a [u8]>,
    pub(crate) expires_at: Option<i64>,
}

const HAS_VALUE: u8 = 1 << 3;
const HAS_EXPIRY: u8 = 1 << 4;
const KIND: u8 = HAS_VALUE - 1;

/// Put `record` behind what is in `body`.
pub(crate) fn append(body: &mut Vec<u8>, record: &Record<'_>) {
    let kind = EventKind::ALL.iter().position(|kind| *kind == record.kind).unwrap_or(0);
    let mut head = u8::try_from(kind).unwrap_or(0);
    if record.value.is_some() {
        head |= HAS_VALUE;
    }
    if record.expires_at.is_some() {
        head |= HAS_EXPIRY;
    }
    body.push(head);
    append_bytes(body, record.group.as_bytes());
    append_bytes(body, record.key.as_bytes());
    if let Some(value) = record.value {
        append_bytes(body, value);
    }
    if let Some(expires_at) = record.expires_at {
        body.extend_from_slice(&expires_at.to_le_bytes());
    }
}

/// A length in seven bits a byte, the low ones first, and so many bytes.
fn append_bytes(body: &mut Vec<u8>, bytes: &[u8]) {
    let mut length = bytes.len();
    while length >= 0x80 {
        body.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    body.push(length as u8);
    body.extend_from_slice(bytes);
}

/// The events of a body, up to its end or to where it is no event.
pub(crate) struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    pub(crate) fn of(body: &'a [u8]) -> Records<'a> {
        Records { rest: body }
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let mut length = 0_usize;
        for shift in (0..usize::BITS).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            length |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                let (bytes, rest) = self.rest.split_at_checked(length)?;
                self.rest = rest;
                return Some(bytes);
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (head, rest) = self.rest.split_first()?;
        self.rest = rest;
        let kind = *EventKind::ALL.get(usize::from(head & KIND))?;
        let (group, key) = (self.text()?, self.text()?);
        let value = if head & HAS_VALUE == 0 { None } else { Some(self.bytes()?) };
        let expires_at = if head & HAS_EXPIRY == 0 {
            None
        } else {
            let (at, rest) = self.rest.split_first_chunk()?;
            self.rest = rest;
            Some(i64::from_le_bytes(*at))
        };
        Some(Record { kind, group, key, value, expires_at })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Owned = (usize, String, String, Option<Vec<u8>>, Option<i64>);

    fn record(owned: &Owned) -> Record<'_> {
        let (kind, group, key, value, expires_at) = owned;
        Record { kind: EventKind::ALL[*kind], group, key, value: value.as_deref(), expires_at: *expires_at }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            events in prop::collection::vec(
                (0..5_usize, ".{0,200}", ".*", prop::option::of(prop::collection::vec(any::<u8>(), 0..300)), any::<Option<i64>>()),
                0..8,
            )
        ) {
            let mut body = Vec::new();
            events.iter().for_each(|event| append(&mut body, &record(event)));
            prop_assert_eq!(Records::of(&body).collect::<Vec<_>>(), events.iter().map(record).collect::<Vec<_>>());
        }

        #[test]
        fn anything_can_be_read(body in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(Records::of(&body).count() <= body.len());
        }
    }
}
