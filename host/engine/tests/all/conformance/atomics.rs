//! Changes that depend on what is there.

use larder_engine::{Error, Outcome};

use crate::support::*;

fn an_absent_counter_is_zero(kit: &Kit) {
    let store = kit.store();
    assert_eq!(store.increment("g", "k", 5).unwrap(), 5);
    assert_eq!(store.increment("g", "k", -7).unwrap(), -2);
    assert_eq!(store.increment("g", "k", 0).unwrap(), -2);
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"-2");
    assert_eq!(store.increment("g", "other", 0).unwrap(), 0);
    assert_eq!(store.get("g", "other").unwrap().unwrap(), b"0");
}

fn digits_are_a_counter(kit: &Kit) {
    let store = kit.store();
    for (value, sum) in
        [("41", 42), ("-1", 0), ("0", 1), ("007", 8), ("12345678", 12_345_679), ("-1234567", -1_234_566)]
    {
        store.set("g", "k", value.as_bytes()).unwrap();
        assert_eq!(store.increment("g", "k", 1).unwrap(), sum, "{value}");
        assert_eq!(store.get("g", "k").unwrap().unwrap(), sum.to_string().as_bytes());
    }
}

fn eight_bytes_that_are_no_text_are_a_little_endian_counter(kit: &Kit) {
    let store = kit.store();
    for number in [0_i64, 1, 258, -1, i64::MIN, i64::MAX - 1, 0x0102_0304_0506_0708] {
        store.set("g", "k", &number.to_le_bytes()).unwrap();
        assert_eq!(store.increment("g", "k", 1).unwrap(), number + 1, "{number}");
        assert_eq!(store.get("g", "k").unwrap().unwrap(), (number + 1).to_string().as_bytes(), "{number}");
    }
}

fn what_is_no_number_is_refused_and_stays(kit: &Kit) {
    let store = kit.store();
    for value in [
        &b""[..],
        b"x",
        b"eightlet",
        b" 1",
        b"1 ",
        b"1.0",
        b"0x10",
        b"1e3",
        b"--1",
        b"+1",
        b"\xFF",
        b"\0\0\0\0\0\0\0",
        b"\0\0\0\0\0\0\0\0\0",
    ] {
        store.set("g", "k", value).unwrap();
        assert_refused!(store.increment("g", "k", 1), Error::NotACounter);
        assert_eq!(store.get("g", "k").unwrap().unwrap(), value);
    }
    for value in ["9223372036854775808", "-9223372036854775809", "99999999999999999999999"] {
        store.set("g", "k", value.as_bytes()).unwrap();
        assert_refused!(store.increment("g", "k", 1), Error::NotACounter);
    }
}

fn a_counter_does_not_run_over_at_either_end(kit: &Kit) {
    let store = kit.store();
    for (value, delta) in [(i64::MAX, 1), (i64::MIN, -1), (1, i64::MAX), (-2, i64::MIN), (i64::MAX, i64::MAX)] {
        store.set("g", "k", value.to_string().as_bytes()).unwrap();
        let before = version(&store, "g", "k");
        assert_refused!(store.increment("g", "k", delta), Error::Overflow);
        assert_eq!(store.get("g", "k").unwrap().unwrap(), value.to_string().as_bytes());
        assert_eq!(version(&store, "g", "k"), before);
    }
    store.set("g", "k", b"0").unwrap();
    assert_eq!(store.increment("g", "k", i64::MIN).unwrap(), i64::MIN);
    assert_eq!(store.increment("g", "k", i64::MAX).unwrap(), -1);
}

