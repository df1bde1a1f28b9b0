//! Changes that depend on what is there.

use super::{update::Update, view};
use crate::{Error, Outcome, Result, Version, backend::Stored, telemetry::Op};

impl Update<'_> {
    /// Add `delta` to a counter and answer the sum. An absent entry counts as 0; the entry keeps its time to live.
    ///
    /// A value of decimal digits is a counter; one of eight bytes that are not printable text is taken as a little-endian
    /// number and becomes one.
    ///
    /// # Errors
    /// [`Error::NotACounter`], [`Error::Overflow`], [`Error::QuotaExceeded`].
    pub fn increment(&mut self, group: &str, key: &str, delta: i64) -> Result<i64> {
        let _operation = self.context.operation(Op::Increment);
        let old = self.live(&self.context.group(group)?, key)?;
        let before = old.as_ref().map_or(Ok(0), number)?;
        let sum = before.checked_add(delta).ok_or(Error::Overflow)?;
        let expires_at = old.and_then(|old| old.expires_at);
        self.put(group, key, sum.to_string().as_bytes(), expires_at, true)?;
        Ok(sum)
    }

    /// Replace an entry if it is at version `expected`; `None`: insert it if it is absent. A time to live is cleared.
    ///
    /// # Errors
    /// [`Error::QuotaExceeded`].
    pub fn compare_and_swap(
        &mut self,
        group: &str,
        key: &str,
        expected: Option<Version>,
        value: &[u8],
    ) -> Result<Outcome> {
        let _operation = self.context.operation(Op::CompareAndSwap);
        let now = self.live(&self.context.group(group)?, key)?;
        if now.as_ref().map(|now| now.version) != expected {
            return Ok(self.stale(key, now));
        }
        self.set(group, key, value).map(Outcome::Done)
    }

    /// Delete an entry if it is at version `expected`.
    ///
    /// # Errors
    /// Those of every function here.
    pub fn compare_and_delete(&mut self, group: &str, key: &str, expected: Version) -> Result<Outcome> {
        let _operation = self.context.operation(Op::CompareAndDelete);
        let now = self.live(&self.context.group(group)?, key)?;
        if now.as_ref().map(|now| now.version) != Some(expected) {
            return Ok(self.stale(key, now));
        }
        self.delete(group, key)?;
        Ok(Outcome::Done(self.writing.version))
    }

    fn stale(&self, key: &str, now: Option<Stored>) -> Outcome {
        Outcome::Stale(now.map(|now| view::entry(self.context, key, now)))
    }
}

/// The number that a value stands for.
fn number(stored: &Stored) -> Result<i64> {
    let value = stored.value.as_deref().unwrap_or_default();
    let text = std::str::from_utf8(value).ok();
    if let Some(number) = text.filter(|text| !text.starts_with('+')).and_then(|text| text.parse().ok()) {
        return Ok(number);
    }
    // A word of eight letters must not turn into a number.
    let printable = text.is_some_and(|text| !text.contains(char::is_control));
    match <[u8; 8]>::try_from(value) {
        Ok(bytes) if !printable => Ok(i64::from_le_bytes(bytes)),
        _ => Err(Error::NotACounter),
    }
}
