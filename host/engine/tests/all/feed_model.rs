//! The feed against a log of all that happened: whatever watchers do, each sees every event once and in order, or a gap that
//! covers just what it missed.

use std::sync::Arc;

use larder_engine::{
    Config, EventKind, FeedConfig, FeedItem, Larder, ManualClock, Quota, Store, Version, Watch, Watcher,
};
use proptest::prelude::*;

use crate::support::*;

/// Few names, so that steps meet.
const GROUPS: [&str; 3] = ["a", "ab", "b"];
const WATCHES: usize = 5;

#[derive(Clone, Debug)]
enum Step {
    /// One transaction: whether it is kept, and its writes.
    Commit(bool, Vec<Write>),
    /// A watcher takes so many items.
    Take(usize, usize),
    /// A watcher goes, and comes back where it was.
    Resume(usize),
    /// A watcher goes, and another one begins now.
    Anew(usize),
    Advance(u64),
    Purge,
    Restart,
}

#[derive(Clone, Copy, Debug)]
enum Write {
    Set {
        group: usize,
        key: u8,
        ttl_ms: Option<u64>,
    },
    Delete {
        group: usize,
        key: u8,
    },
    DeleteGroup {
        group: usize,
    },
    /// A call of many changes that fails as a whole.
    Fails {
        group: usize,
    },
}

fn write() -> impl Strategy<Value = Write> {
    let (group, key) = (0..GROUPS.len(), 0..3_u8);
    prop_oneof![
        4 => (group.clone(), key.clone(), prop::option::of(0..3_u64))
            .prop_map(|(group, key, ttl_ms)| Write::Set { group, key, ttl_ms }),
        2 => (group.clone(), key).prop_map(|(group, key)| Write::Delete { group, key }),
        1 => group.clone().prop_map(|group| Write::DeleteGroup { group }),
        1 => group.prop_map(|group| Write::Fails { group }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (prop::bool::weighted(0.8), prop::collection::vec(write(), 1..6)).prop_map(|(kept, writes)| Step::Commit(kept, writes)),
        5 => (0..WATCHES, 1..6_usize).prop_map(|(watcher, most)| Step::Take(watcher, most)),
        1 => (0..WATCHES).prop_map(Step::Resume),
        1 => (0..WATCHES).prop_map(Step::Anew),
        2 => (0..4_u64).prop_map(Step::Advance),
        1 => Just(Step::Purge),
        1 => Just(Step::Restart),
    ]
}

/// What is to be told: the commit, the event's place in it, its kind, group and key.
type Told = (Version, u64, EventKind, String, String);

/// A watcher with what it has been told, and the commits behind which it began.
struct Follower {
    watch: Watch,
    scoped: bool,
    watcher: Option<Watcher>,
    began: Version,
    told: Vec<Told>,
    gaps: Vec<(Version, Version)>,
}

struct Run {
    place: tempfile::TempDir,
    config: Config,
    clock: Arc<ManualClock>,
    larder: Option<Larder>,
    followers: Vec<Follower>,
    /// By a watcher that never misses anything.
    log: Vec<Told>,
    witness: Option<Watcher>,
}

fn stores(larder: &Larder) -> [Store; 2] {
    [acme(larder).store(), acme(larder).scope(scope("a"), Quota::default())]
}

fn wants(follower: &Follower, group: &str) -> bool {
    let local = if follower.scoped { group.strip_prefix("a:") } else { Some(group) };
    local.is_some_and(|local| match &follower.watch {
        Watch::All => true,
        Watch::Group(group) => local == group,
        Watch::Prefix(prefix) => local.starts_with(prefix.as_str()),
    })
}

impl Run {
    fn larder(&self) -> &Larder {
        self.larder.as_ref().unwrap()
    }

    fn watch(&self, scoped: bool, watch: &Watch, after: Option<Version>) -> Watcher {
        stores(self.larder())[usize::from(scoped)].watch(watch, after).unwrap()
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Commit(kept, writes) => self.commit(*kept, writes),
            Step::Take(n, most) => self.take(*n, *most),
            Step::Resume(n) => self.resume(*n),
            Step::Anew(n) => {
                let Follower { watch, scoped, .. } = &self.followers[*n];
                let watcher = self.watch(*scoped, watch, None);
                let follower = &mut self.followers[*n];
                (follower.began, follower.watcher) = (watcher.position(), Some(watcher));
                (follower.told, follower.gaps) = (Vec::new(), Vec::new());
            }
            Step::Advance(ms) => self.clock.advance(std::time::Duration::from_millis(*ms)),
            Step::Purge => drop(self.larder().purge()),
            Step::Restart => {
                self.witness = None;
                let positions: Vec<Version> =
                    self.followers.iter_mut().map(|follower| follower.watcher.take().unwrap().position()).collect();
                self.larder = None;
                self.larder = Some(Larder::open(self.place.path(), self.config.clone()).unwrap());
                for (n, position) in positions.into_iter().enumerate() {
                    self.resumed(n, position);
                }
            }
        }
        self.witness();
    }

    fn commit(&mut self, kept: bool, writes: &[Write]) {
        // Whatever was before is in the log, so that nothing is trimmed away unseen.
        self.witness();
        let store = &stores(self.larder())[0];
        let transaction = store.begin().unwrap();
        for write in writes {
            let inside = transaction.store();
            match *write {
                Write::Set { group, key, ttl_ms: None } => drop(inside.set(&name(group), &key.to_string(), b"v")),
                Write::Set { group, key, ttl_ms: Some(ms) } => {
                    drop(inside.set_with_ttl(&name(group), &key.to_string(), b"v", ms));
                }
                Write::Delete { group, key } => drop(inside.delete(&name(group), &key.to_string())),
                Write::DeleteGroup { group } => drop(inside.delete_group(&name(group))),
                Write::Fails { group } => {
                    let entries = [("0".to_owned(), vec![]), ("x".repeat(9_000), vec![])];
                    inside.set_many(&name(group), &entries).unwrap_err();
                }
            }
        }
        if kept { assert!(transaction.commit().is_ok()) } else { transaction.rollback().unwrap() }
    }

    /// Add to the log what is new.
    fn witness(&mut self) {
        let after = self.log.last().map_or(0, |(version, ..)| *version);
        let mut witness = match self.witness.take() {
            Some(witness) => witness,
            None => self.watch(false, &Watch::All, Some(after)),
        };
        for item in witness.try_next(1_000).unwrap() {
            match item {
                FeedItem::Event(event) => {
                    self.log.push((event.version, event.index, event.kind, event.group, event.key))
                }
                // Only of what it had seen before it was resumed.
                FeedItem::Gap { from, .. } => {
                    assert!(from > after || self.log.is_empty(), "the witness missed something")
                }
            }
        }
        self.witness = Some(witness);
    }

    fn take(&mut self, n: usize, most: usize) {
        let follower = &mut self.followers[n];
        let items = follower.watcher.as_mut().unwrap().try_next(most).unwrap();
        assert!(items.len() <= most);
        for item in items {
            match item {
                FeedItem::Event(event) => {
                    let group = if follower.scoped { format!("a:{}", event.group) } else { event.group };
                    follower.told.push((event.version, event.index, event.kind, group, event.key));
                }
                FeedItem::Gap { from, to } => follower.gaps.push((from, to)),
            }
        }
        self.check(n, false);
    }

    fn resume(&mut self, n: usize) {
        let position = self.followers[n].watcher.take().unwrap().position();
        self.resumed(n, position);
    }

    /// What was told of a commit that was not told to its end comes again.
    fn resumed(&mut self, n: usize, position: Version) {
        let watcher = self.watch(self.followers[n].scoped, &self.followers[n].watch, Some(position));
        let follower = &mut self.followers[n];
        follower.told.retain(|(version, ..)| *version <= position);
        follower.watcher = Some(watcher);
    }

    /// Each event that it wants and that lies behind it was told once, in order, unless a gap covers it.
    fn check(&self, n: usize, to_the_end: bool) {
        let follower = &self.followers[n];
        let is_in_gap = |version: Version| follower.gaps.iter().any(|(from, to)| (*from..=*to).contains(&version));
        let wanted =
            self.log.iter().filter(|(version, _, _, group, _)| *version > follower.began && wants(follower, group));
        let expected: Vec<&Told> = wanted.filter(|(version, ..)| !is_in_gap(*version)).collect();
        let told: Vec<&Told> = follower.told.iter().filter(|(version, ..)| !is_in_gap(*version)).collect();
        assert!(told.iter().zip(&expected).all(|(told, expected)| told == expected), "{told:?} of {expected:?}");
        assert!(!to_the_end || told.len() == expected.len(), "{told:?} of {expected:?}");
        assert!(follower.told.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)), "{:?}", follower.told);
        // A gap is told of nothing that is still there.
        let floor = acme(self.larder()).feed_status().unwrap().floor;
        assert!(follower.gaps.iter().all(|(from, to)| from <= to && *to <= floor), "{:?}, {floor}", follower.gaps);
    }
}

