//! The read cache is never seen: no read is older than an acknowledged write, whoever made it, and none older than what
//! another read has shown.

use std::{
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    time::Duration,
};

use larder_engine::{Durability, Larder, Store};
use rusqlite::Connection;

use crate::{sqlite::Place, support::*};

const KEYS: usize = 24;
const WRITERS: usize = 2;
const READERS: usize = 3;
const WRITES: usize = 500;

/// For each key the greatest value that somebody knows to be there. Values only grow; a deleted one counts as the next.
#[derive(Default)]
struct Seen([AtomicU64; KEYS]);

impl Seen {
    fn so_far(&self, key: usize) -> u64 {
        self.0[key].load(Ordering::SeqCst)
    }

    fn at_least(&self, key: usize, value: u64) {
        self.0[key].fetch_max(value, Ordering::SeqCst);
    }
}

fn name(key: usize) -> (String, String) {
    (format!("g{}", key % 3), format!("k{key}"))
}

/// Every value in all groups has its number in the first 8 bytes.
fn value(number: u64, random: &mut Random) -> Vec<u8> {
    let mut value = number.to_string().into_bytes();
    value.resize(8 + random.below(300), b' ');
    value
}

fn number(value: &[u8]) -> u64 {
    std::str::from_utf8(value).unwrap().trim().parse().unwrap()
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % n
    }
}

/// A reader looks at a key in one of the ways that there are. What is absent tells nothing: a deletion has no number.
fn look(store: &Store, key: usize, random: &mut Random) -> Option<u64> {
    let (group, name) = name(key);
    let found = match random.below(6) {
        0 => store.view(|view| view.get(&group, &name)).unwrap(),
        1 => store.get_many(&group, &[&name]).unwrap().remove(0),
        2 => store.entry(&group, &name).unwrap().and_then(|entry| entry.value),
        3 => store.page(&group, 0, 100).unwrap().entries.into_iter().find(|e| e.key == name).and_then(|e| e.value),
        _ => store.get(&group, &name).unwrap(),
    };
    found.map(|value| number(&value))
}

/// Writers own keys; each write has the next number of all. Another program writes to the last key.
fn run(larder: &Larder, other: Option<&Connection>, seed: u64) {
    let store = acme(larder).store();
    store.set("g0", "warm", b"0").unwrap();
    let (seen, numbers, working) = (Seen::default(), AtomicU64::new(1), AtomicUsize::new(WRITERS));
    std::thread::scope(|threads| {
        for writer in 0..WRITERS {
            let (store, seen, numbers, working) = (&store, &seen, &numbers, &working);
            threads.spawn(move || {
                let mut random = Random(seed * 100 + writer as u64);
                for _ in 0..WRITES {
                    let key = random.below(KEYS / WRITERS - 1) * WRITERS + writer;
                    let (group, name) = name(key);
                    let next = numbers.fetch_add(1, Ordering::SeqCst);
                    let bytes = value(next, &mut random);
                    match random.below(8) {
                        0 => assert!(
                            store
                                .update(|update| {
                                    update.delete(&group, &name)?;
                                    update.set(&group, &name, &bytes)
                                })
                                .is_ok()
                        ),
                        1 => drop(store.set_with_ttl(&group, &name, &bytes, 3_600_000).unwrap()),
                        2 => drop(store.transaction(|inside| inside.set(&group, &name, &bytes)).unwrap()),
                        3 => {
                            // Undone: nobody may see it.
                            let transaction = store.begin().unwrap();
                            transaction.store().set(&group, &name, b"18446744073709551615").unwrap();
                            assert_eq!(look(&transaction.store(), key, &mut random), Some(u64::MAX));
                            transaction.rollback().unwrap();
                            continue;
                        }
                        4 => drop(store.set_many(&group, &[(name, bytes)]).unwrap()),
                        _ => drop(store.set(&group, &name, &bytes).unwrap()),
                    }
                    seen.at_least(key, next);
                }
                working.fetch_sub(1, Ordering::SeqCst);
            });
        }
        for reader in 0..READERS {
            let (store, seen, working) = (&store, &seen, &working);
            threads.spawn(move || {
                let mut random = Random(seed * 100 + 50 + reader as u64);
                while working.load(Ordering::SeqCst) > 0 {
                    let key = if random.below(4) == 0 { KEYS - 1 } else { random.below(KEYS) };
                    let known = seen.so_far(key);
                    let found = look(store, key, &mut random);
                    if known > 0 {
                        let found = found.unwrap_or_else(|| panic!("key {key} is gone, {known} was seen; seed {seed}"));
                        assert!(found >= known && found != u64::MAX, "key {key}: {found} after {known}; seed {seed}");
                        seen.at_least(key, found);
                    }
                }
            });
        }
        if let Some(other) = other {
            let (group, name) = name(KEYS - 1);
            let sql = "INSERT INTO entries (group_name, entry_key, entry_value) VALUES (?1, ?2, ?3)
                ON CONFLICT (group_name, entry_key) DO UPDATE SET entry_value = excluded.entry_value";
            while working.load(Ordering::SeqCst) > 0 {
                let next = numbers.fetch_add(1, Ordering::SeqCst);
                other.execute(sql, (&group, &name, next.to_string())).unwrap();
                seen.at_least(KEYS - 1, next);
            }
        }
    });
    assert_sound(&acme(larder));
}

