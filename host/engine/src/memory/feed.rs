use std::{collections::BTreeMap, sync::Arc};

use crate::{
    FeedStatus, Version,
    backend::{FeedBounds, FeedPart, FeedTotals, Names, Parked, Position, StoredPart, Visit},
};

/// The change feed, and those who follow it by name.
#[derive(Clone, Default)]
pub(super) struct Feed {
    parts: BTreeMap<(Version, u32), Part>,
    so_far: FeedTotals,
    floor: Version,
    consumers: BTreeMap<String, Position>,
    parked: BTreeMap<i64, Parked>,
    parked_so_far: i64,
}

#[derive(Clone)]
struct Part {
    at_ms: i64,
    events: u64,
    body: Arc<[u8]>,
}

impl Feed {
    pub(super) fn append(&mut self, version: Version, part: &FeedPart<'_>) -> FeedTotals {
        self.so_far.events += part.events;
        self.so_far.bytes += part.body.len() as u64;
        let kept = Part { at_ms: part.at_ms, events: part.events, body: part.body.into() };
        self.parts.insert((version, part.number), kept);
        self.so_far
    }

    pub(super) fn read(&self, from: Version, visit: &mut dyn FnMut(StoredPart<'_>) -> bool) {
        for ((version, _), part) in self.parts.range((from, 0)..) {
            if !visit(StoredPart { version: *version, at_ms: part.at_ms, body: &part.body }) {
                break;
            }
        }
    }

    /// Events of commits from `from` on.
    pub(super) fn events_from(&self, from: Version) -> u64 {
        self.parts.range((from, 0)..).map(|(_, part)| part.events).sum()
    }

    pub(super) fn parked_events(&self, consumer: &str) -> u64 {
        self.parked.values().filter(|parked| parked.consumer == consumer).count() as u64
    }

    pub(super) fn floor(&self) -> Version {
        self.floor
    }

    pub(super) fn status(&self) -> FeedStatus {
        let kept = self.kept();
        FeedStatus {
            events: kept.events,
            bytes: kept.bytes,
            first: self.parts.first_key_value().map(|((version, _), _)| *version),
            first_at_ms: self.parts.first_key_value().map(|(_, part)| part.at_ms),
            last: self.parts.last_key_value().map(|((version, _), _)| *version),
            floor: self.floor,
        }
    }

    fn kept(&self) -> FeedTotals {
        FeedTotals {
            events: self.parts.values().map(|part| part.events).sum(),
            bytes: self.parts.values().map(|part| part.body.len() as u64).sum(),
        }
    }

    /// Answers whether there is more to trim.
    pub(super) fn trim(&mut self, bounds: &FeedBounds, most_parts: usize) -> bool {
        let mut kept = self.kept();
        let mut seen = 0;
        while let Some(((version, _), part)) = self.parts.first_key_value() {
            let too_many = kept.events > bounds.most.events || kept.bytes > bounds.most.bytes;
            if !too_many && part.at_ms >= bounds.since_ms {
                return false;
            }
            if seen >= most_parts {
                return true;
            }
            let version = *version;
            seen += self.parts.range((version, 0)..(version + 1, 0)).count();
            self.parts = self.parts.split_off(&(version + 1, 0));
            self.floor = version;
            kept = self.kept();
        }
        false
    }

    pub(super) fn consumers(&self, names: &Names, visit: Visit<'_, Position>) {
        for (name, position) in self.consumers.iter().filter(|(name, _)| names.contains(name)) {
            if !visit(name, *position) {
                break;
            }
        }
    }

    pub(super) fn set_consumer(&mut self, name: &str, position: Option<Position>) {
        match position {
            Some(position) => drop(self.consumers.insert(name.into(), position)),
            None => {
                self.consumers.remove(name);
                self.parked.retain(|_, parked| parked.consumer != name);
            }
        }
    }

    pub(super) fn parked(&self, consumer: Option<&str>, after: i64, visit: &mut dyn FnMut(Parked) -> bool) {
        let behind = self.parked.range(after.saturating_add(1)..).map(|(_, parked)| parked);
        for parked in behind.filter(|parked| consumer.is_none_or(|consumer| parked.consumer == consumer)) {
            if !visit(parked.clone()) {
                break;
            }
        }
    }

    pub(super) fn park(&mut self, parked: &Parked) {
        self.parked_so_far += 1;
        let id = self.parked_so_far;
        self.parked.insert(id, Parked { id, ..parked.clone() });
    }

    pub(super) fn unpark(&mut self, id: i64) -> bool {
        self.parked.remove(&id).is_some()
    }
}
