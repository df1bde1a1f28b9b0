//! Another program writes to the file beside larder: go-store, or somebody with a shell.

use std::time::Duration;

use larder_engine::{Error, Larder, Outcome, Store};

use super::support::Place;
use crate::support::*;

fn filled() -> Place {
    let place = Place::new();
    let store = place.store();
    store.set("g", "k", b"old").unwrap();
    store.set("plugin:g", "k", b"old").unwrap();
    store.increment("g", "n", 5).unwrap();
    place
}

/// Each kind of change that another program can make to the entries.
const CHANGES: [&str; 9] = [
    "INSERT INTO entries (group_name, entry_key, entry_value) VALUES ('new', 'k', 'v'), ('plugin:new', 'k', 'v')",
    "INSERT OR REPLACE INTO entries (group_name, entry_key, entry_value) VALUES ('g', 'k', 'replaced')",
    "INSERT INTO entries (group_name, entry_key, entry_value) VALUES ('g', 'k', 'x') \
     ON CONFLICT (group_name, entry_key) DO UPDATE SET entry_value = 'upserted'",
    "UPDATE entries SET entry_value = 'much longer than before'",
    "UPDATE entries SET group_name = 'moved:' || group_name",
    "UPDATE entries SET expires_at = 1 WHERE entry_key = 'k'",
    "DELETE FROM entries WHERE group_name = 'g'",
    "DELETE FROM entries",
    "BEGIN; DELETE FROM entries; INSERT INTO entries (group_name, entry_key, entry_value) VALUES ('', '', ''); COMMIT",
];

/// The store counts what is there.
fn assert_counts(place: &Place, store: &Store, change: &str) {
    let live: i64 =
        place.sql().query_row("SELECT count(*) FROM entries WHERE expires_at IS NULL", (), |row| row.get(0)).unwrap();
    assert_eq!(store.count_all("").unwrap(), live as u64, "{change}");
    assert_eq!(store.usage().unwrap().keys.used, live as u64, "{change}");
}

#[test]
fn counters_are_right_after_the_next_write() {
    for change in CHANGES {
        let place = filled();
        let tenant = place.tenant();
        let store = tenant.store();
        store.get("g", "k").unwrap();
        place.sql().execute_batch(change).unwrap();
        store.set("mine", "k", b"").unwrap();
        assert_eq!(tenant.check().unwrap().problems, [""; 0], "{change}");
        assert_counts(&place, &store, change);
    }
}

#[test]
fn counters_are_right_at_the_next_read() {
    for change in CHANGES {
        let place = filled();
        let tenant = place.tenant();
        let store = tenant.store();
        store.get("g", "k").unwrap();
        place.sql().execute_batch(change).unwrap();
        assert_counts(&place, &store, change);
        assert_eq!(tenant.check().unwrap().problems, [""; 0], "{change}");
    }
}

#[test]
fn counters_are_right_after_the_next_open() {
    for change in CHANGES {
        let place = filled();
        place.sql().execute_batch(change).unwrap();
        let tenant = place.tenant();
        assert_eq!(tenant.check().unwrap().problems, [""; 0], "{change}");
        tenant.store().set("mine", "k", b"").unwrap();
        assert_eq!(tenant.check().unwrap().problems, [""; 0], "{change}");
    }
}

#[test]
fn a_rollback_after_a_change_forgets_nothing_of_it() {
    for change in CHANGES {
        let place = filled();
        let tenant = place.tenant();
        let store = tenant.store();
        let before = version(&store, "g", "n");
        place.sql().execute_batch(change).unwrap();
        store.begin().unwrap().rollback().unwrap();
        assert!(!store.delete("none", "none").unwrap());
        assert!(store.update(|_| failure::<()>()).is_err());
        store.set("mine", "k", b"").unwrap();
        assert_eq!(tenant.check().unwrap().problems, [""; 0], "{change}");
        if change.starts_with("UPDATE entries SET entry_value") {
            assert!(version(&store, "g", "n") > before);
        }
    }
}

#[test]
fn a_value_that_another_program_wrote_is_read_at_once() {
    let place = filled();
    let store = place.store();
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"old");
    place.sql().execute_batch("UPDATE entries SET entry_value = 'new'").unwrap();
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"new");
}

