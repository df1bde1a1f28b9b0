//! The forms for tasks: the same results, and whoever waits holds no thread.

use std::{pin::Pin, time::Duration};

use futures_lite::future::{block_on, poll_once};
use larder_engine::{Error, Result, Transaction};

use crate::support::*;

/// More than the threads that may block at a time.
const CROWD: usize = 600;

type Begin<'a> = Pin<Box<dyn Future<Output = Result<Transaction>> + Send + 'a>>;

fn reads_and_writes_answer_the_same(kit: &Kit) {
    let store = kit.scope(max_keys(2));
    block_on(async {
        let version = store.update_async(|update| update.set("g", "k", b"v")).await.unwrap();
        let entry = store.view_async(|view| view.entry("g", "k")).await.unwrap().unwrap();
        assert_eq!((entry.version, entry.value.as_deref()), (version, Some(&b"v"[..])));
        store.update_async(|update| update.set("g", "other", b"")).await.unwrap();
        assert_refused!(
            store.update_async(|update| update.set("g", "third", b"")).await,
            Error::QuotaExceeded { used: 2, limit: 2, .. }
        );
        assert_refused!(
            store
                .update_async(|update| {
                    update.delete_prefix("")?;
                    failure::<()>()
                })
                .await,
            Error::Conflict
        );
    });
    assert_eq!(store.count("g").unwrap(), 2);
}

fn transactions_of_tasks_commit_and_roll_back(kit: &Kit) {
    let store = kit.store();
    block_on(async {
        let transaction = store.begin_async().await.unwrap();
        let inside = transaction.store();
        inside.update_async(|update| update.set("g", "k", b"v")).await.unwrap();
        assert_eq!(inside.view_async(|view| view.count("g")).await.unwrap(), 1);
        assert_eq!(store.view_async(|view| view.count("g")).await.unwrap(), 0);
        transaction.commit_async().await.unwrap();
        assert_refused!(transaction.commit_async().await, Error::Closed);
        assert_refused!(inside.view_async(|view| view.count("g")).await, Error::Closed);
        let transaction = store.begin_async().await.unwrap();
        transaction.store().update_async(|update| update.set("g", "undone", b"")).await.unwrap();
        transaction.rollback_async().await.unwrap();
        assert_refused!(transaction.rollback_async().await, Error::Closed);
    });
    assert_eq!(keys(&store, "g"), ["k"]);
}

fn rights_hold_for_tasks(kit: &Kit) {
    let store = kit.store().read_only();
    block_on(async {
        assert_refused!(store.update_async(|_| Ok(())).await, Error::AccessDenied);
        assert_refused!(store.begin_async().await.map(drop), Error::AccessDenied);
        assert_eq!(store.view_async(|view| view.count_all("")).await.unwrap(), 0);
    });
}

fn a_crowd_that_waits_holds_no_thread(kit: &Kit) {
    let store = kit.store_with(|config| config.busy_timeout(Duration::from_secs(120)));
    let transaction = store.begin().unwrap();
    let mut waiting: Vec<Begin<'_>> = (0..CROWD).map(|_| Box::pin(store.begin_async()) as Begin<'_>).collect();
    block_on(async {
        for begin in &mut waiting {
            assert!(poll_once(begin).await.is_none());
        }
        // A read needs a thread that may block; there is one.
        assert_eq!(store.view_async(|view| view.count("g")).await.unwrap(), 0);
        transaction.commit_async().await.unwrap();
        for begin in waiting {
            let transaction = begin.await.unwrap();
            transaction.store().update_async(|update| update.increment("g", "n", 1)).await.unwrap();
            transaction.commit_async().await.unwrap();
        }
    });
    assert_eq!(store.get("g", "n").unwrap().unwrap(), CROWD.to_string().as_bytes());
}

