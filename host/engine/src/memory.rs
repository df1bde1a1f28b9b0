//! The seam in memory: the model that SQLite is tested against, and a store for tests of other programs.

mod feed;

use std::{
    borrow::Cow,
    collections::BTreeMap,
    ops::Bound,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    FeedStatus, Result, Version,
    backend::{
        Backend, ExpiredRow, FeedBounds, FeedPart, FeedTotals, GroupTotals, Names, Parked, Position, Read, Replaced,
        Row, RowRef, Scan, Snapshot, Stored, StoredPart, Totals, Visit, VisitRow, Write,
    },
    scope,
    store::{accounts::WHOLE, update::row_bytes},
    telemetry::Waiting,
};

use feed::Feed;

#[derive(Default)]
pub(crate) struct MemoryBackend {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    committed: Mutex<Arc<Data>>,
    sequence: AtomicU64,
}

/// Everything of a tenant. Copied by whoever writes, so that snapshots stay as they are.
#[derive(Clone, Default)]
struct Data {
    rows: BTreeMap<(String, String), Stored>,
    groups: BTreeMap<String, GroupTotals>,
    scopes: BTreeMap<String, Totals>,
    sequence: Version,
    feed: Feed,
}

struct MemorySnapshot(Arc<Data>);

struct MemoryWrite {
    shared: Arc<Shared>,
    data: Data,
    parts: Vec<Data>,
    version: Version,
}

impl Backend for MemoryBackend {
    fn read(&self) -> Result<Box<dyn Snapshot>> {
        Ok(Box::new(MemorySnapshot(self.shared.committed().clone())))
    }

    fn write(&self) -> Result<Box<dyn Write>> {
        let mut data = Data::clone(&self.shared.committed());
        let version = self.shared.sequence.fetch_add(1, Ordering::AcqRel) + 1;
        data.sequence = version;
        Ok(Box::new(MemoryWrite { shared: self.shared.clone(), data, parts: Vec::new(), version }))
    }
}

impl Shared {
    fn committed(&self) -> MutexGuard<'_, Arc<Data>> {
        self.committed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Snapshot for MemorySnapshot {
    fn as_read(&self) -> &dyn Read {
        self.0.as_ref()
    }

    fn has_foreign_rows(&self) -> Result<bool> {
        Ok(false)
    }
}

impl Data {
    fn expired_rows(&self, groups: &Names, now: i64) -> impl Iterator<Item = (&(String, String), &Stored)> {
        self.rows.iter().filter(move |((group, _), stored)| groups.contains(group) && !stored.is_live(now))
    }
}

impl Read for Data {
    fn get(&self, group: &str, key: &str, value: bool) -> Result<Option<Stored>> {
        let stored = self.rows.get(&(group.to_owned(), key.to_owned()));
        Ok(stored.map(|stored| without_value(stored, value)))
    }

    fn scan(&self, scan: &Scan<'_>, visit: VisitRow<'_>) -> Result<()> {
        if scan.keys.is_empty() {
            return Ok(());
        }
        let name = |key: &str| (scan.group.to_owned(), key.to_owned());
        let end = match &scan.keys.to {
            Some(to) => Bound::Excluded(name(to)),
            None => Bound::Excluded((crate::backend::after(scan.group), String::new())),
        };
        let rows = self.rows.range((Bound::Included(name(&scan.keys.from)), end));
        let rows: Box<dyn Iterator<Item = _>> = if scan.reverse { Box::new(rows.rev()) } else { Box::new(rows) };
        let live = rows.filter(|(_, stored)| stored.is_live(scan.now));
        for ((_, key), stored) in live.skip(usize::try_from(scan.skip).unwrap_or(usize::MAX)) {
            let value = stored.value.as_deref().filter(|_| scan.values).map(Cow::Borrowed);
            let Stored { version, expires_at, counter, .. } = *stored;
            if !visit(RowRef { key, value, version, expires_at, counter }) {
                break;
            }
        }
        Ok(())
    }

