//! Closing: open transactions are undone, and every later call says so.

use std::sync::atomic::{AtomicBool, Ordering};

use larder_engine::{Error, Query, Result};

use crate::support::*;

fn every_call_on_a_closed_root_answers_closed(kit: &Kit) {
    let larder = kit.larder();
    let tenant = acme(&larder);
    let s = tenant.store();
    s.set("g", "k", b"v").unwrap();
    assert!(!larder.is_closed());
    larder.close();
    larder.close();
    assert!(larder.is_closed());
    let closed = |result: Result<()>| assert_refused!(result, Error::Closed);
    closed(larder.tenants().map(drop));
    closed(tenant.exists().map(drop));
    closed(tenant.create());
    closed(tenant.check().map(drop));
    closed(larder.tenant(&tenant_id("other")).create());
    closed(s.get("g", "k").map(drop));
    closed(s.scan(&Query::default()).map(drop));
    closed(s.groups("", None, 0).map(drop));
    closed(s.usage().map(drop));
    closed(s.set("g", "k", b"").map(drop));
    closed(s.delete_prefix("").map(drop));
    closed(s.begin().map(drop));
    closed(s.transaction(|_| Ok(())));
    closed(s.view(|_| Ok(())));
    closed(s.update(|_| Ok(())));
    closed(futures_lite::future::block_on(s.view_async(|_| Ok(()))));
    closed(futures_lite::future::block_on(s.update_async(|_| Ok(()))));
    closed(futures_lite::future::block_on(s.begin_async()).map(drop));
    assert_eq!(larder.purge(), 0);
}

fn closing_rolls_an_open_transaction_back(kit: &Kit) {
    let larder = kit.larder();
    let store = acme(&larder).store();
    let transaction = store.begin().unwrap();
    let inside = transaction.store();
    inside.set("g", "k", b"v").unwrap();
    larder.close();
    assert!(!transaction.is_open());
    assert_refused!(inside.get("g", "k"), Error::Closed);
    assert_refused!(inside.set("g", "k", b""), Error::Closed);
    assert_refused!(transaction.commit(), Error::Closed);
    assert_refused!(transaction.rollback(), Error::Closed);
}

fn a_transaction_that_was_closed_from_within_keeps_nothing(kit: &Kit) {
    let larder = kit.larder();
    let store = acme(&larder).store();
    let result = store.transaction(|inside| {
        inside.set("g", "k", b"v")?;
        larder.close();
        Ok(())
    });
    assert_refused!(result, Error::Closed);
}

fn who_waits_to_write_is_told(kit: &Kit) {
    let larder = kit.larder();
    let store = acme(&larder).store();
    let transaction = store.begin().unwrap();
    std::thread::scope(|threads| {
        let waiting = threads.spawn(|| store.set("g", "k", b""));
        larder.close();
        assert_refused!(waiting.join().unwrap(), Error::Closed);
    });
    drop(transaction);
}

fn no_transaction_outlives_a_close_in_a_crowd(kit: &Kit) {
    for _ in 0..20 {
        let larder = kit.larder();
        let store = acme(&larder).store();
        store.set("g", "k", b"").unwrap();
        let transaction = store.begin().unwrap();
        let closed = AtomicBool::new(false);
        std::thread::scope(|threads| {
            for _ in 0..3 {
                threads.spawn(|| {
                    while !closed.load(Ordering::Acquire) {
                        let _ = store.get("g", "k");
                    }
                });
            }
            std::thread::yield_now();
            larder.close();
            assert_refused!(transaction.store().set("g", "k", b""), Error::Closed);
            closed.store(true, Ordering::Release);
        });
        assert_refused!(transaction.commit(), Error::Closed);
    }
}

fn a_store_lives_as_long_as_a_handle(kit: &Kit) {
    let store = kit.store();
    store.set("g", "k", b"v").unwrap();
    let handle = store.clone();
    drop(store);
    assert_eq!(handle.get("g", "k").unwrap().unwrap(), b"v");
}

conformance! {
    every_call_on_a_closed_root_answers_closed,
    closing_rolls_an_open_transaction_back,
    a_transaction_that_was_closed_from_within_keeps_nothing,
    who_waits_to_write_is_told,
    no_transaction_outlives_a_close_in_a_crowd,
    a_store_lives_as_long_as_a_handle,
}
