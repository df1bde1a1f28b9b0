//! Interface `transactions`: several calls as one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use larder::engine::{Error, Operation};
use larder::{Grant, Limits, Quota, SystemClock};

use crate::support::Host;

foreach_transactions!(assert_test_exists);

plain_tests! {
    transactions_closed_after_the_end
    transactions_commit
    transactions_have_every_function
    transactions_rollback
}

#[tokio::test]
async fn transactions_an_error_undoes_its_call_alone() {
    let host = Host::new();
    let quota = Quota { keys: Some(3), ..Quota::default() };
    let grant = Grant::store(host.scope("s", quota));
    host.run("transactions_an_error_undoes_its_call_alone").grant("default", grant).passes().await;
    host.check();
}

#[tokio::test]
async fn transactions_beside() {
    let host = Host::new();
    let scope = Grant::store(host.scope("s", Quota::default()));
    host.run("transactions_beside").grant("scope", scope).passes().await;
}

#[tokio::test]
async fn transactions_too_many() {
    let host = Host::new();
    let run = ["one", "two", "three", "four", "five"]
        .into_iter()
        .fold(host.run("transactions_too_many"), |run, name| run.grant(name, Grant::store(host.tenant(name).store())));
    run.passes().await;
}

#[tokio::test]
async fn transactions_stores_count() {
    let host = Host::new();
    host.run("transactions_stores_count").limits(Limits { stores: 2, ..Limits::default() }).passes().await;
}

#[tokio::test]
async fn transactions_read_only() {
    let host = Host::new();
    host.run("transactions_read_only").grant("default", Grant::store(host.store()).read_only()).passes().await;
}

#[tokio::test]
async fn transactions_expired() {
    let host = Host::with(|config| {
        config.clock(Arc::new(SystemClock::default())).transaction_deadline(Duration::from_millis(20))
    });
    host.run("transactions_expired").passes().await;
    host.check();
}

/// A host whose first `times` commits fail.
fn host_that_fails(times: usize, error: fn() -> Error) -> Host {
    let left = AtomicUsize::new(times);
    Host::with(|config| {
        config.faults(Arc::new(move |operation| {
            let fails = operation == Operation::Commit
                && left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
            fails.then(error)
        }))
    })
}

#[tokio::test]
async fn transactions_conflict() {
    let host = host_that_fails(3, || Error::Conflict);
    host.run("transactions_conflict").passes().await;
    host.check();
}

#[tokio::test]
async fn transactions_unavailable() {
    let host = host_that_fails(1, || Error::Storage { operation: "commit", detail: "made to fail".into() });
    host.run("transactions_unavailable").passes().await;
    host.check();
}

#[tokio::test]
async fn transactions_retry() {
    let host = Host::with(|config| config.busy_timeout(Duration::from_millis(10)));
    let transaction = host.store().begin().unwrap();
    host.run("transactions_retry").passes().await;
    transaction.rollback().unwrap();
    assert_eq!(host.store().count_all("").unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_transfer() {
    let host = Host::new();
    let runs: Vec<_> = (0..4).map(|_| host.run("transactions_transfer").arg(50).start()).collect();
    for run in runs {
        assert_ends!(run.ends().await, Ok(0));
    }
    let accounts = host.store().page("accounts", 0, 10).unwrap().entries;
    let balance = |value: &[u8]| std::str::from_utf8(value).unwrap().parse::<i64>().unwrap();
    let sum: i64 = accounts.iter().map(|entry| balance(entry.value.as_deref().unwrap())).sum();
    assert_eq!((accounts.len(), sum), (4, 0), "nothing is lost and nothing made");
}