    fn groups(&self, names: &Names, now: i64, visit: Visit<'_, ()>) -> Result<()> {
        let mut last: Option<&str> = None;
        for ((group, _), stored) in &self.rows {
            if names.contains(group) && stored.is_live(now) && last != Some(group) {
                last = Some(group);
                if !visit(group, ()) {
                    break;
                }
            }
        }
        Ok(())
    }

    fn group_totals(&self, names: &Names, visit: Visit<'_, GroupTotals>) -> Result<()> {
        for (group, totals) in self.groups.iter().filter(|(group, _)| names.contains(group)) {
            if !visit(group, *totals) {
                break;
            }
        }
        Ok(())
    }

    fn totals(&self, scope: &str) -> Result<Totals> {
        Ok(self.scopes.get(scope).copied().unwrap_or_default())
    }

    fn keys_in(&self, groups: &Names) -> Result<u64> {
        Ok(self.groups.iter().filter(|(group, _)| groups.contains(group)).map(|(_, totals)| totals.keys).sum())
    }

    fn expired_in(&self, groups: &Names, now: i64) -> Result<Totals> {
        let mut totals = Totals::default();
        let mut by_group: BTreeMap<&str, u64> = BTreeMap::new();
        for ((group, key), stored) in self.expired_rows(groups, now) {
            totals.keys += 1;
            totals.bytes += row_bytes(group, key, stored.size);
            *by_group.entry(group).or_default() += 1;
        }
        let all_gone =
            |(group, expired): &(&&str, &u64)| self.groups.get(**group).is_some_and(|totals| totals.keys == **expired);
        totals.groups = by_group.iter().filter(all_gone).count() as u64;
        Ok(totals)
    }

    fn next_expiry(&self) -> Result<Option<i64>> {
        Ok(self.rows.values().filter_map(|stored| stored.expires_at).min())
    }

    fn sequence(&self) -> Result<Version> {
        Ok(self.sequence)
    }

    fn feed(&self, from: Version, visit: &mut dyn FnMut(StoredPart<'_>) -> bool) -> Result<()> {
        self.feed.read(from, visit);
        Ok(())
    }

    fn feed_floor(&self) -> Result<Version> {
        Ok(self.feed.floor())
    }

    fn feed_status(&self) -> Result<FeedStatus> {
        Ok(self.feed.status())
    }

    fn consumers(&self, names: &Names, visit: Visit<'_, Position>) -> Result<()> {
        self.feed.consumers(names, visit);
        Ok(())
    }

    fn parked(&self, consumer: Option<&str>, after: i64, visit: &mut dyn FnMut(Parked) -> bool) -> Result<()> {
        self.feed.parked(consumer, after, visit);
        Ok(())
    }

    fn feed_events(&self, from: Version) -> Result<u64> {
        Ok(self.feed.events_from(from))
    }

    fn parked_events(&self, consumer: &str) -> Result<u64> {
        Ok(self.feed.parked_events(consumer))
    }

    fn waiting(&self, now: i64) -> Result<Waiting> {
        let expired = self.expired_in(&Names::with_prefix(""), now)?.keys;
        Ok(Waiting { expired, ..Waiting::default() })
    }

    fn check(&self) -> Result<(u64, Vec<String>)> {
        let mut groups: BTreeMap<String, GroupTotals> = BTreeMap::new();
        for ((group, key), stored) in &self.rows {
            let totals = groups.entry(group.clone()).or_default();
            totals.keys += 1;
            totals.bytes += row_bytes(group, key, stored.size);
        }
        let mut scopes: BTreeMap<String, Totals> = BTreeMap::new();
        for (group, counted) in &groups {
            for scope in [Some(WHOLE), scope::scope_of(group)].into_iter().flatten() {
                let totals = scopes.entry(scope.into()).or_default();
                totals.keys += counted.keys;
                totals.groups += 1;
                totals.bytes += counted.bytes;
            }
        }
        let mut problems = Vec::new();
        if groups != self.groups {
            problems.push(format!("the counters of groups say {:?}, the rows {groups:?}", self.groups));
        }
        if scopes != self.scopes {
            problems.push(format!("the counters of scopes say {:?}, the rows {scopes:?}", self.scopes));
        }
        Ok((self.rows.len() as u64, problems))
    }
}

impl Write for MemoryWrite {
    fn version(&self) -> Version {
        self.version
    }