fn name(group: usize) -> String {
    format!("a:{}", GROUPS[group])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_watcher_sees_every_event_once_or_a_gap_that_covers_it(steps in prop::collection::vec(step(), 1..60)) {
        let clock = Arc::new(ManualClock::new(START_MS));
        let feed = FeedConfig { events: 12, age_ms: 20, ..FeedConfig::default() };
        let config = config(&clock).feed(Some(feed)).purge_interval(std::time::Duration::MAX);
        let place = tempfile::tempdir().unwrap();
        let larder = Some(Larder::open(place.path(), config.clone()).unwrap());
        let mut run = Run { place, config, clock, larder, followers: Vec::new(), log: Vec::new(), witness: None };
        let watches = [
            (false, Watch::All),
            (true, Watch::All),
            (true, Watch::Group("a".into())),
            (true, Watch::Prefix("a".into())),
            (false, Watch::Prefix("a:b".into())),
        ];
        for (scoped, watch) in watches {
            let watcher = Some(run.watch(scoped, &watch, None));
            run.followers.push(Follower { watch, scoped, watcher, began: 0, told: Vec::new(), gaps: Vec::new() });
        }
        for step in &steps {
            run.step(step);
        }
        for n in 0..WATCHES {
            for _ in 0..20 {
                run.take(n, 100);
            }
            run.check(n, true);
        }
    }
}
