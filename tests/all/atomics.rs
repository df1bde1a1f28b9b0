//! Interface `atomics`: counters and conditional changes.

use std::time::Duration;

use larder::{Grant, Quota};

use crate::support::Host;

foreach_atomics!(assert_test_exists);

plain_tests! {
    atomics_compare_and_delete
    atomics_compare_and_swap
    atomics_increment
    atomics_no_aba
    atomics_not_a_counter
    atomics_overflow
}

#[tokio::test]
async fn atomics_errors() {
    let host = Host::new();
    let quota = Quota { keys: Some(1), ..Quota::default() };
    host.run("atomics_errors").grant("default", Grant::store(host.scope("s", quota))).passes().await;
    host.check();
}

#[tokio::test]
async fn atomics_increment_keeps_ttl() {
    let host = Host::new();
    host.run("atomics_increment_keeps_ttl").arg("write").passes().await;
    host.clock.advance(Duration::from_secs(30));
    host.run("atomics_increment_keeps_ttl").arg("half a minute later").passes().await;
    host.clock.advance(Duration::from_secs(30));
    host.run("atomics_increment_keeps_ttl").arg("a minute later").passes().await;
    host.check();
}

#[tokio::test]
async fn atomics_read_only() {
    let host = Host::new();
    host.store().set("g", "k", b"theirs").unwrap();
    host.run("atomics_read_only").grant("default", Grant::store(host.store()).read_only()).passes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn atomics_contended() {
    let host = Host::new();
    let (instances, steps) = (4, 25);
    let runs: Vec<_> = (0..instances).map(|_| host.run("atomics_contended").arg(steps).start()).collect();
    for run in runs {
        assert_ends!(run.ends().await, Ok(0));
    }
    let counted = (instances * steps).to_string();
    for key in ["by increment", "by swap"] {
        let value = host.store().get("counters", key).unwrap();
        assert_eq!(value.as_deref(), Some(counted.as_bytes()), "{key}");
    }
}
