use std::collections::{BTreeSet, HashMap};

use super::{Entries, Known, KnownRow, Name};
use crate::{
    backend::Row,
    limits::{CACHE_COMMIT_ENTRIES, CACHE_COMMIT_NEWS_BYTES},
};

/// What a write transaction changed, as far as the cache has to know of it.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// The new row where it is kept; `None` where the entry is to be forgotten.
    entries: HashMap<Name, Option<Known>>,
    news_bytes: usize,
    /// Further entries to be forgotten: their names one behind the other, and where each ends.
    forgotten: (Vec<u8>, Vec<usize>),
    /// Groups that went as a whole.
    groups: BTreeSet<Box<[u8]>>,
    /// There is too much to tell: all is to be forgotten.
    all: bool,
}

impl Changes {
    pub(crate) fn put(&mut self, row: &Row<'_>) {
        self.news_bytes = self.news_bytes.saturating_add(row.value.len());
        // What is written in bulk is not what is read next; and to hold it here would take as much memory again.
        let is_kept = self.entries.len() < CACHE_COMMIT_ENTRIES && self.news_bytes <= CACHE_COMMIT_NEWS_BYTES;
        let known = is_kept.then(|| {
            let Row { version, expires_at, counter, .. } = *row;
            Known::Row(KnownRow { value: row.value.into(), version, expires_at, counter })
        });
        self.note(row.group, row.key, known);
    }

    pub(crate) fn remove(&mut self, group: &str, key: &str) {
        let is_kept = self.entries.len() < CACHE_COMMIT_ENTRIES;
        self.note(group, key, is_kept.then_some(Known::Absent));
    }

    /// Something about an entry changed.
    pub(crate) fn forget(&mut self, group: &str, key: &str) {
        self.note(group, key, None);
    }

    /// All entries of a group went.
    pub(crate) fn remove_group(&mut self, group: &str) {
        if self.all {
            return;
        }
        self.entries.retain(|name, _| name.group() != group.as_bytes());
        self.groups.insert(group.as_bytes().into());
        self.keep_bounded();
    }

    /// A part of the transaction was undone: what was noted may not have happened.
    pub(crate) fn doubt(&mut self) {
        for known in self.entries.values_mut() {
            *known = None;
        }
    }

    fn note(&mut self, group: &str, key: &str, known: Option<Known>) {
        if self.all {
            return;
        }
        Name::with(None, group, key, |name| {
            if let Some(noted) = self.entries.get_mut(name) {
                *noted = known;
            } else if self.entries.len() < CACHE_COMMIT_ENTRIES {
                self.entries.insert(name.into(), known);
            } else {
                self.forgotten.0.extend_from_slice(name);
                self.forgotten.1.push(self.forgotten.0.len());
            }
        });
        self.keep_bounded();
    }

    fn keep_bounded(&mut self) {
        if self.forgotten.1.len() + self.groups.len() > 64 * CACHE_COMMIT_ENTRIES {
            *self = Changes { all: true, ..Changes::default() };
        }
    }

    pub(super) fn drop_from(&self, entries: &Entries) {
        if self.all {
            return entries.clear();
        }
        for name in self.entries.iter().filter(|(_, known)| known.is_none()).map(|(name, _)| name) {
            entries.remove(&**name);
        }
        let (names, ends) = &self.forgotten;
        let mut from = 0;
        for end in ends.iter().filter(|_| !entries.is_empty()) {
            names.get(from..*end).map(|name| entries.remove(name));
            from = *end;
        }
        if !self.groups.is_empty() {
            entries.retain(|name, _| !self.groups.contains(name.group()));
        }
    }

    pub(super) fn into_news(self) -> impl Iterator<Item = (Name, Known)> {
        self.entries.into_iter().filter_map(|(name, known)| Some((name, known?)))
    }
}
