//! Versions: the order of commits.

use crate::support::*;

fn each_commit_has_a_greater_version(kit: &Kit) {
    let store = kit.store();
    let mut last = 0;
    let mut greater = |version: u64| {
        assert!(version > last, "{version} after {last}");
        last = version;
    };
    greater(store.set("g", "a", b"1").unwrap());
    greater(store.set("g", "a", b"1").unwrap());
    greater(store.set_with_ttl("h", "b", b"", 5).unwrap());
    greater(store.set_many("g", &[("c".into(), vec![])]).unwrap());
    store.increment("g", "n", 1).unwrap();
    greater(version(&store, "g", "n"));
    store.touch("g", "a", None).unwrap();
    greater(version(&store, "g", "a"));
    let transaction = store.begin().unwrap();
    greater(transaction.store().set("g", "a", b"").unwrap());
    transaction.commit().unwrap();
    greater(store.set("g", "a", b"").unwrap());
}

fn a_version_is_the_entry_s_own(kit: &Kit) {
    let store = kit.store();
    let a = store.set("g", "a", b"").unwrap();
    let b = store.set("g", "b", b"").unwrap();
    assert_eq!((version(&store, "g", "a"), version(&store, "g", "b")), (a, b));
}

fn all_writes_of_a_transaction_have_its_version(kit: &Kit) {
    let store = kit.store();
    let transaction = store.begin().unwrap();
    let a = transaction.store().set("g", "a", b"").unwrap();
    let b = transaction.store().set("h", "b", b"").unwrap();
    let committed = transaction.commit().unwrap();
    assert_eq!((a, b), (committed, committed));
    assert_eq!(version(&store, "h", "b"), committed);
}

fn a_version_that_was_rolled_back_is_not_given_again(kit: &Kit) {
    let store = kit.store();
    let transaction = store.begin().unwrap();
    let undone = transaction.store().set("g", "k", b"").unwrap();
    transaction.rollback().unwrap();
    assert!(store.set("g", "k", b"").unwrap() > undone);
}

fn versions_are_told_in_one_order_whatever_the_scope(kit: &Kit) {
    let tenant = kit.tenant();
    let (a, b) = (tenant.scope(scope("a"), Default::default()), tenant.scope(scope("b"), Default::default()));
    let mut last = 0;
    for _ in 0..3 {
        for store in [&a, &b, &tenant.store()] {
            let version = store.set("g", "k", b"").unwrap();
            assert!(version > last);
            last = version;
        }
    }
}

conformance! {
    each_commit_has_a_greater_version,
    a_version_is_the_entry_s_own,
    all_writes_of_a_transaction_have_its_version,
    a_version_that_was_rolled_back_is_not_given_again,
    versions_are_told_in_one_order_whatever_the_scope,
}
