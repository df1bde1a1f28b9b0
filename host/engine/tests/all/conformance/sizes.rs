//! Limits on sizes: exact, checked by every function, and nothing is written past them.

use larder_engine::{Bound, Change, Error, Limits, Query, Result, SizeLimit, Store};

use crate::support::*;

fn small(kit: &Kit) -> Store {
    let limits = Limits { group_bytes: 4, key_bytes: 5, value_bytes: 6, batch_items: 3, ..Limits::default() };
    kit.store_with(|config| config.limits(limits))
}

#[track_caller]
fn too_large<T: std::fmt::Debug>(result: Result<T>, what: SizeLimit, size: u64, limit: u64) {
    match result {
        Err(Error::TooLarge { what: w, size: s, limit: l }) => assert_eq!((w, s, l), (what, size, limit)),
        other => panic!("{other:?}"),
    }
}

fn what_is_as_large_as_allowed_is_stored(kit: &Kit) {
    let store = small(kit);
    store.set("ggéé".get(..4).unwrap(), "keykk", b"vvvvvv").unwrap();
    assert_eq!(store.get("ggé", "keykk").unwrap().unwrap(), b"vvvvvv");
}

fn a_group_over_the_limit_is_refused_by_every_function(kit: &Kit) {
    let s = small(kit);
    let g = "ggéé";
    let query = Query { group: g.into(), ..Query::default() };
    let no = |result: Result<()>| too_large(result, SizeLimit::Group, 6, 4);
    no(s.get(g, "k").map(drop));
    no(s.entry(g, "k").map(drop));
    no(s.exists(g, "k").map(drop));
    no(s.group_exists(g).map(drop));
    no(s.count(g).map(drop));
    no(s.count_all(g).map(drop));
    no(s.groups(g, None, 0).map(drop));
    no(s.scan(&query).map(drop));
    no(s.page(g, 0, 1).map(drop));
    no(s.page(g, 0, 0).map(drop));
    no(s.get_many(g, &["k"]).map(drop));
    no(s.set(g, "k", b"").map(drop));
    no(s.set_with_ttl(g, "k", b"", 1).map(drop));
    no(s.touch(g, "k", None).map(drop));
    no(s.delete(g, "k").map(drop));
    no(s.delete_group(g).map(drop));
    no(s.delete_prefix(g).map(drop));
    no(s.increment(g, "k", 1).map(drop));
    no(s.compare_and_swap(g, "k", None, b"").map(drop));
    no(s.compare_and_delete(g, "k", 1).map(drop));
    no(s.set_many(g, &[("k".into(), vec![])]).map(drop));
    no(s.delete_many(g, &["k"]).map(drop));
    no(s.apply(&[Change::DeleteGroup { group: g.into() }]).map(drop));
    no(s.apply(&[Change::Delete { group: g.into(), key: "k".into() }]).map(drop));
    no(s.apply(&[Change::Set { group: g.into(), key: "k".into(), value: vec![], ttl_ms: None }]).map(drop));
}

fn a_key_over_the_limit_is_refused_by_every_function(kit: &Kit) {
    let s = small(kit);
    let k = "sixsix";
    let no = |result: Result<()>| too_large(result, SizeLimit::Key, 6, 5);
    no(s.get("g", k).map(drop));
    no(s.entry("g", k).map(drop));
    no(s.exists("g", k).map(drop));
    no(s.get_many("g", &["k", k]).map(drop));
    no(s.set("g", k, b"").map(drop));
    no(s.set_with_ttl("g", k, b"", 1).map(drop));
    no(s.touch("g", k, None).map(drop));
    no(s.delete("g", k).map(drop));
    no(s.increment("g", k, 1).map(drop));
    no(s.compare_and_swap("g", k, None, b"").map(drop));
    no(s.compare_and_delete("g", k, 1).map(drop));
    no(s.set_many("g", &[(k.into(), vec![])]).map(drop));
    no(s.delete_many("g", &[k]).map(drop));
    no(s.apply(&[Change::Delete { group: "g".into(), key: k.into() }]).map(drop));
    for query in [
        Query { group: "g".into(), prefix: k.into(), ..Query::default() },
        Query { group: "g".into(), start: Bound::Included(k.into()), ..Query::default() },
        Query { group: "g".into(), start: Bound::Excluded(k.into()), ..Query::default() },
        Query { group: "g".into(), end: Bound::Included(k.into()), ..Query::default() },
        Query { group: "g".into(), end: Bound::Excluded(k.into()), ..Query::default() },
    ] {
        no(s.scan(&query).map(drop));
    }
}

