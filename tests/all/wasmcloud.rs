//! `wasmcloud:keyvalue`.

use std::{collections::BTreeSet, time::Duration};

use larder::{Grant, Quota};

use crate::support::Host;

foreach_wasmcloud!(assert_test_exists);

plain_tests! {
    wasmcloud_entries
    wasmcloud_pages
    wasmcloud_swap
}

#[tokio::test]
async fn wasmcloud_batch() {
    let host = Host::new();
    let quota = Quota { keys: Some(4), ..Quota::default() };
    host.run("wasmcloud_batch").grant("default", Grant::store(host.scope("s", quota))).passes().await;
    host.check();
}

#[tokio::test]
async fn wasmcloud_ttl() {
    let host = Host::new();
    host.run("wasmcloud_ttl").arg("write").passes().await;
    host.clock.advance(Duration::from_millis(59_999));
    host.run("wasmcloud_ttl").arg("just before").passes().await;
    host.clock.advance(Duration::from_millis(1));
    host.run("wasmcloud_ttl").arg("a minute later").passes().await;
    host.check();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wasmcloud_if_not_exists() {
    let host = Host::new();
    let (instances, locks) = (4, 25);
    let runs: Vec<_> = (0..instances).map(|n| host.run("wasmcloud_if_not_exists").arg(locks).arg(n).start()).collect();
    let mut taken = Vec::new();
    for run in runs {
        let ended = assert_ends!(run.ends().await, Ok(0));
        taken.extend(ended.stdout.lines().map(str::to_owned));
    }
    assert_eq!(taken.len(), locks, "each lock was taken once");
    assert_eq!(taken.into_iter().collect::<BTreeSet<_>>().len(), locks);
}
