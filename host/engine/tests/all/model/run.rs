//! The steps, done on both implementations and the model at once.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use larder_engine::{
    Change, Config, Entry, Error, Larder, ManualClock, Outcome, Query, Quota, Result, Store, Tenant, Transaction,
    Version,
};

use super::{
    naive::{Answer, Answered, Asking, Row, Rows, prefix, quota},
    step::{Expected, SCOPES, Step, Who, Write},
};
use crate::support::*;

const DEADLINE_MS: u64 = 1_000;

const TENANT_QUOTA: Quota = Quota { keys: Some(14), groups: Some(9), bytes: Some(330) };

pub(super) fn run(steps: &[Step]) {
    let clock = Arc::new(ManualClock::new(START_MS));
    let place = tempfile::tempdir().unwrap();
    let config = config(&clock)
        .tenant_quota(TENANT_QUOTA)
        .transaction_deadline(Duration::from_millis(DEADLINE_MS))
        .purge_interval(Duration::MAX);
    let open: Open = Box::new({
        let config = config.clone();
        move || Larder::open(place.path(), config.clone()).unwrap()
    });
    let mut tried = [Tried::new(Larder::in_memory(config.clone()), None), Tried::new(open(), Some(open))];
    let mut model = Model { committed: Rows::default(), transaction: None, clock, stamp: 0 };
    for step in steps {
        model.step(step, &mut tried);
    }
    model.step(&Step::Rollback, &mut tried);
    model.step(&Step::Look, &mut tried);
    model.step(&Step::Reopen, &mut tried);
    model.step(&Step::Look, &mut tried);
}

type Open = Box<dyn Fn() -> Larder>;

struct Model {
    committed: Rows,
    /// Whose it is, its rows, and when it expires.
    transaction: Option<(Who, Rows, i64)>,
    clock: Arc<ManualClock>,
    stamp: u64,
}

/// One implementation.
struct Tried {
    larder: Larder,
    open: Option<Open>,
    transaction: Option<Transaction>,
    /// The stamp and version that a committed entry had when it was looked at last.
    versions: BTreeMap<(String, String), (u64, Version)>,
    last_commit: Version,
}

impl Model {
    fn now(&self) -> i64 {
        larder_engine::Clock::now_ms(&*self.clock)
    }

    fn step(&mut self, step: &Step, tried: &mut [Tried; 2]) {
        let now = self.now();
        match step {
            Step::Write(who, write) => self.write(*who, write, tried),
            Step::Look => {
                for tried in &mut *tried {
                    tried.look(&self.committed, now);
                    if let (Some(transaction), Some((who, rows, _))) = (&tried.transaction, &self.transaction) {
                        look_at(&transaction.store(), *who, rows, now);
                    }
                }
            }
            Step::Advance(ms) => {
                self.clock.advance(Duration::from_millis(*ms));
                if self.transaction.as_ref().is_some_and(|(_, _, deadline)| self.now() >= *deadline) {
                    self.transaction = None;
                    for tried in tried {
                        let late = tried.transaction.take().unwrap();
                        assert_refused!(late.store().get("g", "k"), Error::TransactionExpired);
                        assert_refused!(late.commit(), Error::TransactionExpired);
                    }
                }
            }
            Step::Begin(who) => {
                if self.transaction.is_none() {
                    self.transaction = Some((*who, self.committed.clone(), now + DEADLINE_MS as i64));
                    for tried in tried {
                        tried.transaction = Some(tried.store(*who).begin().unwrap());
                    }
                }
            }
            Step::Commit => {
                if let Some((_, rows, _)) = self.transaction.take() {
                    let changed = rows != self.committed;
                    self.committed = rows;
                    for tried in tried {
                        let version = tried.transaction.take().unwrap().commit().unwrap();
                        tried.committed(changed, version);
                    }
                }
            }
            Step::Rollback => {
                if self.transaction.take().is_some() {
                    for tried in tried {
                        tried.transaction.take().unwrap().rollback().unwrap();
                    }
                }
            }
            Step::Reopen => {
                self.transaction = None;
                for tried in tried {
                    tried.reopen();
                }
            }
        }
    }

