//! How often an operation asks for memory. Counted, not timed: more of it is a slower operation on any machine.

use allocation_counter::measure;
use larder_engine::Config;

use crate::{sqlite::Place, support::*};

/// Allocations of `run` when all that is remembered is in its place.
fn allocations(mut run: impl FnMut()) -> u64 {
    for _ in 0..10 {
        run();
    }
    (0..5).map(|_| measure(&mut run).count_total).min().unwrap()
}

/// Bytes that it asks for, counted the same way: a copy of a value needs memory for it. What SQLite holds is not counted.
fn bytes(mut run: impl FnMut()) -> u64 {
    for _ in 0..10 {
        run();
    }
    (0..5).map(|_| measure(&mut run).bytes_total).min().unwrap()
}

fn at_most(most: u64, found: u64, what: &str) {
    assert!(found <= most, "{what}: {found} allocations, {most} are allowed");
}

#[test]
fn a_read_from_memory_makes_none() {
    let place = Place::new();
    let tenant = place.tenant();
    let scoped = tenant.scope(scope("plugin"), max_keys(100));
    scoped.set("group", "key", &[7; 64]).unwrap();
    assert_eq!(scoped.get("group", "absent").unwrap(), None);
    for (store, group) in [(&scoped, "group"), (&tenant.store(), "plugin:group")] {
        assert_eq!(allocations(|| assert!(store.get_shared(group, "key").unwrap().is_some())), 0);
        assert_eq!(allocations(|| assert!(store.get_if_known(group, "absent").unwrap().is_none())), 0);
        assert_eq!(allocations(|| assert!(store.exists(group, "key").unwrap())), 0);
    }
}

#[test]
fn a_read_of_the_database_makes_few() {
    let place = Place::new();
    let config: Config = place.config().read_cache(0);
    let store = acme(&larder_engine::Larder::open(place.root(), config).unwrap()).store();
    store.set("group", "key", &[7; 64]).unwrap();
    at_most(READ, allocations(|| assert!(store.get_shared("group", "key").unwrap().is_some())), "get");
}

#[test]
fn a_write_makes_few() {
    let place = Place::new();
    let store = place.store();
    let mut n = 0_u64;
    let mut set = || {
        n += 1;
        store.set("group", "key", &n.to_le_bytes()).unwrap();
    };
    at_most(WRITE, allocations(&mut set), "set");
    let mut entries: Vec<_> = (0..1_000).map(|n| (format!("key-{n:06}"), vec![7; 64])).collect();
    let mut set_many = || {
        n += 1;
        entries.iter_mut().for_each(|(_, value)| value[..8].copy_from_slice(&n.to_le_bytes()));
        store.set_many("group", &entries).unwrap();
    };
    at_most(THOUSAND, allocations(&mut set_many), "set-many");
}

#[test]
fn a_value_is_copied_as_often_as_it_must() {
    let copies = |bytes: u64| bytes as f64 / VALUE as f64;
    let place = Place::new();
    let store = place.store();
    let mut value = vec![7; VALUE];
    let mut n = 0_u64;
    let set = bytes(|| {
        n += 1;
        value[..8].copy_from_slice(&n.to_le_bytes());
        store.set("group", "key", &value).unwrap();
    });
    // One is for the read cache, one for the feed; a kilobyte is for everything else.
    assert!(copies(set) < 2.5, "set: {} copies", copies(set));
    let get = bytes(|| assert_eq!(store.get_shared("group", "key").unwrap().unwrap().len(), VALUE));
    assert_eq!(get, 0, "a read from memory hands out what is there");
    drop(store);
    let larder = larder_engine::Larder::open(place.root(), place.config().read_cache(0)).unwrap();
    let store = acme(&larder).store();
    let get = bytes(|| assert_eq!(store.get_shared("group", "key").unwrap().unwrap().len(), VALUE));
    assert!(copies(get) < 1.1, "get: {} copies", copies(get));
}

/// Bytes of a value that the feed keeps with its event.
const VALUE: usize = 4_096;

/// What is allowed; each is what it was when it was last looked at, with the reason to go over it in the commit that does.
const READ: u64 = 4;
const WRITE: u64 = 11;
/// Names and values of the first ones, for the cache; room that grows.
const THOUSAND: u64 = 180;
