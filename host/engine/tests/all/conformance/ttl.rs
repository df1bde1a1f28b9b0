//! Time to live: exact to the millisecond, for every function.

use larder_engine::{Change, Outcome, Query, Store};

use crate::support::*;

/// Whether every function sees the one entry `g`/`k`, all of them the same.
#[track_caller]
fn is_there(store: &Store) -> bool {
    let query = Query { group: "g".into(), ..Query::default() };
    let backwards = Query { reverse: true, values: true, ..query.clone() };
    let usage = store.usage().unwrap();
    let seen = [
        store.get("g", "k").unwrap().is_some(),
        store.entry("g", "k").unwrap().is_some(),
        store.exists("g", "k").unwrap(),
        store.group_exists("g").unwrap(),
        store.count("g").unwrap() == 1,
        store.count_all("").unwrap() == 1,
        store.count_all("g").unwrap() == 1,
        store.groups("", None, 0).unwrap().groups.len() == 1,
        store.scan(&query).unwrap().entries.len() == 1,
        store.scan(&backwards).unwrap().entries.len() == 1,
        store.page("g", 0, 10).unwrap().entries.len() == 1,
        store.get_many("g", &["k"]).unwrap()[0].is_some(),
        usage.keys.used == 1,
        usage.groups.used == 1,
        usage.bytes.used > 0,
    ];
    assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
    seen[0]
}

fn an_entry_is_gone_from_its_very_millisecond_on(kit: &Kit) {
    let store = kit.store();
    store.set_with_ttl("g", "k", b"v", 10).unwrap();
    assert!(is_there(&store));
    kit.advance(9);
    assert!(is_there(&store));
    kit.advance(1);
    assert!(!is_there(&store));
    kit.advance(1);
    assert!(!is_there(&store));
}

fn the_time_left_is_told(kit: &Kit) {
    let store = kit.store();
    let left = || store.entry("g", "k").unwrap().unwrap().ttl_ms;
    store.set_with_ttl("g", "k", b"v", 10).unwrap();
    assert_eq!(left(), Some(10));
    kit.advance(9);
    assert_eq!(left(), Some(1));
    assert_eq!(store.page("g", 0, 1).unwrap().entries[0].ttl_ms, Some(1));
    store.set("g", "k", b"v").unwrap();
    assert_eq!(left(), None);
}

fn a_time_of_nothing_is_expired_at_once(kit: &Kit) {
    let store = kit.store();
    store.set_with_ttl("g", "k", b"v", 0).unwrap();
    assert!(!is_there(&store));
    store.set("g", "k", b"v").unwrap();
    store.set_with_ttl("g", "k", b"w", 0).unwrap();
    assert!(!is_there(&store));
}

fn a_time_past_the_end_of_the_calendar_never_comes(kit: &Kit) {
    let store = kit.store();
    let most = u64::try_from(i64::MAX - kit.now()).unwrap();
    for ttl in [u64::MAX, u64::MAX - 1, i64::MAX as u64, i64::MAX as u64 + 1, most + 1] {
        store.set_with_ttl("g", "k", b"v", ttl).unwrap();
        assert_eq!(store.entry("g", "k").unwrap().unwrap().ttl_ms, None, "{ttl}");
        assert!(store.touch("g", "k", Some(ttl)).unwrap());
        assert_eq!(store.entry("g", "k").unwrap().unwrap().ttl_ms, None, "{ttl}");
    }
    store.set_with_ttl("g", "k", b"v", most).unwrap();
    assert_eq!(store.entry("g", "k").unwrap().unwrap().ttl_ms, Some(most));
    kit.clock.set(i64::MAX - 1);
    assert!(is_there(&store));
    kit.clock.set(i64::MAX);
    assert!(!is_there(&store));
}

fn a_set_clears_the_time(kit: &Kit) {
    let store = kit.store();
    store.set_with_ttl("g", "k", b"v", 5).unwrap();
    store.set("g", "k", b"w").unwrap();
    kit.advance(1_000_000);
    assert!(is_there(&store));
}

fn a_touch_changes_the_time_and_not_the_value(kit: &Kit) {
    let store = kit.store();
    let before = store.set("g", "k", b"v").unwrap();
    assert!(store.touch("g", "k", Some(5)).unwrap());
    let entry = store.entry("g", "k").unwrap().unwrap();
    assert_eq!((entry.value.as_deref(), entry.ttl_ms), (Some(&b"v"[..]), Some(5)));
    assert!(entry.version > before);
    assert!(store.touch("g", "k", Some(50)).unwrap());
    kit.advance(49);
    assert!(store.touch("g", "k", None).unwrap());
    kit.advance(1_000);
    assert!(is_there(&store));
    assert!(store.touch("g", "k", Some(0)).unwrap());
    assert!(!is_there(&store));
}

