//! Quotas: exact, over live entries, and nothing is written past them.

use larder_engine::{Change, Error, Quota, QuotaKind, Result, Store, Tenant};

use crate::support::*;

#[track_caller]
fn over<T: std::fmt::Debug>(result: Result<T>, quota: QuotaKind, used: u64, limit: u64) {
    match result {
        Err(Error::QuotaExceeded { quota: q, used: u, limit: l }) => assert_eq!((q, u, l), (quota, used, limit)),
        other => panic!("{other:?}"),
    }
}

fn used(store: &Store) -> (u64, u64, u64) {
    let usage = store.usage().unwrap();
    (usage.keys.used, usage.groups.used, usage.bytes.used)
}

fn scoped(tenant: &Tenant, quota: Quota) -> Store {
    tenant.scope(scope("plugin"), quota)
}

fn the_last_key_fits_and_the_next_one_does_not(kit: &Kit) {
    let store = kit.scope(max_keys(3));
    for key in ["a", "b", "c"] {
        store.set("g", key, b"").unwrap();
    }
    over(store.set("g", "d", b""), QuotaKind::Keys, 3, 3);
    over(store.set("h", "a", b""), QuotaKind::Keys, 3, 3);
    over(store.set_with_ttl("g", "d", b"", 5), QuotaKind::Keys, 3, 3);
    over(store.increment("g", "d", 1), QuotaKind::Keys, 3, 3);
    over(store.compare_and_swap("g", "d", None, b""), QuotaKind::Keys, 3, 3);
    over(store.set_many("g", &[("d".into(), vec![])]), QuotaKind::Keys, 3, 3);
    assert_eq!(keys(&store, "g"), ["a", "b", "c"]);
    assert_eq!(groups(&store, ""), ["g"]);
    store.delete("g", "b").unwrap();
    store.set("g", "d", b"").unwrap();
}

fn a_quota_of_nothing_takes_nothing(kit: &Kit) {
    over(kit.scope(max_keys(0)).set("", "", b""), QuotaKind::Keys, 0, 0);
    over(kit.scope(max_groups(0)).set("", "", b""), QuotaKind::Groups, 0, 0);
    let store = kit.scope(max_bytes(7));
    store.set("", "", b"").unwrap();
    over(store.set("", "", b"x"), QuotaKind::Bytes, 7, 7);
}

fn overwriting_a_live_key_is_free(kit: &Kit) {
    let store = kit.scope(Quota { keys: Some(1), groups: Some(1), bytes: None });
    store.set("g", "k", b"1").unwrap();
    store.set("g", "k", b"2").unwrap();
    store.set_with_ttl("g", "k", b"3", 1_000).unwrap();
    assert_eq!(store.increment("g", "k", 1).unwrap(), 4);
    store.touch("g", "k", None).unwrap();
    let now = version(&store, "g", "k");
    store.compare_and_swap("g", "k", Some(now), b"5").unwrap();
    store.set_many("g", &[("k".into(), b"6".to_vec()), ("k".into(), b"7".to_vec())]).unwrap();
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"7");
}

fn a_key_that_expired_counts_as_new(kit: &Kit) {
    let tenant = kit.tenant();
    let store = scoped(&tenant, max_keys(2));
    store.set_with_ttl("g", "a", b"", 5).unwrap();
    store.set("g", "b", b"").unwrap();
    kit.advance(5);
    store.set("g", "c", b"").unwrap();
    over(store.set("g", "a", b""), QuotaKind::Keys, 2, 2);
    assert_eq!(keys(&store, "g"), ["b", "c"]);
    assert_sound(&tenant);
}

fn what_expired_makes_room(kit: &Kit) {
    let tenant = kit.tenant();
    let store = scoped(&tenant, Quota { keys: Some(2), groups: Some(2), bytes: Some(40) });
    for round in 0..5 {
        store.set_with_ttl(&format!("{round}a"), "k", b"12345", 5).unwrap();
        store.set_with_ttl(&format!("{round}b"), "k", b"12345", 5).unwrap();
        over(store.set("one", "k", b""), QuotaKind::Keys, 2, 2);
        kit.advance(5);
        assert_eq!(used(&store), (0, 0, 0));
    }
    assert_sound(&tenant);
}

fn the_last_group_fits_and_the_next_one_does_not(kit: &Kit) {
    let store = kit.scope(max_groups(2));
    store.set("a", "1", b"").unwrap();
    store.set("b", "1", b"").unwrap();
    over(store.set("c", "1", b""), QuotaKind::Groups, 2, 2);
    store.set("a", "2", b"").unwrap();
    store.set("b", "2", b"").unwrap();
    store.delete("a", "1").unwrap();
    over(store.set("c", "1", b""), QuotaKind::Groups, 2, 2);
    store.delete("a", "2").unwrap();
    store.set("c", "1", b"").unwrap();
    over(store.set("a", "1", b""), QuotaKind::Groups, 2, 2);
}