fn a_swap_of_nothing_inserts_only(kit: &Kit) {
    let store = kit.store();
    let Outcome::Done(first) = store.compare_and_swap("g", "k", None, b"1").unwrap() else { panic!() };
    assert_eq!(version(&store, "g", "k"), first);
    match store.compare_and_swap("g", "k", None, b"2").unwrap() {
        Outcome::Stale(Some(now)) => {
            assert_eq!((now.key.as_str(), now.value.as_deref(), now.version), ("k", Some(&b"1"[..]), first));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"1");
}

fn a_swap_of_a_version_replaces_it_and_clears_the_time(kit: &Kit) {
    let store = kit.store();
    let first = store.set_with_ttl("g", "k", b"1", 50).unwrap();
    let Outcome::Done(second) = store.compare_and_swap("g", "k", Some(first), b"2").unwrap() else { panic!() };
    assert!(second > first);
    let now = store.entry("g", "k").unwrap().unwrap();
    assert_eq!((now.value.as_deref(), now.version, now.ttl_ms), (Some(&b"2"[..]), second, None));
    assert_eq!(store.compare_and_swap("g", "k", Some(first), b"3").unwrap(), Outcome::Stale(Some(now)));
}

fn a_swap_of_a_version_of_what_is_absent_is_stale(kit: &Kit) {
    let store = kit.store();
    assert_eq!(store.compare_and_swap("g", "k", Some(1), b"v").unwrap(), Outcome::Stale(None));
    assert_eq!(store.compare_and_swap("g", "k", Some(0), b"v").unwrap(), Outcome::Stale(None));
    assert!(!store.exists("g", "k").unwrap());
}

fn an_entry_that_went_and_came_back_is_another_one(kit: &Kit) {
    let store = kit.store();
    let first = store.set("g", "k", b"v").unwrap();
    store.delete("g", "k").unwrap();
    let second = store.set("g", "k", b"v").unwrap();
    assert_ne!(first, second);
    assert!(matches!(store.compare_and_swap("g", "k", Some(first), b"w").unwrap(), Outcome::Stale(Some(_))));
    assert!(matches!(store.compare_and_delete("g", "k", first).unwrap(), Outcome::Stale(Some(_))));
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"v");
}

fn a_conditional_delete_takes_the_version_it_was_told(kit: &Kit) {
    let store = kit.store();
    assert_eq!(store.compare_and_delete("g", "k", 1).unwrap(), Outcome::Stale(None));
    let first = store.set("g", "k", b"1").unwrap();
    let second = store.set("g", "k", b"2").unwrap();
    match store.compare_and_delete("g", "k", first).unwrap() {
        Outcome::Stale(Some(now)) => assert_eq!(now.version, second),
        other => panic!("{other:?}"),
    }
    assert!(matches!(store.compare_and_delete("g", "k", second).unwrap(), Outcome::Done(_)));
    assert!(!store.exists("g", "k").unwrap());
}

fn a_touch_makes_a_version_stale(kit: &Kit) {
    let store = kit.store();
    let first = store.set("g", "k", b"1").unwrap();
    store.touch("g", "k", None).unwrap();
    assert!(matches!(store.compare_and_swap("g", "k", Some(first), b"2").unwrap(), Outcome::Stale(Some(_))));
}

fn a_stale_swap_over_quota_is_stale(kit: &Kit) {
    let store = kit.scope(max_keys(1));
    store.set("g", "a", b"1").unwrap();
    assert_eq!(store.compare_and_swap("g", "b", Some(7), b"2").unwrap(), Outcome::Stale(None));
    assert_refused!(store.compare_and_swap("g", "b", None, b"2"), Error::QuotaExceeded { .. });
    assert_refused!(store.increment("g", "b", 1), Error::QuotaExceeded { .. });
}

fn a_value_tells_whether_it_is_a_counter(kit: &Kit) {
    let store = kit.store();
    let is_counter = |key: &str| {
        let by_view = store.view(|view| view.value("g", key)).unwrap().map(|value| value.is_counter);
        let many = store.view(|view| view.values("g", &[key])).unwrap();
        assert_eq!(many[0].as_ref().map(|value| value.is_counter), by_view);
        // In memory after the first read, and before it.
        if let Some(value) = store.value_at_once("g", key) {
            assert_eq!(value.unwrap().map(|value| value.is_counter), by_view);
        }
        by_view
    };
    assert_eq!(is_counter("k"), None);
    store.set("g", "k", b"41").unwrap();
    assert_eq!(is_counter("k"), Some(false), "digits that somebody set");
    store.increment("g", "k", 1).unwrap();
    assert_eq!(is_counter("k"), Some(true));
    store.touch("g", "k", Some(60_000)).unwrap();
    assert_eq!(is_counter("k"), Some(true));
    store.set("g", "k", b"42").unwrap();
    assert_eq!(is_counter("k"), Some(false));
}

conformance! {
    a_value_tells_whether_it_is_a_counter,
    an_absent_counter_is_zero,
    digits_are_a_counter,
    eight_bytes_that_are_no_text_are_a_little_endian_counter,
    what_is_no_number_is_refused_and_stays,
    a_counter_does_not_run_over_at_either_end,
    a_swap_of_nothing_inserts_only,
    a_swap_of_a_version_replaces_it_and_clears_the_time,
    a_swap_of_a_version_of_what_is_absent_is_stale,
    an_entry_that_went_and_came_back_is_another_one,
    a_conditional_delete_takes_the_version_it_was_told,
    a_touch_makes_a_version_stale,
    a_stale_swap_over_quota_is_stale,
}
