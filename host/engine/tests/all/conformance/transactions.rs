//! Transactions: all or nothing, and no other writer in between.

use std::time::Duration;

use larder_engine::{Bound, Change, Error, Outcome, Query, Store};

use crate::support::*;

fn a_transaction_reads_its_writes_and_nobody_else_does(kit: &Kit) {
    let store = kit.store();
    store.set("g", "old", b"1").unwrap();
    let transaction = store.begin().unwrap();
    let inside = transaction.store();
    assert!(inside.is_in_transaction() && !store.is_in_transaction());
    inside.set("g", "new", b"2").unwrap();
    inside.delete("g", "old").unwrap();
    inside.set("h", "k", b"").unwrap();
    assert_eq!((keys(&inside, "g"), keys(&store, "g")), (vec!["new".to_string()], vec!["old".to_string()]));
    assert_eq!((groups(&inside, ""), groups(&store, "")), (vec!["g".into(), "h".into()], vec!["g".to_string()]));
    assert_eq!((inside.count_all("").unwrap(), store.count_all("").unwrap()), (2, 1));
    assert!(inside.group_exists("h").unwrap() && !store.group_exists("h").unwrap());
    transaction.commit().unwrap();
    assert_eq!((keys(&store, "g"), groups(&store, "")), (vec!["new".to_string()], vec!["g".into(), "h".to_string()]));
}

fn every_operation_works_inside(kit: &Kit) {
    let tenant = kit.tenant();
    tenant
        .store()
        .transaction(|s| {
            let version = s.set("g", "a", b"1")?;
            s.set_with_ttl("g", "b", b"2", 1_000)?;
            assert!(s.touch("g", "b", Some(50))?);
            assert_eq!(s.entry("g", "b")?.unwrap().ttl_ms, Some(50));
            assert_eq!(s.increment("g", "a", 4)?, 5);
            assert!(matches!(s.compare_and_swap("g", "a", Some(version), b"6")?, Outcome::Done(_)));
            assert!(matches!(s.compare_and_swap("g", "a", None, b"7")?, Outcome::Stale(Some(_))));
            s.set_many("h", &[("1".into(), vec![]), ("2".into(), vec![]), ("3".into(), vec![])])?;
            assert_eq!(s.delete_many("h", &["1", "none"])?, 1);
            assert_eq!(s.get_many("g", &["a", "none"])?, [Some(b"6".to_vec()), None]);
            s.apply(&[Change::Delete { group: "h".into(), key: "2".into() }])?;
            assert_eq!(s.page("h", 0, 9)?.entries[0].key, "3");
            let query = Query { group: "g".into(), start: Bound::Excluded("a".into()), ..Query::default() };
            assert_eq!(s.scan(&query)?.entries.len(), 1);
            assert!(matches!(s.compare_and_delete("h", "3", version)?, Outcome::Done(_)));
            s.set_with_ttl("gone", "k", b"", 0)?;
            assert_eq!(s.purge_expired()?, 1);
            s.set("p1", "k", b"")?;
            s.set("p2", "k", b"")?;
            assert_eq!(s.delete_prefix("p")?, 2);
            assert_eq!(s.groups("", None, 0)?.groups, ["g"]);
            assert_eq!((s.count("g")?, s.usage()?.keys.used, s.exists("g", "b")?), (2, 2, true));
            assert_eq!(s.delete_group("g")?, 2);
            s.set("left", "k", b"v")
        })
        .unwrap();
    assert_eq!(groups(&tenant.store(), ""), ["left"]);
    assert_sound(&tenant);
}

/// Some writes of every kind.
fn write(store: &Store) {
    store.set("g", "new", b"").unwrap();
    store.set("g", "old", b"changed").unwrap();
    store.increment("n", "n", 1).unwrap();
    store.delete("h", "k").unwrap();
    store.touch("t", "k", Some(1)).unwrap();
}

fn prepared(kit: &Kit) -> larder_engine::Tenant {
    let tenant = kit.tenant();
    let store = tenant.store();
    for group in ["g", "h", "t"] {
        store.set(group, if group == "g" { "old" } else { "k" }, b"v").unwrap();
    }
    tenant
}