fn keys_are_looked_at_before_groups_and_groups_before_bytes(kit: &Kit) {
    let tenant = kit.tenant();
    scoped(&tenant, Quota::default()).set("g", "k", b"").unwrap();
    let with = |keys, groups, bytes| scoped(&tenant, Quota { keys, groups, bytes });
    over(with(Some(1), Some(1), Some(9)).set("h", "k", b""), QuotaKind::Keys, 1, 1);
    over(with(None, Some(1), Some(9)).set("h", "k", b""), QuotaKind::Groups, 1, 1);
    over(with(None, None, Some(9)).set("h", "k", b""), QuotaKind::Bytes, 9, 9);
}

fn bytes_are_those_of_the_stored_group_the_key_and_the_value(kit: &Kit) {
    let store = kit.scope(max_bytes(20));
    // "plugin:g" is eight bytes.
    store.set("g", "é", b"1234567890").unwrap();
    assert_eq!(used(&store), (1, 1, 20));
    over(store.set("g", "é", b"12345678901"), QuotaKind::Bytes, 20, 20);
    over(store.set("", "", b""), QuotaKind::Bytes, 20, 20);
    store.set("g", "é", b"123").unwrap();
    store.set("", "", b"").unwrap();
    assert_eq!(used(&store), (2, 2, 20));
    over(store.increment("g", "é", 1_000), QuotaKind::Bytes, 20, 20);
    assert_eq!(store.increment("g", "é", 1).unwrap(), 124);
    store.delete("", "").unwrap();
    assert_eq!(store.increment("g", "é", 1_000).unwrap(), 1_124);
}

fn a_batch_over_quota_writes_nothing(kit: &Kit) {
    let tenant = kit.tenant();
    let store = scoped(&tenant, max_keys(3));
    store.set("g", "old", b"old").unwrap();
    let pairs: Vec<(String, Vec<u8>)> = ["old", "1", "2", "3"].iter().map(|key| ((*key).into(), vec![])).collect();
    over(store.set_many("g", &pairs), QuotaKind::Keys, 3, 3);
    assert_eq!(all(&store, "g"), [("old".to_string(), b"old".to_vec())]);
    let set = |key: &str| Change::Set { group: "h".into(), key: key.into(), value: vec![], ttl_ms: None };
    let clear = Change::DeleteGroup { group: "g".into() };
    over(store.apply(&[clear.clone(), set("1"), set("2"), set("3"), set("4")]), QuotaKind::Keys, 3, 3);
    assert_eq!(all(&store, "g"), [("old".to_string(), b"old".to_vec())]);
    store.apply(&[clear, set("1"), set("2"), set("3")]).unwrap();
    assert_eq!(used(&store).0, 3);
    assert_sound(&tenant);
}

fn a_batch_may_not_pass_the_quota_even_for_a_moment(kit: &Kit) {
    let store = kit.scope(max_keys(1));
    store.set("g", "a", b"").unwrap();
    let set = Change::Set { group: "g".into(), key: "b".into(), value: vec![], ttl_ms: None };
    let delete = Change::Delete { group: "g".into(), key: "a".into() };
    over(store.apply(&[set.clone(), delete.clone()]), QuotaKind::Keys, 1, 1);
    store.apply(&[delete, set]).unwrap();
    assert_eq!(keys(&store, "g"), ["b"]);
}

fn scopes_have_quotas_of_their_own(kit: &Kit) {
    let tenant = kit.tenant();
    let store = |name: &str, keys| tenant.scope(scope(name), max_keys(keys));
    for (name, keys) in [("a", 1), ("A", 2), ("ab", 3), ("a-b", 4)] {
        for n in 0..keys {
            store(name, keys).set("g", &n.to_string(), b"").unwrap();
        }
    }
    for (name, keys) in [("a", 1), ("A", 2), ("ab", 3), ("a-b", 4)] {
        over(store(name, keys).set("g", "one more", b""), QuotaKind::Keys, keys, keys);
    }
    tenant.store().set("g", "k", b"").unwrap();
    assert_sound(&tenant);
}

fn what_is_written_without_the_scope_counts_in_it(kit: &Kit) {
    let tenant = kit.tenant();
    let store = scoped(&tenant, max_keys(1));
    tenant.store().set("plugin:g", "k", b"").unwrap();
    over(store.set("g", "other", b""), QuotaKind::Keys, 1, 1);
    tenant.store().delete_group("plugin:g").unwrap();
    store.set("g", "other", b"").unwrap();
}

