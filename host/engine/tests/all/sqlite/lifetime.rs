//! Closing and opening again.

use std::time::Duration;

use larder_engine::{Larder, Outcome, Query};

use super::support::Place;
use crate::support::*;

#[test]
fn what_was_written_is_there_after_a_restart() {
    let place = Place::new();
    let tenant = place.tenant();
    let store = tenant.store();
    store.set("g", "k", b"\xFFv").unwrap();
    store.set_with_ttl("g", "t", b"", 10).unwrap();
    store.increment("g", "n", 41).unwrap();
    let before = store.page("g", 0, 9).unwrap();
    let usage = store.usage().unwrap();
    drop((store, tenant));
    let tenant = place.tenant();
    assert_eq!(tenant.store().page("g", 0, 9).unwrap(), before);
    assert_eq!(tenant.store().usage().unwrap(), usage);
    assert_sound(&tenant);
    place.clock.advance(Duration::from_millis(10));
    assert_eq!(tenant.store().increment("g", "n", 1).unwrap(), 42);
    assert_eq!(keys(&tenant.store(), "g"), ["k", "n"]);
}

#[test]
fn what_was_not_committed_is_not_there_after_a_restart() {
    let place = Place::new();
    let larder = place.open();
    let store = acme(&larder).store();
    store.set("g", "k", b"").unwrap();
    let transaction = store.begin().unwrap();
    transaction.store().set("g", "undone", b"").unwrap();
    larder.close();
    drop((larder, store, transaction));
    assert_eq!(keys(&place.store(), "g"), ["k"]);
}

#[test]
fn versions_go_on_after_a_restart() {
    let place = Place::new();
    let first = place.store().set("g", "k", b"1").unwrap();
    place.store().delete("g", "k").unwrap();
    let store = place.store();
    let second = store.set("g", "k", b"1").unwrap();
    assert!(second > first);
    assert!(matches!(store.compare_and_swap("g", "k", Some(first), b"2").unwrap(), Outcome::Stale(Some(_))));
}

#[test]
fn a_cursor_goes_on_after_a_restart() {
    let place = Place::new();
    let store = place.store();
    for n in 0..5 {
        store.set("g", &n.to_string(), b"").unwrap();
    }
    let query = Query { group: "g".into(), limit: 2, ..Query::default() };
    let cursor = store.scan(&query).unwrap().next;
    drop(store);
    let page = place.store().scan(&Query { cursor, ..query }).unwrap();
    assert_eq!(page.entries.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(), ["2", "3"]);
}

#[test]
fn a_root_that_is_closed_can_be_opened_while_its_handles_live() {
    let place = Place::new();
    let larder = place.open();
    let store = acme(&larder).store();
    store.set("g", "k", b"v").unwrap();
    larder.close();
    assert_eq!(place.store().get("g", "k").unwrap().unwrap(), b"v");
    assert!(store.get("g", "k").is_err());
}

/// The background may be at work at the very moment.
#[test]
fn a_root_that_was_dropped_can_be_opened_at_once() {
    let place = Place::new();
    for round in 0..200_u64 {
        let config = place.config().purge_interval(Duration::from_millis(1));
        let larder = Larder::open(place.root(), config.transaction_deadline(Duration::from_millis(1))).unwrap();
        let store = acme(&larder).store();
        store.set_with_ttl("g", "k", b"", 1).unwrap();
        let transaction = store.begin().unwrap();
        if round % 2 == 0 {
            transaction.rollback().unwrap();
        }
        place.clock.advance(Duration::from_millis(1));
        if round % 3 == 0 {
            larder.close();
        }
        drop((transaction, store, larder));
    }
}

#[test]
fn tenants_that_were_never_used_have_no_directory() {
    let place = Place::new();
    let larder = place.open();
    let tenant = acme(&larder);
    assert!(!tenant.exists().unwrap());
    let _ = tenant.store();
    assert_eq!(larder.tenants().unwrap(), []);
    tenant.create().unwrap();
    assert!(place.database().exists());
}
