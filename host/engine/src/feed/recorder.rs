//! What a write transaction changes, gathered for the feed.

use super::{
    event::{EventKind, FeedConfig},
    record::{self, Record},
};
use crate::{
    Error, Result,
    backend::{FeedPart, FeedTotals, Write},
    limits::{FEED_PART_BYTES, FEED_PARTS},
};

/// The events of an open write transaction: the last ones in memory, those before in the transaction.
#[derive(Debug)]
pub(crate) struct Recorder {
    config: FeedConfig,
    at_ms: i64,
    parts: u32,
    events: u64,
    body: Vec<u8>,
    totals: Option<FeedTotals>,
    /// Of the commits before this one in the same transaction.
    before: Option<FeedTotals>,
}

impl Recorder {
    pub(crate) fn new(config: FeedConfig, at_ms: i64) -> Recorder {
        Recorder { config, at_ms, parts: 0, events: 0, body: Vec::new(), totals: None, before: None }
    }

    pub(crate) fn record(
        &mut self,
        write: &mut dyn Write,
        kind: EventKind,
        (group, key): (&str, &str),
        value: Option<&[u8]>,
        expires_at: Option<i64>,
    ) -> Result<()> {
        self.note(kind, (group, key), value, expires_at);
        if self.is_due() { self.flush(write) } else { Ok(()) }
    }

    /// [`Recorder::record`] where it cannot be written down just now.
    pub(crate) fn note(
        &mut self,
        kind: EventKind,
        (group, key): (&str, &str),
        value: Option<&[u8]>,
        expires_at: Option<i64>,
    ) {
        let value = value.filter(|value| value.len() <= self.config.value_bytes);
        record::append(&mut self.body, &Record { kind, group, key, value, expires_at });
        self.events += 1;
    }

    /// Whether there is enough in memory to be written down.
    pub(crate) fn is_due(&self) -> bool {
        self.body.len() >= FEED_PART_BYTES
    }

    /// Write down what is in memory.
    pub(crate) fn flush(&mut self, write: &mut dyn Write) -> Result<()> {
        if self.events == 0 {
            return Ok(());
        }
        if self.parts == FEED_PARTS {
            let detail = "the transaction has more events than the feed can number".into();
            return Err(Error::Storage { operation: "record events", detail });
        }
        let part = FeedPart { number: self.parts, at_ms: self.at_ms, events: self.events, body: &self.body };
        self.totals = Some(write.append_feed(&part)?);
        self.parts += 1;
        self.events = 0;
        self.body.clear();
        Ok(())
    }

    /// The events from here on are of another commit; those before have been [flushed](Recorder::flush).
    pub(crate) fn begin_next(&mut self, at_ms: i64) {
        self.at_ms = at_ms;
        self.before = self.totals();
        self.parts = 0;
    }

    /// Where an undo goes back to; what was recorded before has been [flushed](Recorder::flush).
    pub(crate) fn mark(&self) -> u32 {
        self.parts
    }

    /// Forget what was recorded since; what was written down of it is undone below.
    pub(crate) fn undo_to(&mut self, mark: u32) {
        self.parts = mark;
        self.events = 0;
        self.body.clear();
    }

    /// What the feed has held so far, with the events of this transaction; `None` when it has none.
    pub(crate) fn totals(&self) -> Option<FeedTotals> {
        self.totals.filter(|_| self.parts > 0).or(self.before)
    }
}
