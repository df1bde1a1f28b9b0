//! Guests that do their worst: each ends in its own error, others go on unharmed, and everything is released.

use std::sync::Arc;
use std::time::Duration;

use larder::{FileQuota, Grant, Limits, Quota, RunError, SystemClock};

use crate::support::{Host, Run, TENANT};

foreach_hostile!(assert_test_exists);

plain_tests! {
    hostile_forged_cursors
    hostile_long_names
    hostile_opens_preopen
    hostile_opens_stores
}

/// A host on which nobody waits: a lock that is not free at once is an error.
fn impatient() -> Host {
    Host::with(|config| config.busy_timeout(Duration::ZERO))
}

/// Another plugin of the same tenant, and one of another tenant, do their work at once; nothing is left of `group`.
async fn others_are_unharmed(host: &Host) {
    assert_eq!(host.store().count("g").unwrap(), 0, "nothing was kept");
    host.run("store_get_and_set").passes().await;
    host.run_for("another", "store_get_and_set").passes().await;
    host.check();
}

#[tokio::test]
async fn hostile_loops() {
    let limits = Limits { time: Duration::from_secs(1), ..Limits::default() };
    let ended = assert_ends!(Run::new("hostile_loops").limits(limits).ends().await, Err(RunError::TimeOut { .. }));
    assert_eq!(ended.stdout, "looping\n");
}

#[tokio::test]
async fn hostile_allocates() {
    let limits = Limits { memory: 64 << 20, ..Limits::default() };
    let ended = Run::new("hostile_allocates").limits(limits).ends().await;
    assert_ends!(ended, Err(RunError::OutOfMemory { limit, .. }) if *limit == 64 << 20);
}

#[tokio::test]
async fn hostile_recurses() {
    let ended = assert_ends!(Run::new("hostile_recurses").ends().await, Err(RunError::Trap { .. }));
    let Err(RunError::Trap { message, .. }) = &ended.result else { unreachable!() };
    assert!(message.contains("stack") || message.contains("out of bounds"), "{ended}");
}

#[tokio::test]
async fn hostile_opens_files() {
    let host = Host::new();
    host.run("hostile_opens_files").passes().await;
    assert_eq!(std::fs::read_dir(host.directory().join("tmp")).unwrap().count(), 0, "no unfinished file is left");
    let usage = host.tenant(TENANT).files().unwrap().usage().unwrap();
    assert_eq!((usage.files, usage.bytes), (1, 7));
}

#[tokio::test]
async fn hostile_huge_list() {
    let host = impatient();
    let limits = Limits { memory: 4 << 30, ..Limits::default() };
    let ended = host.run("hostile_huge_list").limits(limits).ends().await;
    let ended = assert_ends!(ended, Err(RunError::CallTooLarge { limit }) if *limit == 128 << 20);
    assert_eq!(ended.stdout, "passing 3758096384 bytes\n");
    others_are_unharmed(&host).await;
}

#[tokio::test]
async fn hostile_two_gigabytes() {
    let host = impatient();
    assert_ends!(host.run("hostile_two_gigabytes").ends().await, Err(RunError::CallTooLarge { .. }));
    others_are_unharmed(&host).await;
}

#[tokio::test]
async fn hostile_stalls_in_transaction() {
    let host = Host::with(|config| {
        config
            .clock(Arc::new(SystemClock::default()))
            .transaction_deadline(Duration::from_secs(1))
            .busy_timeout(Duration::from_secs(60))
    });
    let stalling = host.run("hostile_stalls_in_transaction").start();
    stalling.says("stalling").await;
    assert_eq!(host.store().count("g").unwrap(), 0, "readers do not wait");
    host.run_for("unconcerned", "store_get_and_set").passes().await;
    // Another plugin of the same tenant gets its turn at the deadline, while the first one goes on computing.
    host.run("store_get_and_set").passes().await;
    assert!(!stalling.is_finished());
    stalling.abort().await;
    host.store().delete_group("colours").unwrap();
    others_are_unharmed(&host).await;
}

#[tokio::test]
async fn hostile_traps_in_transaction() {
    let host = impatient();
    let ended = assert_ends!(host.run("hostile_traps_in_transaction").ends().await, Err(RunError::Trap { .. }));
    assert!(ended.stderr.contains("in the middle of a transaction"), "{ended}");
    others_are_unharmed(&host).await;
}

#[tokio::test]
async fn hostile_exits_in_transaction() {
    let host = impatient();
    host.run("hostile_exits_in_transaction").passes().await;
    others_are_unharmed(&host).await;
}

#[tokio::test]
async fn hostile_leaves_a_file_unfinished() {
    let host = impatient();
    let ended = assert_ends!(host.run("hostile_leaves_a_file_unfinished").ends().await, Err(RunError::Trap { .. }));
    assert!(ended.stderr.contains("in the middle of a file"), "{ended}");
    for directory in ["files", "tmp"] {
        assert_eq!(std::fs::read_dir(host.directory().join(directory)).unwrap().count(), 0, "{directory}");
    }
    let usage = host.tenant(TENANT).files().unwrap().usage().unwrap();
    assert_eq!((usage.files, usage.bytes), (0, 0));
}

#[tokio::test]
async fn hostile_fills_its_quota() {
    let host = impatient();
    let full = host.scope("s", Quota { bytes: Some(1 << 20), ..Quota::default() });
    host.run("hostile_fills_its_quota").grant("default", Grant::store(full.clone())).passes().await;
    assert!(full.usage().unwrap().bytes.used <= 1 << 20);
    others_are_unharmed(&host).await;
}

#[tokio::test]
async fn hostile_fills_its_directory() {
    let host = Host::with(|config| config.file_quota(FileQuota { bytes: Some(1 << 20), files: Some(50) }));
    host.run("hostile_fills_its_directory").passes().await;
    let files = host.tenant(TENANT).files().unwrap();
    let (told, counted) = (files.usage().unwrap(), files.ledger().recount().unwrap());
    assert_eq!(told, counted, "the account agrees with what is there");
    assert!(counted.bytes <= 1 << 20 && counted.files <= 50, "{counted:?}");
    host.run("store_get_and_set").passes().await;
    host.run_for("another", "files_read_and_write").passes().await;
}

#[tokio::test]
async fn hostile_forged_handle() {
    let host = impatient();
    let ended = assert_ends!(host.run("hostile_forged_handle").ends().await, Err(RunError::Trap { .. }));
    assert!(!ended.stderr.contains("the host took it"), "{ended}");
    others_are_unharmed(&host).await;
}

#[tokio::test]
async fn hostile_other_labels() {
    let host = impatient();
    let (mine, theirs) = (host.scope("mine", Quota::default()), host.scope("theirs", Quota::default()));
    theirs.set("secret", "k", b"theirs").unwrap();
    host.run("hostile_other_labels").grant("default", Grant::store(mine)).passes().await;
    assert_eq!(theirs.get("secret", "k").unwrap().as_deref(), Some(&b"theirs"[..]));
    others_are_unharmed(&host).await;
}