#[test]
fn no_read_is_older_than_an_acknowledged_write() {
    // Room for all, for a few entries only, and for none.
    for (seed, bytes) in [(1, 64 << 20), (2, 32 << 10), (3, 0)] {
        let place = Place::new();
        let config =
            place.config().read_cache(bytes).durability(Durability::Normal).busy_timeout(Duration::from_secs(120));
        run(&Larder::open(place.root(), config).unwrap(), None, seed);
    }
}

#[test]
fn no_read_is_older_than_what_another_program_wrote() {
    let place = Place::new();
    let config = place.config().durability(Durability::Normal).busy_timeout(Duration::from_secs(120));
    let larder = Larder::open(place.root(), config).unwrap();
    acme(&larder).create().unwrap();
    let other = place.sql();
    other.busy_timeout(Duration::from_secs(120)).unwrap();
    run(&larder, Some(&other), 4);
}

#[test]
fn what_another_program_wrote_is_read_though_the_old_value_was_in_memory() {
    let place = Place::new();
    let store = place.store();
    store.set("g", "k", b"old").unwrap();
    assert_eq!(store.get("g", "absent").unwrap(), None);
    assert_eq!(store.get_if_known("g", "k"), Some(Some(b"old"[..].into())));
    assert_eq!(store.get_if_known("g", "absent"), Some(None));
    let sql =
        "UPDATE entries SET entry_value = 'new'; INSERT INTO entries VALUES ('g', 'absent', 'here', NULL, NULL, NULL)";
    place.sql().execute_batch(sql).unwrap();
    assert_eq!((store.get_if_known("g", "k"), store.get_if_known("g", "absent")), (None, None));
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"new");
    assert_eq!(store.get("g", "absent").unwrap().unwrap(), b"here");
    // After it, memory answers again.
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"new");
    assert!(store.get_if_known("g", "k").is_some());
}

/// Tables of its own, which no trigger of larder's tells of.
#[test]
fn a_program_that_writes_something_else_does_not_end_the_cache() {
    let place = Place::new();
    let store = place.store();
    store.set("g", "k", b"v").unwrap();
    place.sql().execute_batch("CREATE TABLE other (x); INSERT INTO other VALUES (1)").unwrap();
    assert_eq!(store.get_if_known("g", "k"), None);
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"v");
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"v");
    assert!(store.get_if_known("g", "k").is_some());
}

#[test]
fn an_entry_in_memory_expires_at_its_millisecond() {
    let place = Place::new();
    let store = place.store();
    store.set_with_ttl("g", "k", b"v", 10).unwrap();
    let left = store.entry_if_known("g", "k").unwrap().unwrap().ttl_ms;
    assert_eq!(left, Some(10));
    place.clock.advance(Duration::from_millis(9));
    assert!(store.get_if_known("g", "k").unwrap().is_some());
    place.clock.advance(Duration::from_millis(1));
    assert_eq!(store.get_if_known("g", "k"), None);
    assert_eq!(store.get("g", "k").unwrap(), None);
}

#[test]
fn a_transaction_reads_its_own_and_leaves_nothing_when_it_is_undone() {
    let place = Place::new();
    let store = place.store();
    store.set("g", "k", b"old").unwrap();
    let transaction = store.begin().unwrap();
    transaction.store().set("g", "k", b"new").unwrap();
    assert_eq!(transaction.store().get("g", "k").unwrap().unwrap(), b"new");
    assert_eq!(transaction.store().get_if_known("g", "k"), None);
    assert_eq!(store.get_if_known("g", "k"), Some(Some(b"old"[..].into())));
    transaction.rollback().unwrap();
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"old");
}

#[test]
fn scopes_know_their_own_entries() {
    let place = Place::new();
    let tenant = place.tenant();
    let scoped = |name| tenant.scope(scope(name), larder_engine::Quota::default());
    let (a, b) = (scoped("a"), scoped("b"));
    a.set("g", "k", b"a").unwrap();
    assert_eq!(b.get("g", "k").unwrap(), None);
    assert_eq!(b.get_if_known("g", "k"), Some(None));
    assert_eq!(tenant.store().get_if_known("a:g", "k"), Some(Some(b"a"[..].into())));
    b.set("g", "k", b"b").unwrap();
    assert_eq!(a.get_if_known("g", "k"), Some(Some(b"a"[..].into())));
    a.delete_prefix("").unwrap();
    assert_eq!(a.get("g", "k").unwrap(), None);
    assert_eq!(b.get_if_known("g", "k"), Some(Some(b"b"[..].into())));
}

#[test]
fn a_closed_root_answers_from_memory_no_more() {
    let place = Place::new();
    let larder = place.open();
    let store = acme(&larder).store();
    store.set("g", "k", b"v").unwrap();
    larder.close();
    assert_eq!(store.get_if_known("g", "k"), None);
    assert!(matches!(store.get("g", "k"), Err(larder_engine::Error::Closed)));
}