    fn write(&mut self, who: Who, write: &Write, tried: &mut [Tried; 2]) {
        self.stamp += 1;
        // Beside an open transaction nobody else can write.
        let who = self.transaction.as_ref().map_or(who, |(who, ..)| *who);
        let asking = Asking { who, now: self.now(), stamp: self.stamp, tenant_quota: TENANT_QUOTA };
        let rows = self.transaction.as_mut().map_or(&mut self.committed, |(_, rows, _)| rows);
        let before = rows.clone();
        let expected = rows.write(asking, write);
        let changed = *rows != before;
        let answers = tried.each_mut().map(|tried| tried.write(who, write, changed));
        assert_eq!(answers[0], answers[1], "in memory and on SQLite: {write:?}");
        match (&answers[0], &expected) {
            (Ok(Answer::Purged(rows)), Ok(Answer::Purged(most))) => assert!(rows <= most, "{rows} of {most} purged"),
            (answer, expected) => assert_eq!(answer, expected, "the model says otherwise: {write:?}"),
        }
        for tried in tried {
            let store = tried.transaction.as_ref().map_or_else(|| tried.store(who), Transaction::store);
            assert_used(&store, who, rows, asking.now);
        }
    }
}

impl Tried {
    fn new(larder: Larder, open: Option<Open>) -> Tried {
        Tried { larder, open, transaction: None, versions: BTreeMap::new(), last_commit: 0 }
    }

    fn tenant(&self) -> Tenant {
        acme(&self.larder)
    }

    fn store(&self, who: Who) -> Store {
        match SCOPES[who] {
            None => self.tenant().store(),
            Some(name) => self.tenant().scope(scope(name), quota(who)),
        }
    }

    fn write(&mut self, who: Who, write: &Write, changed: bool) -> Answered {
        let store = self.transaction.as_ref().map_or_else(|| self.store(who), Transaction::store);
        let mut version = None;
        let answer = done(&store, write, &mut version);
        if self.transaction.is_none()
            && let Some(version) = version
        {
            self.committed(changed, version);
        }
        answer.map_err(|error| error.to_string())
    }

    /// Versions grow with each commit that changed something.
    fn committed(&mut self, changed: bool, version: Version) {
        if !changed {
            return;
        }
        assert!(version > self.last_commit, "{version} after {}", self.last_commit);
        self.last_commit = version;
    }

    fn reopen(&mut self) {
        self.transaction = None;
        if let Some(open) = &self.open {
            self.larder = Larder::in_memory(Config::new());
            self.larder = open();
        }
        assert_sound(&self.tenant());
    }

    /// What was committed, by every way to read it.
    fn look(&mut self, rows: &Rows, now: i64) {
        for who in 0..SCOPES.len() {
            look_at(&self.store(who), who, rows, now);
        }
        let root = self.tenant().store();
        for ((group, key), row) in rows.live("", now) {
            let version = version(&root, group, key);
            let name = (group.clone(), key.clone());
            match self.versions.get(&name) {
                Some((stamp, before)) if *stamp == row.stamp => assert_eq!(version, *before, "{name:?}"),
                Some((_, before)) => assert!(version > *before, "{name:?}: {version} after {before}"),
                None => {}
            }
            self.versions.insert(name, (row.stamp, version));
        }
    }
}

fn done(store: &Store, write: &Write, version: &mut Option<Version>) -> Result<Answer> {
    let mut done = |committed: Version| {
        *version = Some(committed);
        Answer::Done
    };
    Ok(match write {
        Write::Set { group, key, value, ttl_ms: None } => done(store.set(group, key, value)?),
        Write::Set { group, key, value, ttl_ms: Some(ttl_ms) } => done(store.set_with_ttl(group, key, value, *ttl_ms)?),
        Write::Touch { group, key, ttl_ms } => Answer::Was(store.touch(group, key, *ttl_ms)?),
        Write::Delete { group, key } => Answer::Was(store.delete(group, key)?),
        Write::DeleteGroup { group } => Answer::Count(store.delete_group(group)?),
        Write::DeletePrefix { prefix } => Answer::Count(store.delete_prefix(prefix)?),
        Write::Increment { group, key, delta } => Answer::Sum(store.increment(group, key, *delta)?),
        Write::Swap { group, key, expected, value } => {
            let expected = expected_version(store, group, key, *expected)?;
            outcome(store.compare_and_swap(group, key, expected, value)?)
        }
        Write::SwapDelete { group, key, expected } => {
            let expected = expected_version(store, group, key, *expected)?.unwrap_or(0);
            outcome(store.compare_and_delete(group, key, expected)?)
        }
        Write::SetMany { group, pairs } => done(store.set_many(group, pairs)?),
        Write::DeleteMany { group, keys } => Answer::Count(store.delete_many(group, keys)?),
        Write::Apply(changes) => done(store.apply(&changes.iter().map(change).collect::<Vec<_>>())?),
        Write::Purge => Answer::Purged(store.purge_expired()?),
    })
}