#[track_caller]
fn assert_untouched(tenant: &larder_engine::Tenant) {
    let store = tenant.store();
    assert_eq!(groups(&store, ""), ["g", "h", "t"]);
    assert_eq!(all(&store, "g"), [("old".to_string(), b"v".to_vec())]);
    assert_eq!(store.entry("t", "k").unwrap().unwrap().ttl_ms, None);
    assert_sound(tenant);
}

fn a_rollback_undoes_all_of_it(kit: &Kit) {
    let tenant = prepared(kit);
    let transaction = tenant.store().begin().unwrap();
    write(&transaction.store());
    transaction.rollback().unwrap();
    assert_untouched(&tenant);
}

fn a_dropped_transaction_is_rolled_back(kit: &Kit) {
    let tenant = prepared(kit);
    let transaction = tenant.store().begin().unwrap();
    let inside = transaction.store();
    write(&inside);
    drop(transaction);
    assert_untouched(&tenant);
    assert_refused!(inside.get("g", "old"), Error::Closed);
    write(&tenant.store());
}

fn an_error_of_the_body_rolls_back(kit: &Kit) {
    let tenant = prepared(kit);
    let result = tenant.store().transaction(|inside| {
        write(inside);
        failure::<()>()
    });
    assert_refused!(result, Error::Conflict);
    assert_untouched(&tenant);
}

fn a_panic_of_the_body_rolls_back(kit: &Kit) {
    let tenant = prepared(kit);
    let store = tenant.store();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.transaction(|inside| -> larder_engine::Result<()> {
            write(inside);
            std::panic::resume_unwind(Box::new(()))
        })
    }));
    assert!(panicked.is_err());
    assert_untouched(&tenant);
    store.set("g", "k", b"").unwrap();
}

fn a_panic_within_one_call_rolls_back(kit: &Kit) {
    let tenant = prepared(kit);
    let store = tenant.store();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.update(|update| -> larder_engine::Result<()> {
            update.set("g", "new", b"")?;
            std::panic::resume_unwind(Box::new(()))
        })
    }));
    assert!(panicked.is_err());
    assert_untouched(&tenant);
    store.set("g", "k", b"").unwrap();
}

fn an_error_inside_does_not_end_the_transaction(kit: &Kit) {
    let store = kit.store();
    store
        .transaction(|inside| {
            inside.set("g", "k", b"text")?;
            assert_refused!(inside.increment("g", "k", 1), Error::NotACounter);
            inside.set("g", "other", b"")
        })
        .unwrap();
    assert_eq!(keys(&store, "g"), ["k", "other"]);
}

fn an_ended_transaction_is_closed(kit: &Kit) {
    let store = kit.store();
    for commit in [true, false] {
        let transaction = store.begin().unwrap();
        let inside = transaction.store();
        assert!(transaction.is_open());
        if commit {
            transaction.commit().map(drop).unwrap()
        } else {
            transaction.rollback().unwrap()
        }
        assert!(!transaction.is_open());
        assert_refused!(transaction.commit(), Error::Closed);
        assert_refused!(transaction.rollback(), Error::Closed);
        assert_refused!(inside.get("g", "k"), Error::Closed);
        assert_refused!(inside.set("g", "k", b""), Error::Closed);
        assert_refused!(transaction.store().usage(), Error::Closed);
    }
}

fn a_second_writer_waits_no_longer_than_it_is_told(kit: &Kit) {
    let store = kit.store_with(|config| config.busy_timeout(Duration::from_millis(20)));
    let transaction = store.begin().unwrap();
    assert_refused!(store.set("g", "k", b""), Error::Busy { waited, .. } if waited == Duration::from_millis(20));
    assert_refused!(store.begin().map(drop), Error::Busy { .. });
    assert_eq!(store.get("g", "k").unwrap(), None);
    transaction.store().set("g", "k", b"v").unwrap();
    transaction.commit().unwrap();
    store.set("g", "other", b"").unwrap();
}

