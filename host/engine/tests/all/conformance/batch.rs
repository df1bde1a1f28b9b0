//! Many keys in one call: wholly or not at all.

use larder_engine::{Change, Error, Limits, SizeLimit, Store};

use crate::support::*;

fn set(group: &str, key: &str, value: &[u8]) -> Change {
    Change::Set { group: group.into(), key: key.into(), value: value.into(), ttl_ms: None }
}

fn delete(group: &str, key: &str) -> Change {
    Change::Delete { group: group.into(), key: key.into() }
}

fn pairs(pairs: &[(&str, &[u8])]) -> Vec<(String, Vec<u8>)> {
    pairs.iter().map(|(key, value)| ((*key).into(), value.to_vec())).collect()
}

fn values_come_in_the_order_asked_for(kit: &Kit) {
    let store = kit.store();
    store.set("g", "a", b"1").unwrap();
    store.set("g", "", b"").unwrap();
    store.set_with_ttl("g", "gone", b"x", 0).unwrap();
    let values = store.get_many("g", &["a", "none", "", "a", "gone"]).unwrap();
    assert_eq!(values, [Some(b"1".to_vec()), None, Some(vec![]), Some(b"1".to_vec()), None]);
    assert_eq!(store.get_many("g", &[""; 0]).unwrap(), []);
}

fn many_entries_get_one_version(kit: &Kit) {
    let store = kit.store();
    let before = store.set("g", "a", b"old").unwrap();
    let many = store.set_many("g", &pairs(&[("a", b"1"), ("b", b"2"), ("c", b"\xFF")])).unwrap();
    assert!(many > before);
    for key in ["a", "b", "c"] {
        assert_eq!(version(&store, "g", key), many);
    }
    assert_eq!(store.count("g").unwrap(), 3);
}

fn of_a_key_that_stands_twice_the_last_one_holds(kit: &Kit) {
    let tenant = kit.tenant();
    let store = tenant.store();
    store.set_many("g", &pairs(&[("a", b"first"), ("b", b""), ("a", b"last")])).unwrap();
    assert_eq!(store.get("g", "a").unwrap().unwrap(), b"last");
    assert_eq!(store.count("g").unwrap(), 2);
    assert_eq!(store.usage().unwrap().bytes.used, 8);
    assert_sound(&tenant);
}

fn deletes_count_what_was_there_once(kit: &Kit) {
    let store = kit.store();
    store.set_many("g", &pairs(&[("a", b""), ("b", b""), ("c", b"")])).unwrap();
    assert_eq!(store.delete_many("g", &["a", "none", "a", "b"]).unwrap(), 2);
    assert_eq!(keys(&store, "g"), ["c"]);
}

fn nothing_in_a_call_is_nothing_done(kit: &Kit) {
    let store = kit.store();
    store.set_many("g", &[]).unwrap();
    store.apply(&[]).unwrap();
    assert_eq!(store.delete_many("g", &[""; 0]).unwrap(), 0);
    assert_eq!(store.count_all("").unwrap(), 0);
}

fn changes_are_made_in_the_order_given(kit: &Kit) {
    let store = kit.store();
    store.set("g", "old", b"").unwrap();
    let version = store
        .apply(&[
            set("g", "a", b"1"),
            Change::DeleteGroup { group: "g".into() },
            set("g", "b", b"2"),
            set("h", "c", b"3"),
            delete("h", "c"),
            delete("none", "none"),
            set("h", "d", b"first"),
            set("h", "d", b"second"),
        ])
        .unwrap();
    assert_eq!(all(&store, "g"), pairs(&[("b", b"2")]));
    assert_eq!(all(&store, "h"), pairs(&[("d", b"second")]));
    assert_eq!(store.entry("h", "d").unwrap().unwrap().version, version);
}

fn limited(kit: &Kit) -> Store {
    kit.store_with(|config| config.limits(Limits { value_bytes: 3, ..Limits::default() }))
}

/// Every kind of change, and then one that is refused.
fn refused_changes() -> [Change; 5] {
    let gone = Change::DeleteGroup { group: "gone".into() };
    [set("g", "new", b"x"), set("g", "old", b"new"), delete("g", "del"), gone, set("g", "big", b"large")]
}

fn fill(store: &Store) {
    store.apply(&[set("g", "old", b"old"), set("g", "del", b"x"), set("gone", "k", b"x")]).unwrap();
}

fn assert_as_filled(store: &Store) {
    assert_eq!(all(store, "g"), pairs(&[("del", b"x"), ("old", b"old")]));
    assert_eq!(all(store, "gone"), pairs(&[("k", b"x")]));
    assert_eq!(store.usage().unwrap().keys.used, 3);
}

fn an_error_in_the_middle_leaves_no_trace(kit: &Kit) {
    let store = limited(kit);
    fill(&store);
    assert_refused!(store.apply(&refused_changes()), Error::TooLarge { what: SizeLimit::Value, size: 5, limit: 3 });
    assert_as_filled(&store);
    assert_refused!(
        store.set_many("g", &pairs(&[("old", b"x"), ("n", b"x"), ("b", b"large")])),
        Error::TooLarge { .. }
    );
    assert_refused!(store.delete_many("g", &["old", &"k".repeat(5_000)]), Error::TooLarge { .. });
    assert_as_filled(&store);
}

fn an_error_in_the_middle_leaves_no_trace_in_a_transaction_that_goes_on(kit: &Kit) {
    let larder = kit.larder_with(|config| config.limits(Limits { value_bytes: 3, ..Limits::default() }));
    let tenant = acme(&larder);
    let store = tenant.store();
    let transaction = store.begin().unwrap();
    let inside = transaction.store();
    fill(&inside);
    assert_refused!(inside.apply(&refused_changes()), Error::TooLarge { .. });
    assert_as_filled(&inside);
    inside.set("g", "after", b"x").unwrap();
    assert_refused!(inside.set_many("g", &pairs(&[("after", b"y"), ("b", b"large")])), Error::TooLarge { .. });
    inside.delete("g", "after").unwrap();
    transaction.commit().unwrap();
    assert_as_filled(&store);
    assert_sound(&tenant);
}

fn an_error_that_a_closure_swallows_leaves_no_trace_of_its_call(kit: &Kit) {
    let store = limited(kit);
    fill(&store);
    store
        .update(|update| {
            assert!(update.apply(&refused_changes()).is_err());
            assert!(update.set_many("g", &pairs(&[("x", b"x"), ("b", b"large")])).is_err());
            Ok(())
        })
        .unwrap();
    assert_as_filled(&store);
}

fn an_error_of_a_closure_undoes_all_of_it(kit: &Kit) {
    let tenant = kit.tenant();
    let store = tenant.store();
    fill(&store);
    let result = store.update(|update| {
        update.set("g", "x", b"x")?;
        update.delete_prefix("")?;
        failure::<()>()
    });
    assert_refused!(result, Error::Conflict);
    assert_as_filled(&store);
    assert_sound(&tenant);
}

conformance! {
    values_come_in_the_order_asked_for,
    many_entries_get_one_version,
    of_a_key_that_stands_twice_the_last_one_holds,
    deletes_count_what_was_there_once,
    nothing_in_a_call_is_nothing_done,
    changes_are_made_in_the_order_given,
    an_error_in_the_middle_leaves_no_trace,
    an_error_in_the_middle_leaves_no_trace_in_a_transaction_that_goes_on,
    an_error_that_a_closure_swallows_leaves_no_trace_of_its_call,
    an_error_of_a_closure_undoes_all_of_it,
}