fn expected_version(store: &Store, group: &str, key: &str, expected: Expected) -> Result<Option<Version>> {
    let now = store.entry(group, key)?.map(|entry| entry.version);
    Ok(match expected {
        Expected::Absent => None,
        Expected::Current => Some(now.unwrap_or(1)),
        Expected::Other => Some(now.unwrap_or(1) - 1),
    })
}

fn outcome(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Done(_) => Answer::Done,
        Outcome::Stale(now) => Answer::Stale(now.map(|entry| entry.value.unwrap())),
    }
}

fn change(write: &Write) -> Change {
    match write.clone() {
        Write::Set { group, key, value, ttl_ms } => Change::Set { group, key, value, ttl_ms },
        Write::Delete { group, key } => Change::Delete { group, key },
        Write::DeleteGroup { group } => Change::DeleteGroup { group },
        other => panic!("{other:?} is no change"),
    }
}

fn assert_used(store: &Store, who: Who, rows: &Rows, now: i64) {
    let usage = store.usage().unwrap();
    assert_eq!(
        (usage.keys.used, usage.groups.used, usage.bytes.used),
        rows.used(&prefix(who), now),
        "{:?}",
        SCOPES[who]
    );
}

/// Every way to read what a store holds.
fn look_at(store: &Store, who: Who, rows: &Rows, now: i64) {
    assert_used(store, who, rows, now);
    let mut by_group: BTreeMap<&str, Vec<(&str, &Row)>> = BTreeMap::new();
    for ((group, key), row) in rows.live(&prefix(who), now) {
        by_group.entry(&group[prefix(who).len()..]).or_default().push((key, row));
    }
    let mut names = Vec::new();
    let mut cursor = None;
    loop {
        let page = store.groups("", cursor.as_deref(), 2).unwrap();
        names.extend(page.groups);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert!(names.iter().eq(by_group.keys()), "{names:?}, expected {:?}", by_group.keys());
    assert_eq!(store.count_all("").unwrap(), rows.live(&prefix(who), now).count() as u64);
    for (group, expected) in &by_group {
        assert_eq!(store.count(group).unwrap(), expected.len() as u64);
        assert_same(&scanned(store, group, false), expected.iter(), now);
        assert_same(&scanned(store, group, true), expected.iter().rev(), now);
        assert_same(&store.page(group, 1, 3).unwrap().entries, expected.iter().skip(1).take(3), now);
    }
}

fn scanned(store: &Store, group: &str, reverse: bool) -> Vec<Entry> {
    let mut query = Query { group: group.into(), values: true, limit: 2, reverse, ..Query::default() };
    let mut entries = Vec::new();
    loop {
        let page = store.scan(&query).unwrap();
        entries.extend(page.entries);
        query.cursor = page.next;
        if query.cursor.is_none() {
            return entries;
        }
    }
}

fn assert_same<'a>(entries: &[Entry], expected: impl Iterator<Item = &'a (&'a str, &'a Row)>, now: i64) {
    let expected: Vec<_> = expected
        .map(|(key, row)| (*key, Some(row.value.as_slice()), row.expires_at.map(|at| (at - now) as u64)))
        .collect();
    let entries: Vec<_> =
        entries.iter().map(|entry| (entry.key.as_str(), entry.value.as_deref(), entry.ttl_ms)).collect();
    assert_eq!(entries, expected);
}