fn one_who_leaves_the_queue_is_not_waited_for(kit: &Kit) {
    let store = kit.store();
    let transaction = store.begin().unwrap();
    block_on(async {
        let mut first: Begin<'_> = Box::pin(store.begin_async());
        let mut second: Begin<'_> = Box::pin(store.begin_async());
        assert!(poll_once(&mut first).await.is_none());
        assert!(poll_once(&mut second).await.is_none());
        drop(first);
        transaction.commit_async().await.unwrap();
        second.await.unwrap().commit_async().await.unwrap();
    });
    store.set("g", "k", b"").unwrap();
}

fn one_who_leaves_with_the_turn_passes_it_on(kit: &Kit) {
    let store = kit.store();
    let transaction = store.begin().unwrap();
    block_on(async {
        let mut granted: Begin<'_> = Box::pin(store.begin_async());
        assert!(poll_once(&mut granted).await.is_none());
        transaction.commit_async().await.unwrap();
        // It has the turn by now, and nobody asks it again.
        drop(granted);
        store.begin_async().await.unwrap().rollback_async().await.unwrap();
    });
    store.set("g", "k", b"").unwrap();
}

fn a_task_that_waits_too_long_is_told(kit: &Kit) {
    let store = kit.store_with(|config| config.busy_timeout(Duration::from_millis(20)));
    let _transaction = store.begin().unwrap();
    block_on(async {
        assert_refused!(store.update_async(|_| Ok(())).await, Error::Busy { .. });
        assert_refused!(store.begin_async().await.map(drop), Error::Busy { .. });
    });
}

fn a_deadline_wakes_the_task_that_waits(kit: &Kit) {
    let store = kit.store_with(|config| config.transaction_deadline(Duration::from_millis(100)));
    let abandoned = store.begin().unwrap();
    block_on(async {
        let mut waiting: Begin<'_> = Box::pin(store.begin_async());
        assert!(poll_once(&mut waiting).await.is_none());
        kit.advance(100);
        waiting.await.unwrap().commit_async().await.unwrap();
    });
    assert!(!abandoned.is_open());
}

fn a_dropped_transaction_of_a_task_is_rolled_back(kit: &Kit) {
    let store = kit.store();
    block_on(async {
        let transaction = store.begin_async().await.unwrap();
        transaction.store().update_async(|update| update.set("g", "k", b"")).await.unwrap();
        drop(transaction);
        assert_eq!(store.view_async(|view| view.count("g")).await.unwrap(), 0);
        store.update_async(|update| update.set("g", "k", b"")).await.unwrap();
    });
}

fn a_task_within_a_transaction_of_its_thread_is_refused(kit: &Kit) {
    let store = kit.store();
    store
        .transaction(|_| {
            assert_refused!(block_on(store.update_async(|_| Ok(()))), Error::TransactionOpen);
            assert_refused!(block_on(store.begin_async()).map(drop), Error::TransactionOpen);
            assert_eq!(block_on(store.view_async(|view| view.count("g")))?, 0);
            Ok(())
        })
        .unwrap();
}

fn a_waiting_time_without_end_is_allowed(kit: &Kit) {
    let store = kit.store_with(|config| {
        config.busy_timeout(Duration::MAX).transaction_deadline(Duration::MAX).purge_interval(Duration::MAX)
    });
    let transaction = store.begin().unwrap();
    block_on(async {
        let mut waiting: Begin<'_> = Box::pin(store.begin_async());
        assert!(poll_once(&mut waiting).await.is_none());
        transaction.commit_async().await.unwrap();
        waiting.await.unwrap().commit_async().await.unwrap();
    });
    store.set("g", "k", b"").unwrap();
}

conformance! {
    reads_and_writes_answer_the_same,
    transactions_of_tasks_commit_and_roll_back,
    rights_hold_for_tasks,
    a_crowd_that_waits_holds_no_thread,
    one_who_leaves_the_queue_is_not_waited_for,
    one_who_leaves_with_the_turn_passes_it_on,
    a_task_that_waits_too_long_is_told,
    a_deadline_wakes_the_task_that_waits,
    a_dropped_transaction_of_a_task_is_rolled_back,
    a_task_within_a_transaction_of_its_thread_is_refused,
    a_waiting_time_without_end_is_allowed,
}