fn an_expired_entry_is_absent_to_whoever_changes_it(kit: &Kit) {
    let store = kit.store();
    let expired = || store.set_with_ttl("g", "k", b"41", 0).unwrap();
    let old = expired();
    assert!(!store.touch("g", "k", Some(1_000)).unwrap());
    assert!(!is_there(&store));
    assert!(!store.delete("g", "k").unwrap());
    expired();
    assert_eq!(store.delete_many("g", &["k"]).unwrap(), 0);
    expired();
    assert_eq!(store.delete_group("g").unwrap(), 0);
    expired();
    assert_eq!(store.delete_prefix("g").unwrap(), 0);
    expired();
    assert_eq!(store.compare_and_delete("g", "k", old).unwrap(), Outcome::Stale(None));
    assert_eq!(store.compare_and_swap("g", "k", Some(old), b"v").unwrap(), Outcome::Stale(None));
    assert_eq!(store.increment("g", "k", 1).unwrap(), 1);
    assert_eq!(store.entry("g", "k").unwrap().unwrap().ttl_ms, None);
    expired();
    assert!(matches!(store.compare_and_swap("g", "k", None, b"v").unwrap(), Outcome::Done(_)));
    assert!(is_there(&store));
}

fn a_group_of_expired_and_live_entries_counts_the_live_ones(kit: &Kit) {
    let tenant = kit.tenant();
    let store = tenant.store();
    for n in 0..6 {
        store.set_with_ttl("mixed", &n.to_string(), b"v", n * 10).unwrap();
        store.set_with_ttl("gone", &n.to_string(), b"v", 0).unwrap();
    }
    kit.advance(20);
    assert_eq!((store.count("mixed").unwrap(), store.count_all("").unwrap()), (3, 3));
    assert_eq!(keys(&store, "mixed"), ["3", "4", "5"]);
    assert_eq!(groups(&store, ""), ["mixed"]);
    assert_eq!(store.delete_group("mixed").unwrap(), 3);
    assert_eq!(store.delete_prefix("").unwrap(), 0);
    assert_eq!(tenant.check().unwrap().entries, 0);
    assert_sound(&tenant);
}

fn what_expired_within_a_transaction_is_not_counted_in_it(kit: &Kit) {
    let store = kit.store();
    let deleted = store.update(|update| {
        update.set_with_ttl("g", "gone", b"v", 0)?;
        update.set("g", "there", b"v")?;
        update.delete_group("g")
    });
    assert_eq!(deleted.unwrap(), 1);
    let deleted = store.update(|update| {
        update.set_with_ttl("g", "gone", b"v", 0)?;
        update.delete_prefix("")
    });
    assert_eq!(deleted.unwrap(), 0);
}

fn apply_sets_times_too(kit: &Kit) {
    let store = kit.store();
    let set = |key: &str, ttl_ms| Change::Set { group: "g".into(), key: key.into(), value: vec![], ttl_ms };
    store.apply(&[set("now", Some(0)), set("soon", Some(5)), set("never", None), set("far", Some(u64::MAX))]).unwrap();
    assert_eq!(keys(&store, "g"), ["far", "never", "soon"]);
    kit.advance(5);
    assert_eq!(keys(&store, "g"), ["far", "never"]);
}

fn a_counter_keeps_its_time(kit: &Kit) {
    let store = kit.store();
    store.set_with_ttl("g", "k", b"1", 10).unwrap();
    kit.advance(4);
    assert_eq!(store.increment("g", "k", 1).unwrap(), 2);
    assert_eq!(store.entry("g", "k").unwrap().unwrap().ttl_ms, Some(6));
    kit.advance(6);
    assert!(!is_there(&store));
}

fn a_clock_that_goes_back_brings_nothing_but_what_is_there(kit: &Kit) {
    let store = kit.store();
    store.set_with_ttl("g", "k", b"v", 10).unwrap();
    kit.advance(10);
    assert!(!store.exists("g", "k").unwrap());
    kit.clock.set(START_MS);
    assert!(store.exists("g", "k").unwrap());
    kit.advance(10);
    assert_eq!(store.purge_expired().unwrap(), 1);
    kit.clock.set(START_MS);
    assert!(!store.exists("g", "k").unwrap());
}

conformance! {
    an_entry_is_gone_from_its_very_millisecond_on,
    the_time_left_is_told,
    a_time_of_nothing_is_expired_at_once,
    a_time_past_the_end_of_the_calendar_never_comes,
    a_set_clears_the_time,
    a_touch_changes_the_time_and_not_the_value,
    an_expired_entry_is_absent_to_whoever_changes_it,
    a_group_of_expired_and_live_entries_counts_the_live_ones,
    what_expired_within_a_transaction_is_not_counted_in_it,
    apply_sets_times_too,
    a_counter_keeps_its_time,
    a_clock_that_goes_back_brings_nothing_but_what_is_there,
}
