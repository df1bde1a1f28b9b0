//! Interface `files`: the tenant's own directory.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use larder::engine::{Error, Operation};
use larder::{FileQuota, Grant};

use crate::support::{Host, TENANT};

foreach_files!(assert_test_exists);

plain_tests! {
    files_cursor_refused
    files_directories
    files_invalid_paths
    files_kinds_in_the_way
    files_list
    files_ordinary_paths
    files_read_and_write
    files_readers_keep_what_they_opened
    files_rename
    files_stat
    files_streams
    files_too_large
    files_too_many_handles
    files_unfinished_leaves_no_trace
}

#[tokio::test]
async fn files_quota() {
    let host = Host::with(|config| config.file_quota(FileQuota { bytes: Some(1000), files: Some(5) }));
    host.run("files_quota").passes().await;
}

#[tokio::test]
async fn files_read_only() {
    let host = Host::new();
    let files = host.tenant(TENANT).files().unwrap();
    files.write("f", b"theirs").unwrap();
    let grant = Grant::store(host.store()).files(files).read_only();
    host.run("files_read_only").grant("default", grant).passes().await;
}

#[tokio::test]
async fn files_not_granted() {
    let host = Host::new();
    host.run("files_not_granted").grant("default", Grant::store(host.store())).passes().await;
}

#[tokio::test]
async fn files_unavailable() {
    let host = Host::new();
    let run = host.run("files_unavailable");
    std::fs::remove_dir(host.directory().join("tmp")).unwrap();
    run.passes().await;
}

#[tokio::test]
async fn files_reading_fails() {
    let left = AtomicBool::new(true);
    let host = Host::with(|config| {
        config.faults(Arc::new(move |operation| {
            let fails = operation == Operation::ReadFile && left.swap(false, Ordering::Relaxed);
            fails.then(|| Error::Storage { operation: "read", detail: "made to fail".into() })
        }))
    });
    host.run("files_reading_fails").passes().await;
}

#[cfg(unix)]
#[tokio::test]
async fn files_special_at_finish() {
    let host = Host::new();
    let run = host.run("files_special_at_finish").start();
    run.says("ready").await;
    let link = host.directory().join("files/f");
    std::os::unix::fs::symlink("elsewhere", &link).unwrap();
    assert_ends!(run.ends().await, Ok(0));
    assert!(link.is_symlink(), "it was not replaced");
}

#[cfg(unix)]
#[tokio::test]
async fn files_special() {
    let host = Host::new();
    let outside = crate::sandbox::Outside::linked_into(&host);
    host.run("files_special").passes().await;
    outside.is_untouched();
}

#[cfg(not(unix))]
fn files_special() {}
