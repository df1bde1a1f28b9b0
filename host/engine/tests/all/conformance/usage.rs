//! What a scope says it uses.

use larder_engine::{Gauge, Limits, Quota, Usage};

use crate::support::*;

fn used(usage: &Usage) -> (u64, u64, u64) {
    (usage.keys.used, usage.groups.used, usage.bytes.used)
}

fn an_empty_scope_uses_nothing(kit: &Kit) {
    let usage = kit.scope(Quota::default()).usage().unwrap();
    assert_eq!(used(&usage), (0, 0, 0));
    assert_eq!((usage.keys.limit, usage.groups.limit, usage.bytes.limit), (None, None, None));
    assert_eq!(usage.limits, Limits::default());
}

fn usage_follows_every_kind_of_write(kit: &Kit) {
    let store = kit.store();
    let now = || used(&store.usage().unwrap());
    store.set("gg", "k", b"12345").unwrap();
    assert_eq!(now(), (1, 1, 8));
    store.set("gg", "k", b"1").unwrap();
    assert_eq!(now(), (1, 1, 4));
    store.increment("gg", "n", 100).unwrap();
    assert_eq!(now(), (2, 1, 10));
    store.set_many("h", &[("1".into(), b"\xFF\xFF".to_vec()), ("2".into(), vec![])]).unwrap();
    assert_eq!(now(), (4, 2, 16));
    store.touch("h", "1", Some(5)).unwrap();
    assert_eq!(now(), (4, 2, 16));
    kit.advance(5);
    assert_eq!(now(), (3, 2, 12));
    store.delete_group("h").unwrap();
    assert_eq!(now(), (2, 1, 10));
    store.delete_prefix("").unwrap();
    assert_eq!(now(), (0, 0, 0));
}

fn each_gauge_has_its_limit(kit: &Kit) {
    let quota = Quota { keys: Some(7), groups: Some(5), bytes: Some(1 << 40) };
    let usage = kit.scope(quota).usage().unwrap();
    assert_eq!(usage.keys, Gauge { used: 0, limit: Some(7) });
    assert_eq!(usage.groups, Gauge { used: 0, limit: Some(5) });
    assert_eq!(usage.bytes, Gauge { used: 0, limit: Some(1 << 40) });
}

fn the_limits_of_the_whole_tenant_are_its_quota(kit: &Kit) {
    let quota = Quota { keys: Some(7), groups: Some(5), bytes: Some(99) };
    let usage = kit.store_with(|config| config.tenant_quota(quota)).usage().unwrap();
    assert_eq!((usage.keys.limit, usage.groups.limit, usage.bytes.limit), (Some(7), Some(5), Some(99)));
}

fn usage_in_a_transaction_sees_its_writes(kit: &Kit) {
    let store = kit.store();
    store.set("g", "a", b"").unwrap();
    store
        .transaction(|inside| {
            inside.set("h", "b", b"")?;
            assert_eq!(used(&inside.usage()?), (2, 2, 4));
            assert_eq!(used(&store.usage()?), (1, 1, 2));
            Ok(())
        })
        .unwrap();
}

fn the_counters_agree_with_the_rows(kit: &Kit) {
    let tenant = kit.tenant();
    let stores = [tenant.store(), tenant.scope(scope("a"), Quota::default())];
    for round in 0..50_u64 {
        let store = &stores[(round % 2) as usize];
        let group = format!("g{}", round % 7);
        store.set(&group, &(round % 5).to_string(), &vec![b'x'; (round * 7 % 31) as usize]).unwrap();
        if round % 3 == 0 {
            store.set_with_ttl(&group, "t", b"xyz", round % 4).unwrap();
        }
        if round % 11 == 0 {
            store.delete_group(&group).unwrap();
        }
        kit.advance(1);
    }
    assert_sound(&tenant);
    let root = stores[0].usage().unwrap();
    let counted: u64 = groups(&stores[0], "").iter().map(|group| stores[0].count(group).unwrap()).sum();
    assert_eq!(root.keys.used, counted);
    assert_eq!(root.groups.used, groups(&stores[0], "").len() as u64);
}

conformance! {
    an_empty_scope_uses_nothing,
    usage_follows_every_kind_of_write,
    each_gauge_has_its_limit,
    the_limits_of_the_whole_tenant_are_its_quota,
    usage_in_a_transaction_sees_its_writes,
    the_counters_agree_with_the_rows,
}