    fn put(&mut self, row: &Row<'_>) -> Result<Option<Replaced>> {
        let stored = Stored {
            value: Some(row.value.to_vec()),
            size: row.value.len() as u64,
            version: row.version,
            expires_at: row.expires_at,
            counter: row.counter,
        };
        let old = self.data.rows.insert((row.group.into(), row.key.into()), stored);
        Ok(old.map(|old| Replaced { size: old.size, expires_at: old.expires_at }))
    }

    fn retime(&mut self, group: &str, key: &str, expires_at: Option<i64>, version: Version) -> Result<()> {
        if let Some(stored) = self.data.rows.get_mut(&(group.to_owned(), key.to_owned())) {
            (stored.expires_at, stored.version) = (expires_at, version);
        }
        Ok(())
    }

    fn remove(&mut self, group: &str, key: &str) -> Result<()> {
        self.data.rows.remove(&(group.to_owned(), key.to_owned()));
        Ok(())
    }

    fn remove_group(&mut self, group: &str, now: i64) -> Result<u64> {
        let mut live = 0;
        self.data.rows.retain(|(of, _), stored| {
            live += u64::from(of == group && stored.is_live(now));
            of != group
        });
        Ok(live)
    }

    fn expired(&self, groups: &Names, now: i64, most: usize) -> Result<Vec<ExpiredRow>> {
        let row = |((group, key), stored): (&(String, String), &Stored)| ExpiredRow {
            group: group.clone(),
            key: key.clone(),
            bytes: row_bytes(group, key, stored.size),
        };
        Ok(self.data.expired_rows(groups, now).take(most).map(row).collect())
    }

    fn set_group_totals(&mut self, group: &str, totals: GroupTotals) -> Result<()> {
        if totals == GroupTotals::default() {
            self.data.groups.remove(group);
        } else {
            self.data.groups.insert(group.into(), totals);
        }
        Ok(())
    }

    fn set_totals(&mut self, scope: &str, totals: Totals) -> Result<()> {
        if totals == Totals::default() {
            self.data.scopes.remove(scope);
        } else {
            self.data.scopes.insert(scope.into(), totals);
        }
        Ok(())
    }

    fn append_feed(&mut self, part: &FeedPart<'_>) -> Result<FeedTotals> {
        Ok(self.data.feed.append(self.version, part))
    }

    fn trim_feed(&mut self, bounds: &FeedBounds, most_parts: usize) -> Result<bool> {
        Ok(self.data.feed.trim(bounds, most_parts))
    }

    fn set_consumer(&mut self, name: &str, position: Option<Position>) -> Result<()> {
        self.data.feed.set_consumer(name, position);
        Ok(())
    }

    fn park(&mut self, parked: &Parked) -> Result<()> {
        self.data.feed.park(parked);
        Ok(())
    }

    fn unpark(&mut self, id: i64) -> Result<bool> {
        Ok(self.data.feed.unpark(id))
    }

    fn next_version(&mut self) -> Version {
        self.version = self.shared.sequence.fetch_add(1, Ordering::AcqRel) + 1;
        self.data.sequence = self.version;
        self.version
    }

    fn is_clean(&self) -> bool {
        false
    }

    fn restart(&mut self) -> Result<()> {
        self.data = Data::clone(&self.shared.committed());
        self.data.sequence = self.version;
        Ok(())
    }

    fn begin_part(&mut self) -> Result<()> {
        self.parts.push(self.data.clone());
        Ok(())
    }

    fn end_part(&mut self, keep: bool) -> Result<()> {
        if let Some(before) = self.parts.pop().filter(|_| !keep) {
            self.data = before;
        }
        Ok(())
    }

    fn commit(self: Box<Self>) -> Result<Option<u64>> {
        *self.shared.committed() = Arc::new(self.data);
        Ok(None)
    }

    fn as_read(&self) -> &dyn Read {
        &self.data
    }
}

fn without_value(stored: &Stored, value: bool) -> Stored {
    let mut stored = stored.clone();
    if !value {
        stored.value = None;
    }
    stored
}