fn a_writer_goes_on_when_the_one_before_it_is_done(kit: &Kit) {
    let store = kit.store();
    let transaction = store.begin().unwrap();
    std::thread::scope(|threads| {
        let second = threads.spawn(|| store.increment("g", "n", 1).unwrap());
        let third = threads.spawn(|| store.transaction(|inside| inside.increment("g", "n", 1)).unwrap());
        transaction.store().set("g", "n", b"40").unwrap();
        transaction.commit().unwrap();
        assert_eq!(second.join().unwrap() + third.join().unwrap(), 41 + 42);
    });
}

fn tenants_do_not_wait_for_each_other(kit: &Kit) {
    let larder = kit.larder_with(|config| config.busy_timeout(Duration::ZERO));
    let _transaction = larder.tenant(&tenant_id("one")).store().begin().unwrap();
    larder.tenant(&tenant_id("two")).store().set("g", "k", b"").unwrap();
}

fn a_write_beside_a_transaction_of_the_same_thread_is_refused(kit: &Kit) {
    let larder = kit.larder();
    let tenant = acme(&larder);
    let (store, scoped) = (tenant.store(), tenant.scope(scope("a"), Default::default()));
    let other = larder.tenant(&tenant_id("other")).store();
    store
        .transaction(|inside| {
            assert_refused!(store.set("g", "k", b""), Error::TransactionOpen);
            assert_refused!(scoped.increment("g", "k", 1), Error::TransactionOpen);
            assert_refused!(store.update(|_| Ok(())), Error::TransactionOpen);
            assert_refused!(store.begin().map(drop), Error::TransactionOpen);
            assert_refused!(inside.begin().map(drop), Error::TransactionOpen);
            assert_refused!(store.transaction(|_| Ok(())), Error::TransactionOpen);
            assert_refused!(inside.transaction(|_| Ok(())), Error::TransactionOpen);
            assert_eq!(store.get("g", "k")?, None);
            other.transaction(|_| {
                assert_refused!(store.set("g", "k", b""), Error::TransactionOpen);
                Ok(())
            })?;
            assert_refused!(store.set("g", "k", b""), Error::TransactionOpen);
            other.set("g", "k", b"")?;
            inside.set("g", "k", b"")
        })
        .unwrap();
    store.set("g", "k", b"").unwrap();
}

fn a_view_is_one_moment(kit: &Kit) {
    let store = kit.store();
    store.set("g", "k", b"1").unwrap();
    store
        .view(|view| {
            let before = view.get("g", "k")?;
            store.set("g", "k", b"2")?;
            store.set("h", "k", b"")?;
            assert_eq!(view.get("g", "k")?, before);
            assert_eq!((view.count_all("")?, view.groups("", None, 0)?.groups.len()), (1, 1));
            assert_eq!(view.usage()?.keys.used, 1);
            Ok(())
        })
        .unwrap();
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"2");
}

fn a_transaction_that_wrote_nothing_commits(kit: &Kit) {
    let store = kit.store();
    let transaction = store.begin().unwrap();
    assert!(!transaction.store().delete("g", "none").unwrap());
    transaction.commit().unwrap();
    store.update(|_| Ok(())).unwrap();
}

conformance! {
    a_transaction_reads_its_writes_and_nobody_else_does,
    every_operation_works_inside,
    a_rollback_undoes_all_of_it,
    a_dropped_transaction_is_rolled_back,
    an_error_of_the_body_rolls_back,
    a_panic_of_the_body_rolls_back,
    a_panic_within_one_call_rolls_back,
    an_error_inside_does_not_end_the_transaction,
    an_ended_transaction_is_closed,
    a_second_writer_waits_no_longer_than_it_is_told,
    a_writer_goes_on_when_the_one_before_it_is_done,
    tenants_do_not_wait_for_each_other,
    a_write_beside_a_transaction_of_the_same_thread_is_refused,
    a_view_is_one_moment,
    a_transaction_that_wrote_nothing_commits,
}
