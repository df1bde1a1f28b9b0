//! The deadline of a transaction: it is rolled back wherever its owner is.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use larder_engine::{Error, Larder};

use crate::support::*;

fn larder(kit: &Kit) -> Larder {
    kit.larder_with(|config| config.transaction_deadline(Duration::from_millis(100)))
}

fn the_time_left_is_told(kit: &Kit) {
    let transaction = acme(&larder(kit)).store().begin().unwrap();
    assert_eq!(transaction.remaining(), Duration::from_millis(100));
    kit.advance(99);
    assert_eq!(transaction.remaining(), Duration::from_millis(1));
    kit.advance(5);
    assert_eq!(transaction.remaining(), Duration::ZERO);
}

fn a_transaction_lasts_until_its_deadline(kit: &Kit) {
    let store = acme(&larder(kit)).store();
    let transaction = store.begin().unwrap();
    kit.advance(99);
    transaction.store().set("g", "k", b"v").unwrap();
    transaction.commit().unwrap();
    assert!(store.exists("g", "k").unwrap());
}

fn every_call_after_the_deadline_answers_expired(kit: &Kit) {
    let store = acme(&larder(kit)).store();
    let transaction = store.begin().unwrap();
    let inside = transaction.store();
    inside.set("g", "k", b"v").unwrap();
    kit.advance(100);
    assert_refused!(inside.get("g", "k"), Error::TransactionExpired);
    assert_refused!(inside.set("g", "k", b""), Error::TransactionExpired);
    assert_refused!(inside.usage(), Error::TransactionExpired);
    assert_refused!(transaction.commit(), Error::TransactionExpired);
    assert_refused!(transaction.commit(), Error::TransactionExpired);
    assert_refused!(transaction.rollback(), Error::TransactionExpired);
    assert!(!transaction.is_open());
    assert_eq!(store.get("g", "k").unwrap(), None);
}

fn the_body_of_a_transaction_learns_that_it_is_late(kit: &Kit) {
    let store = acme(&larder(kit)).store();
    let result = store.transaction(|inside| {
        inside.set("g", "k", b"v")?;
        kit.advance(100);
        Ok(())
    });
    assert_refused!(result, Error::TransactionExpired);
    assert_eq!(store.get("g", "k").unwrap(), None);
}

fn the_writer_is_free_again_without_a_call_of_the_owner(kit: &Kit) {
    let tenant = acme(&larder(kit));
    let store = tenant.store();
    let transaction = store.begin().unwrap();
    transaction.store().set("g", "k", b"v").unwrap();
    std::thread::scope(|threads| {
        let waiting = threads.spawn(|| store.set("g", "other", b""));
        kit.advance(100);
        waiting.join().unwrap().unwrap();
    });
    assert_eq!(keys(&store, "g"), ["other"]);
    assert!(!transaction.is_open());
    assert_sound(&tenant);
}

fn each_transaction_has_its_own_deadline(kit: &Kit) {
    let larder = larder(kit);
    let (one, two) = (larder.tenant(&tenant_id("one")).store(), larder.tenant(&tenant_id("two")).store());
    let first = one.begin().unwrap();
    kit.advance(60);
    let second = two.begin().unwrap();
    kit.advance(60);
    assert!(!wait_for_end(&first));
    assert!(second.is_open());
    second.commit().unwrap();
}

fn wait_for_end(transaction: &larder_engine::Transaction) -> bool {
    wait_until("the transaction has expired", || !transaction.is_open());
    transaction.is_open()
}

fn one_call_that_takes_long_keeps_no_other_tenant_waiting(kit: &Kit) {
    let larder = larder(kit);
    let (slow, other) = (larder.tenant(&tenant_id("slow")).store(), larder.tenant(&tenant_id("other")).store());
    let (began, done) = (AtomicBool::new(false), AtomicBool::new(false));
    std::thread::scope(|threads| {
        let stalls = threads.spawn(|| {
            let transaction = slow.begin().unwrap();
            transaction.store().update(|update| {
                update.set("g", "k", b"v")?;
                began.store(true, Ordering::Release);
                wait_until("the other tenant is free", || done.load(Ordering::Acquire));
                Ok(())
            })
        });
        wait_until("the slow call is under way", || began.load(Ordering::Acquire));
        let abandoned = other.begin().unwrap();
        kit.advance(100);
        wait_until("the other tenant's transaction has expired", || !abandoned.is_open());
        other.set("g", "k", b"v").unwrap();
        done.store(true, Ordering::Release);
        stalls.join().unwrap().unwrap();
    });
    // The call that was under way is undone with its transaction, without a further call on it.
    slow.set("g", "other", b"").unwrap();
    assert_eq!(keys(&slow, "g"), ["other"]);
}

fn a_deadline_during_a_call_ends_the_transaction_after_it(kit: &Kit) {
    let store = acme(&larder(kit)).store();
    let transaction = store.begin().unwrap();
    transaction
        .store()
        .update(|update| {
            kit.advance(100);
            update.set("g", "k", b"v")
        })
        .unwrap();
    store.set("g", "other", b"").unwrap();
    assert_refused!(transaction.commit(), Error::TransactionExpired);
    assert_eq!(keys(&store, "g"), ["other"]);
}

conformance! {
    the_time_left_is_told,
    a_transaction_lasts_until_its_deadline,
    every_call_after_the_deadline_answers_expired,
    the_body_of_a_transaction_learns_that_it_is_late,
    the_writer_is_free_again_without_a_call_of_the_owner,
    each_transaction_has_its_own_deadline,
    one_call_that_takes_long_keeps_no_other_tenant_waiting,
    a_deadline_during_a_call_ends_the_transaction_after_it,
}
