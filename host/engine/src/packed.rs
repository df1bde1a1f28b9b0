//! Entries in one piece of memory.

use crate::{Entry, Version};

/// An entry where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryRef<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its bytes; `None` where the call left values out.
    pub value: Option<&'a [u8]>,
    /// The commit sequence number that wrote it.
    pub version: Version,
    /// Milliseconds until it expires; `None` if it does not.
    pub ttl_ms: Option<u64>,
}

impl From<EntryRef<'_>> for Entry {
    fn from(entry: EntryRef<'_>) -> Entry {
        Entry {
            key: entry.key.into(),
            value: entry.value.map(Into::into),
            version: entry.version,
            ttl_ms: entry.ttl_ms,
        }
    }
}

/// A page of entries, in the order asked for, one behind the other: version and time to live in eight bytes each, the lengths
/// of key and value in four each, all little endian, then the bytes of both. A time or a length of nothing but ones is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackedPage {
    /// The entries.
    pub bytes: Vec<u8>,
    /// How many they are.
    pub number: u32,
    /// Where the next page starts; `None` when this is the last one.
    pub next: Option<String>,
}

impl PackedPage {
    /// The entries, up to the end or to where there is none.
    pub fn entries(&self) -> PackedEntries<'_> {
        PackedEntries { rest: &self.bytes }
    }

    pub(crate) fn push(&mut self, entry: &EntryRef<'_>) {
        self.bytes.extend_from_slice(&entry.version.to_le_bytes());
        self.bytes.extend_from_slice(&entry.ttl_ms.unwrap_or(u64::MAX).to_le_bytes());
        self.bytes.extend_from_slice(&length(Some(entry.key.len())));
        self.bytes.extend_from_slice(&length(entry.value.map(<[u8]>::len)));
        self.bytes.extend_from_slice(entry.key.as_bytes());
        self.bytes.extend_from_slice(entry.value.unwrap_or_default());
        self.number += 1;
    }
}

/// Keys and values are bounded far below what 32 bits can tell.
fn length(bytes: Option<usize>) -> [u8; 4] {
    bytes.and_then(|bytes| u32::try_from(bytes).ok()).unwrap_or(u32::MAX).to_le_bytes()
}

/// The entries of a [`PackedPage`].
#[derive(Clone, Debug)]
pub struct PackedEntries<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for PackedEntries<'a> {
    type Item = EntryRef<'a>;

    fn next(&mut self) -> Option<EntryRef<'a>> {
        let (version, rest) = self.rest.split_first_chunk()?;
        let (ttl_ms, rest) = rest.split_first_chunk()?;
        let (key, rest) = rest.split_first_chunk()?;
        let (value, rest) = rest.split_first_chunk()?;
        let (key, rest) = rest.split_at_checked(u32::from_le_bytes(*key) as usize)?;
        let value_bytes = Some(u32::from_le_bytes(*value)).filter(|bytes| *bytes != u32::MAX);
        let (value, rest) = rest.split_at_checked(value_bytes.unwrap_or(0) as usize)?;
        self.rest = rest;
        Some(EntryRef {
            key: std::str::from_utf8(key).ok()?,
            value: value_bytes.map(|_| value),
            version: Version::from_le_bytes(*version),
            ttl_ms: Some(u64::from_le_bytes(*ttl_ms)).filter(|ttl| *ttl != u64::MAX),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_and_a_piece_of_it_up_to_its_end() {
        let entries = [
            EntryRef { key: "", value: Some(b""), version: 0, ttl_ms: None },
            EntryRef { key: "k\u{e4}", value: None, version: 7, ttl_ms: Some(0) },
            EntryRef { key: "key", value: Some(&[0xff; 300]), version: u64::MAX, ttl_ms: Some(1 << 40) },
        ];
        let mut page = PackedPage::default();
        entries.iter().for_each(|entry| page.push(entry));
        assert_eq!(page.entries().collect::<Vec<_>>(), entries);
        assert_eq!(page.number, 3);
        for end in 0..page.bytes.len() {
            let cut = PackedPage { bytes: page.bytes[..end].to_vec(), ..PackedPage::default() };
            let found: Vec<_> = cut.entries().collect();
            assert_eq!(found, entries[..found.len()]);
            assert!(found.len() < 3);
        }
    }
}