fn a_tenant_s_quota_holds_over_all_of_its_scopes(kit: &Kit) {
    let tenant = acme(&kit.larder_with(|config| config.tenant_quota(max_keys(3))));
    let (a, b) = (tenant.scope(scope("a"), max_keys(2)), tenant.scope(scope("b"), Quota::default()));
    a.set("g", "1", b"").unwrap();
    b.set("g", "1", b"").unwrap();
    tenant.store().set("g", "1", b"").unwrap();
    over(a.set("g", "2", b""), QuotaKind::Keys, 3, 3);
    over(b.set("g", "2", b""), QuotaKind::Keys, 3, 3);
    over(tenant.store().set("g", "2", b""), QuotaKind::Keys, 3, 3);
    b.delete("g", "1").unwrap();
    a.set("g", "2", b"").unwrap();
    over(a.set("g", "3", b""), QuotaKind::Keys, 2, 2);
}

fn what_expired_in_another_scope_makes_room_in_the_tenant(kit: &Kit) {
    let tenant = acme(&kit.larder_with(|config| config.tenant_quota(max_keys(1))));
    let (a, b) = (tenant.scope(scope("a"), max_keys(1)), tenant.scope(scope("b"), Quota::default()));
    b.set_with_ttl("g", "k", b"", 5).unwrap();
    over(a.set("g", "k", b""), QuotaKind::Keys, 1, 1);
    kit.advance(5);
    a.set("g", "k", b"").unwrap();
    assert_sound(&tenant);
}

fn a_quota_below_what_is_used_still_lets_the_rest_go_on(kit: &Kit) {
    let tenant = kit.tenant();
    let store = scoped(&tenant, Quota::default());
    for n in 0..4 {
        store.set(&format!("g{n}"), "k", b"value").unwrap();
    }
    let low = scoped(&tenant, Quota { keys: Some(2), groups: Some(2), bytes: Some(10) });
    low.set("g0", "k", b"other").unwrap();
    low.set("g0", "k", b"less").unwrap();
    low.touch("g0", "k", Some(1_000)).unwrap();
    over(low.set("g0", "k", b"value"), QuotaKind::Bytes, 59, 10);
    over(low.set("g0", "new", b""), QuotaKind::Keys, 4, 2);
    assert!(low.delete("g1", "k").unwrap());
    assert_eq!(low.delete_group("g2").unwrap(), 1);
    assert_eq!(low.delete_prefix("g").unwrap(), 2);
    low.set("", "", b"").unwrap();
}

fn a_group_whose_entries_all_expired_counts_as_new(kit: &Kit) {
    let tenant = kit.tenant();
    let store = scoped(&tenant, Quota::default());
    store.set("live", "k", b"").unwrap();
    store.set_with_ttl("dying", "k", b"", 5).unwrap();
    kit.advance(5);
    let low = scoped(&tenant, max_groups(1));
    over(low.set("dying", "other", b""), QuotaKind::Groups, 1, 1);
    assert_eq!(groups(&low, ""), ["live"]);
}

fn a_transaction_counts_what_it_wrote(kit: &Kit) {
    let tenant = kit.tenant();
    let store = scoped(&tenant, max_keys(2));
    let transaction = store.begin().unwrap();
    let inside = transaction.store();
    inside.set("g", "a", b"").unwrap();
    inside.set("g", "b", b"").unwrap();
    over(inside.set("g", "c", b""), QuotaKind::Keys, 2, 2);
    assert_eq!(used(&inside).0, 2);
    assert_eq!(used(&store).0, 0);
    inside.delete("g", "a").unwrap();
    inside.set("g", "c", b"").unwrap();
    transaction.rollback().unwrap();
    assert_eq!(used(&store), (0, 0, 0));
    store.transaction(|inside| inside.set("g", "a", b"").and(inside.set("g", "b", b""))).unwrap();
    over(store.set("g", "c", b""), QuotaKind::Keys, 2, 2);
    assert_sound(&tenant);
}

conformance! {
    the_last_key_fits_and_the_next_one_does_not,
    a_quota_of_nothing_takes_nothing,
    overwriting_a_live_key_is_free,
    a_key_that_expired_counts_as_new,
    what_expired_makes_room,
    the_last_group_fits_and_the_next_one_does_not,
    keys_are_looked_at_before_groups_and_groups_before_bytes,
    bytes_are_those_of_the_stored_group_the_key_and_the_value,
    a_batch_over_quota_writes_nothing,
    a_batch_may_not_pass_the_quota_even_for_a_moment,
    scopes_have_quotas_of_their_own,
    what_is_written_without_the_scope_counts_in_it,
    a_tenant_s_quota_holds_over_all_of_its_scopes,
    what_expired_in_another_scope_makes_room_in_the_tenant,
    a_quota_below_what_is_used_still_lets_the_rest_go_on,
    a_group_whose_entries_all_expired_counts_as_new,
    a_transaction_counts_what_it_wrote,
}
