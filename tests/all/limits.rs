//! Each limit of an instance, from both sides.

use std::time::Duration;

use larder::{Limits, RunError};

use crate::support::{Host, Run};

foreach_limits!(assert_test_exists);

#[tokio::test]
async fn limits_memory() {
    let run = |mib: u64| Run::new("limits_memory").arg(mib).limits(Limits { memory: 32 << 20, ..Limits::default() });
    assert_eq!(run(16).passes().await, "16 MiB\n");
    let ended = assert_ends!(run(40).ends().await, Err(RunError::OutOfMemory { limit, .. }) if *limit == 32 << 20);
    assert_eq!(ended.stdout, "");
    run(16).passes().await;
}

#[tokio::test]
async fn limits_time() {
    let run = |ms: u64, time| Run::new("limits_time").arg(ms).limits(Limits { time, ..Limits::default() });
    assert_eq!(run(50, Duration::from_secs(60)).passes().await, "done\n");
    let limit = Duration::from_millis(100);
    assert_ends!(run(100_000, limit).ends().await, Err(RunError::TimeOut { limit: told }) if *told == limit);
}

#[tokio::test]
async fn limits_call_bytes() {
    let host = Host::new();
    let limits = Limits { call_bytes: 1 << 20, ..Limits::default() };
    let run = |kib: u64| host.run("limits_call_bytes").arg(kib).limits(limits.clone());
    run(512).passes().await;
    assert_ends!(run(2048).ends().await, Err(RunError::CallTooLarge { limit }) if *limit == 1 << 20);
    assert_eq!(host.store().get("g", "k").unwrap().map(|value| value.len()), Some(512 << 10));
}

#[tokio::test]
async fn limits_handles() {
    let host = Host::new();
    // The streams for its output and the preopened directory count too.
    let limits = Limits { resources: 30, ..Limits::default() };
    let run = |stores: u64| host.run("limits_handles").arg(stores).limits(limits.clone());
    run(15).passes().await;
    assert_ends!(run(40).ends().await, Err(RunError::TooManyHandles { limit: 30 }));
}

#[tokio::test]
async fn guests_share_one_thread_of_the_host() {
    let host = Host::new();
    let endless = Run::new("hostile_loops").start();
    endless.says("looping").await;
    for _ in 0..3 {
        host.run("store_get_and_set").passes().await;
        host.store().delete_prefix("").unwrap();
    }
    assert!(!endless.is_finished());
    endless.abort().await;
}