#[test]
fn a_version_from_before_the_change_is_stale() {
    for reopen in [false, true] {
        let place = filled();
        let mut open = Some(place.store());
        let before = version(open.as_ref().unwrap(), "g", "k");
        if reopen {
            open = None;
        }
        place.sql().execute_batch("UPDATE entries SET entry_value = 'new'").unwrap();
        let store = open.unwrap_or_else(|| place.store());
        match store.compare_and_swap("g", "k", Some(before), b"mine").unwrap() {
            Outcome::Stale(Some(now)) => {
                assert_eq!(now.value.as_deref(), Some(&b"new"[..]));
                assert!(now.version > before);
                assert!(matches!(store.compare_and_swap("g", "k", Some(now.version), b"").unwrap(), Outcome::Done(_)));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_row_that_another_program_replaced_with_itself_is_another_one() {
    let place = filled();
    let store = place.store();
    let before = version(&store, "g", "k");
    place
        .sql()
        .execute_batch(
            "DELETE FROM entries WHERE group_name = 'g' AND entry_key = 'k';
            INSERT INTO entries (group_name, entry_key, entry_value) VALUES ('g', 'k', 'old')",
        )
        .unwrap();
    assert!(matches!(store.compare_and_delete("g", "k", before).unwrap(), Outcome::Stale(Some(_))));
}

#[test]
fn versions_after_a_change_are_greater_than_all_before() {
    let place = filled();
    let store = place.store();
    let before = store.set("g", "last", b"").unwrap();
    place.sql().execute_batch("UPDATE entries SET entry_value = 'new'").unwrap();
    let after = store.set("g", "mine", b"").unwrap();
    assert!(version(&store, "g", "k") > before);
    assert!(after > version(&store, "g", "k"));
    drop(store);
    assert!(place.store().set("g", "again", b"").unwrap() > after);
}

#[test]
fn a_quota_counts_what_another_program_wrote() {
    let place = filled();
    let store = place.tenant().scope(scope("plugin"), max_keys(2));
    store.set("g", "second", b"").unwrap();
    place.sql().execute_batch("DELETE FROM entries WHERE group_name = 'plugin:g'").unwrap();
    store.set("g", "1", b"").unwrap();
    store.set("g", "2", b"").unwrap();
    assert_refused!(store.set("g", "3", b""), Error::QuotaExceeded { used: 2, .. });
}

#[test]
fn what_another_program_wrote_is_purged_in_the_background() {
    let place = Place::new();
    let larder = Larder::open(place.root(), place.config().purge_interval(Duration::from_secs(60))).unwrap();
    let tenant = acme(&larder);
    tenant.store().set("g", "k", b"").unwrap();
    place.sql().execute("INSERT INTO entries VALUES ('g', 'gone', '', ?1, NULL, NULL)", [START_MS + 5]).unwrap();
    place.clock.advance(Duration::from_secs(60));
    wait_until("the background has purged", || tenant.check().unwrap().entries == 1);
    assert_sound(&tenant);
}

#[test]
fn a_writer_waits_for_another_program_as_long_as_it_is_told() {
    let place = filled();
    let larder = Larder::open(place.root(), place.config().busy_timeout(Duration::from_millis(20))).unwrap();
    let store = acme(&larder).store();
    store.get("g", "k").unwrap();
    let sql = place.sql();
    sql.execute_batch("BEGIN IMMEDIATE; UPDATE entries SET entry_value = 'theirs'").unwrap();
    assert_refused!(store.set("g", "k", b"mine"), Error::Busy { .. });
    assert_refused!(store.begin().map(drop), Error::Busy { .. });
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"old");
    sql.execute_batch("ROLLBACK").unwrap();
    store.set("g", "k", b"mine").unwrap();
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"mine");
}

#[test]
fn a_reader_of_another_program_is_in_nobody_s_way() {
    let place = filled();
    let store = place.store();
    let sql = place.sql();
    let read = || -> i64 { sql.query_row("SELECT count(*) FROM entries", (), |row| row.get(0)).unwrap() };
    sql.execute_batch("BEGIN").unwrap();
    assert_eq!(read(), 3);
    store.set("g", "more", b"").unwrap();
    assert_eq!(read(), 3);
    sql.execute_batch("COMMIT").unwrap();
    assert_eq!(read(), 4);
}
