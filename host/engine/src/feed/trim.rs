//! Keeping a tenant's feed within its bounds.

use std::sync::{Mutex, PoisonError};

use super::{FeedStatus, event::FeedConfig};
use crate::{
    Result,
    backend::{FeedBounds, FeedTotals, Read, Write},
    limits::FEED_TRIM_STEP,
};

/// Knows how much one tenant's feed holds, without counting.
#[derive(Debug)]
pub(crate) struct Trimmer {
    config: FeedConfig,
    /// What the feed had held before its first event that it still has; `None` until somebody looked.
    before: Mutex<Option<FeedTotals>>,
}

/// Whether a feed has to be trimmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fullness {
    Within,
    /// In the background, soon.
    Over,
    /// At once: the background does not keep up.
    FarOver,
}

impl Trimmer {
    pub(crate) fn new(config: FeedConfig) -> Trimmer {
        Trimmer { config, before: Mutex::default() }
    }

    /// After so much has been recorded, ever.
    pub(crate) fn fullness(&self, so_far: FeedTotals, read: &dyn Read) -> Result<Fullness> {
        let known = *self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let before = match known {
            Some(before) => before,
            None => self.look(so_far, read)?,
        };
        let events = so_far.events.saturating_sub(before.events);
        let bytes = so_far.bytes.saturating_sub(before.bytes);
        // With some slack, so that it is not trimmed at each commit.
        let over = |kept: u64, most: u64| kept > most.saturating_add(most / 8);
        Ok(if over(events, self.config.events.saturating_mul(2)) || over(bytes, self.config.bytes.saturating_mul(2)) {
            Fullness::FarOver
        } else if over(events, self.config.events) || over(bytes, self.config.bytes) {
            Fullness::Over
        } else {
            Fullness::Within
        })
    }

    fn look(&self, so_far: FeedTotals, read: &dyn Read) -> Result<FeedTotals> {
        let status = read.feed_status()?;
        let before = FeedTotals {
            events: so_far.events.saturating_sub(status.events),
            bytes: so_far.bytes.saturating_sub(status.bytes),
        };
        *self.before.lock().unwrap_or_else(PoisonError::into_inner) = Some(before);
        Ok(before)
    }

    fn bounds(&self, now_ms: i64) -> FeedBounds {
        FeedBounds {
            most: FeedTotals { events: self.config.events, bytes: self.config.bytes },
            since_ms: now_ms.saturating_sub(i64::try_from(self.config.age_ms).unwrap_or(i64::MAX)),
        }
    }

    /// Remove what is too much, in a transaction; at most one step of it. Answers whether more is left.
    pub(crate) fn step(&self, write: &mut dyn Write, now_ms: i64) -> Result<bool> {
        let more = write.trim_feed(&self.bounds(now_ms), FEED_TRIM_STEP)?;
        // Whether or not this is committed, the next one looks again.
        *self.before.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(more)
    }

    /// Whether there is something to remove.
    pub(crate) fn is_due(&self, status: &FeedStatus, now_ms: i64) -> bool {
        let bounds = self.bounds(now_ms);
        status.events > bounds.most.events
            || status.bytes > bounds.most.bytes
            || status.first_at_ms.is_some_and(|at| at < bounds.since_ms)
    }
}
