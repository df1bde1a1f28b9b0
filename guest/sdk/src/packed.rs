//! Entries as the host packs them; `larder:store/store.packed-page` says how.

use core::time::Duration;

use crate::Entry;

/// An entry where it lies; see [`Scan::for_each`](crate::Scan::for_each).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryRef<'a> {
    /// The key.
    pub key: &'a str,
    /// The value.
    pub value: &'a [u8],
    /// The version that [`Entry::version`] has.
    pub version: u64,
    /// Time until it expires; `None` for one that does not.
    pub ttl: Option<Duration>,
}

/// A page of entries, and how far it has been read.
#[derive(Debug)]
pub(crate) struct Packed {
    bytes: Vec<u8>,
    at: usize,
}

impl Packed {
    pub(crate) fn new(bytes: Vec<u8>) -> Packed {
        Packed { bytes, at: 0 }
    }

    /// Whether `visit` answered `true` for all.
    pub(crate) fn all(&mut self, visit: &mut impl FnMut(EntryRef<'_>) -> bool) -> bool {
        while let Some((entry, at)) = read(&self.bytes, self.at) {
            if !visit(entry) {
                return false;
            }
            self.at = at;
        }
        true
    }
}

impl Iterator for Packed {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let (entry, at) = read(&self.bytes, self.at)?;
        let EntryRef { key, value, version, ttl } = entry;
        let entry = Entry { key: key.into(), value: value.into(), version, ttl };
        self.at = at;
        Some(entry)
    }
}

/// The entry at a place, and the place behind it.
fn read(bytes: &[u8], at: usize) -> Option<(EntryRef<'_>, usize)> {
    let (version, rest) = bytes.get(at..)?.split_first_chunk()?;
    let (ttl, rest) = rest.split_first_chunk()?;
    let (key_bytes, rest) = rest.split_first_chunk()?;
    let (value_bytes, rest) = rest.split_first_chunk()?;
    let (key, rest) = rest.split_at_checked(u32::from_le_bytes(*key_bytes) as usize)?;
    let value_bytes = Some(u32::from_le_bytes(*value_bytes)).filter(|bytes| *bytes != u32::MAX).unwrap_or(0);
    let (value, rest) = rest.split_at_checked(value_bytes as usize)?;
    let entry = EntryRef {
        key: core::str::from_utf8(key).ok()?,
        value,
        version: u64::from_le_bytes(*version),
        ttl: Some(u64::from_le_bytes(*ttl)).filter(|ttl| *ttl != u64::MAX).map(Duration::from_millis),
    };
    Some((entry, bytes.len() - rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (key, value) in entries {
            bytes.extend_from_slice(&7_u64.to_le_bytes());
            bytes.extend_from_slice(&u64::MAX.to_le_bytes());
            bytes.extend_from_slice(&(key.len() as u32).to_le_bytes());
            bytes.extend_from_slice(&(value.len() as u32).to_le_bytes());
            bytes.extend_from_slice(key.as_bytes());
            bytes.extend_from_slice(value);
        }
        bytes
    }

    #[test]
    fn entries_are_read_one_after_the_other_as_far_as_they_go() {
        let bytes = packed(&[("a", b"1"), ("", b""), ("b", &[0xff; 100])]);
        let read = |bytes: &[u8]| Packed::new(bytes.to_vec()).map(|entry| (entry.key, entry.value)).collect::<Vec<_>>();
        let all = [("a".to_owned(), b"1".to_vec()), (String::new(), vec![]), ("b".to_owned(), vec![0xff; 100])];
        assert_eq!(read(&bytes), all);
        for end in 0..bytes.len() {
            let found = read(&bytes[..end]);
            assert!(found.len() < 3 && found == all[..found.len()]);
        }
    }

    #[test]
    fn a_visit_ends_when_it_has_enough() {
        let bytes = packed(&[("a", b""), ("b", b""), ("c", b"")]);
        let mut seen = Vec::new();
        let whole = Packed::new(bytes).all(&mut |entry| {
            seen.push(entry.key.to_owned());
            entry.key != "b"
        });
        assert_eq!((whole, seen), (false, vec!["a".to_owned(), "b".to_owned()]));
    }
}
