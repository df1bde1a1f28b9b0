//! Reading the feed from a position on.

use super::{
    event::{Event, EventKind, FeedItem, Watch},
    record::{Record, Records},
};
use crate::{
    Result, ScopeName, Version,
    backend::{Names, Position, Read, StoredPart},
    limits::{WATCH_ANSWER_BYTES, WATCH_ANSWER_EVENTS},
    scope,
    store::context::Context,
};

/// Which events somebody wants, and how far they have come.
#[derive(Clone, Debug)]
pub(super) struct Cursor {
    scope: Option<ScopeName>,
    groups: Names,
    pub(super) position: Position,
}

/// Events gathered for one answer.
struct Answer<'a> {
    cursor: &'a Cursor,
    most: usize,
    items: Vec<FeedItem>,
    bytes: usize,
    /// The last event that was found, until it is known whether another one of its commit follows.
    held: Option<Event>,
    /// The commit that is being read, and how many of its events were seen.
    version: Version,
    seen: u64,
    position: Position,
}

impl Cursor {
    pub(super) fn new(context: &Context, watch: &Watch, after: Version) -> Result<Cursor> {
        let groups = match watch {
            Watch::All => context.groups("")?,
            Watch::Group(group) => Names::one(&context.group(group)?),
            Watch::Prefix(prefix) => context.groups(prefix)?,
        };
        Ok(Cursor { scope: context.scope.clone(), groups, position: Position::after(after) })
    }

    /// The next items, at most `most`, and where they end. Fewer when they are large.
    pub(super) fn read(&self, read: &dyn Read, most: usize) -> Result<(Vec<FeedItem>, Position)> {
        let most = most.clamp(1, WATCH_ANSWER_EVENTS);
        let mut answer = Answer {
            cursor: self,
            most,
            items: Vec::new(),
            bytes: 0,
            held: None,
            version: self.position.version,
            seen: 0,
            position: self.position,
        };
        let floor = read.feed_floor()?;
        if self.position < Position::after(floor) {
            let from = if self.position.taken == u64::MAX { self.position.version + 1 } else { self.position.version };
            answer.items.push(FeedItem::Gap { from, to: floor });
            answer.position = Position::after(floor);
        }
        read.feed(answer.position.version, &mut |part| answer.add(&part))?;
        answer.end_commit();
        Ok((answer.items, answer.position))
    }

    /// An event as the scope knows it.
    pub(super) fn event(&self, record: &Record<'_>, version: Version, index: u64, at_ms: i64) -> Event {
        Event {
            kind: record.kind,
            group: scope::local(self.scope.as_ref(), record.group).into(),
            key: record.key.into(),
            value: record.value.map(<[u8]>::to_vec),
            expires_at_ms: record.expires_at,
            version,
            index,
            is_last: true,
            at_ms,
        }
    }
}

impl Answer<'_> {
    fn is_full(&self) -> bool {
        self.items.len() >= self.most || self.bytes >= WATCH_ANSWER_BYTES
    }

    /// Answers whether to go on.
    fn add(&mut self, part: &StoredPart<'_>) -> bool {
        if part.version != self.version {
            self.end_commit();
            if self.is_full() {
                return false;
            }
            (self.version, self.seen) = (part.version, 0);
        }
        if part.body.is_empty() && self.position < Position::after(part.version) {
            self.items.push(FeedItem::Gap { from: part.version, to: part.version });
        }
        for record in Records::of(part.body) {
            let index = self.seen;
            self.seen += 1;
            let is_done = self.position > Position { version: part.version, taken: index };
            if is_done || !self.cursor.groups.contains(record.group) {
                continue;
            }
            if let Some(mut event) = self.held.take() {
                event.is_last = false;
                let position = Position { version: event.version, taken: event.index + 1 };
                self.push(event);
                if self.is_full() {
                    self.position = position;
                    self.version = 0;
                    return false;
                }
            }
            self.held = Some(self.cursor.event(&record, part.version, index, part.at_ms));
        }
        true
    }

    /// All parts of the commit were seen.
    fn end_commit(&mut self) {
        if let Some(event) = self.held.take() {
            self.push(event);
        }
        self.position = self.position.max(Position::after(self.version));
    }

    fn push(&mut self, event: Event) {
        self.bytes += event.group.len() + event.key.len() + event.value.as_ref().map_or(0, Vec::len);
        self.items.push(FeedItem::Event(event));
    }
}

impl FeedItem {
    /// What of the feed is done with when this is.
    pub(super) fn end(&self) -> Position {
        match self {
            FeedItem::Gap { to, .. } => Position::after(*to),
            FeedItem::Event(event) if event.is_last => Position::after(event.version),
            FeedItem::Event(event) => Position { version: event.version, taken: event.index + 1 },
        }
    }
}

/// What a consumer could not take, as it lies aside.
pub(super) fn record_of<'a>(event: &'a Event, stored_group: &'a str) -> Record<'a> {
    Record {
        kind: event.kind,
        group: stored_group,
        key: if event.kind == EventKind::DeleteGroup { "" } else { &event.key },
        value: event.value.as_deref(),
        expires_at: event.expires_at_ms,
    }
}
