//! What the store answers about entries.

use core::time::Duration;

pub use crate::bindings::store::{Gauge, Usage};
use crate::bindings::types as raw;
use crate::{Error, Result};

/// The commit that wrote an entry: greater for each later commit of the same
/// store, never used twice.
pub type Version = u64;

/// One entry of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its key.
    pub key: String,
    /// Its bytes.
    pub value: Vec<u8>,
    /// The commit that wrote it; pass it to
    /// [`compare_and_swap`](crate::Store::compare_and_swap).
    pub version: Version,
    /// How long it will live, to the millisecond; `None`: for ever.
    pub ttl: Option<Duration>,
}

impl Entry {
    /// The value as text.
    ///
    /// # Errors
    /// [`Error::NotText`] for bytes that are not UTF-8.
    pub fn text(&self) -> Result<&str> {
        core::str::from_utf8(&self.value).map_err(|_| Error::NotText)
    }
}

impl From<raw::Entry> for Entry {
    fn from(entry: raw::Entry) -> Self {
        Self {
            key: entry.key,
            value: entry.value.unwrap_or_default(),
            version: entry.version,
            ttl: entry.ttl_ms.map(Duration::from_millis),
        }
    }
}

/// Whole milliseconds, rounded up so that a short time is not taken for none.
pub(crate) fn millis(ttl: Duration) -> u64 {
    let part = u64::from(ttl.subsec_nanos().div_ceil(1_000_000));
    ttl.as_secs().saturating_mul(1000).saturating_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_to_live_are_rounded_up_and_never_wrap() {
        assert_eq!(millis(Duration::ZERO), 0);
        assert_eq!(millis(Duration::from_nanos(1)), 1);
        assert_eq!(millis(Duration::from_millis(1500)), 1500);
        assert_eq!(millis(Duration::from_micros(1_999_999)), 2000);
        assert_eq!(millis(Duration::MAX), u64::MAX);
    }

    #[test]
    fn an_entry_that_is_not_text_says_so() {
        let entry = Entry { key: "k".into(), value: vec![0xff], version: 1, ttl: None };
        assert_eq!(entry.text(), Err(Error::NotText));
    }
}