fn a_value_over_the_limit_is_refused_by_every_function(kit: &Kit) {
    let s = small(kit);
    let v = b"seven..";
    let no = |result: Result<()>| too_large(result, SizeLimit::Value, 7, 6);
    no(s.set("g", "k", v).map(drop));
    no(s.set_with_ttl("g", "k", v, 1).map(drop));
    no(s.compare_and_swap("g", "k", None, v).map(drop));
    no(s.set_many("g", &[("k".into(), v.to_vec())]).map(drop));
    no(s.apply(&[Change::Set { group: "g".into(), key: "k".into(), value: v.to_vec(), ttl_ms: None }]).map(drop));
    no(s.increment("g", "k", 1_000_000).map(drop));
    assert_eq!(s.count_all("").unwrap(), 0);
}

fn a_value_that_is_too_large_leaves_the_old_one(kit: &Kit) {
    let store = small(kit);
    store.set("g", "k", b"old").unwrap();
    too_large(store.set("g", "k", b"new and long"), SizeLimit::Value, 12, 6);
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"old");
}

fn more_items_than_allowed_are_refused(kit: &Kit) {
    let s = small(kit);
    let no = |result: Result<()>| too_large(result, SizeLimit::Batch, 4, 3);
    let pairs: Vec<(String, Vec<u8>)> = (0..4).map(|n| (n.to_string(), vec![])).collect();
    let keys = ["0", "1", "2", "3"];
    no(s.get_many("g", &keys).map(drop));
    no(s.set_many("g", &pairs).map(drop));
    no(s.delete_many("g", &keys).map(drop));
    no(s.apply(&vec![Change::DeleteGroup { group: "g".into() }; 4]).map(drop));
    s.set_many("g", &pairs[..3]).unwrap();
    assert_eq!(s.get_many("g", &keys[..3]).unwrap(), vec![Some(vec![]); 3]);
    assert_eq!(s.delete_many("g", &keys[..3]).unwrap(), 3);
}

fn an_answer_over_the_limit_is_refused(kit: &Kit) {
    let limits = Limits { response_bytes: 10, ..Limits::default() };
    let store = kit.store_with(|config| config.limits(limits));
    store.set("g", "five", b"12345").unwrap();
    assert_eq!(store.get_many("g", &["five", "none", "five"]).unwrap().len(), 3);
    too_large(store.get_many("g", &["five"; 3]), SizeLimit::Response, 15, 10);
}

fn a_scope_s_prefix_is_no_part_of_the_group_s_size(kit: &Kit) {
    let limits = Limits { group_bytes: 2, ..Limits::default() };
    let tenant = acme(&kit.larder_with(|config| config.limits(limits)));
    let store = tenant.scope(scope("a-long-name"), Default::default());
    store.set("gg", "k", b"").unwrap();
    too_large(store.set("ggg", "k", b""), SizeLimit::Group, 3, 2);
}

conformance! {
    what_is_as_large_as_allowed_is_stored,
    a_group_over_the_limit_is_refused_by_every_function,
    a_key_over_the_limit_is_refused_by_every_function,
    a_value_over_the_limit_is_refused_by_every_function,
    a_value_that_is_too_large_leaves_the_old_one,
    more_items_than_allowed_are_refused,
    an_answer_over_the_limit_is_refused,
    a_scope_s_prefix_is_no_part_of_the_group_s_size,
}
