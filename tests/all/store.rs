//! Interface `store`: entries, times to live, pages, quotas.

use std::time::Duration;

use larder::{Grant, Quota};

use crate::support::Host;

foreach_store!(assert_test_exists);

plain_tests! {
    store_any_text_and_bytes
    store_count
    store_cursor_refused
    store_delete
    store_exists
    store_get_and_set
    store_get_entry
    store_groups
    store_page
    store_pages_are_bounded_in_bytes
    store_scan
    store_scan_in_pages
    store_too_large
    store_too_many_handles
    store_unknown_label
    store_usage
    store_versions
}

#[tokio::test]
async fn store_ttl() {
    let host = Host::new();
    host.run("store_ttl").arg("write").passes().await;
    host.clock.advance(Duration::from_millis(999));
    host.run("store_ttl").arg("last millisecond").passes().await;
    host.clock.advance(Duration::from_millis(1));
    host.run("store_ttl").arg("gone").passes().await;
    host.check();
}

#[tokio::test]
async fn store_touch() {
    let host = Host::new();
    host.run("store_touch").arg("write").passes().await;
    host.clock.advance(Duration::from_secs(60));
    host.run("store_touch").arg("a minute later").passes().await;
    host.check();
}

#[tokio::test]
async fn store_purge_expired() {
    // The host's own purge would be faster than the guest's.
    let host = Host::with(|config| config.purge_interval(Duration::from_secs(3600)));
    host.run("store_purge_expired").arg("write").passes().await;
    host.clock.advance(Duration::from_secs(1));
    host.run("store_purge_expired").arg("purge").passes().await;
    host.check();
}

#[tokio::test]
async fn store_cursor_outlives_a_restart() {
    let host = Host::new();
    let cursor = host.run("store_cursor_outlives_a_restart").arg("first page").passes().await;
    let host = host.stopped(|_| {});
    host.run("store_cursor_outlives_a_restart").arg("second page").arg(cursor.trim_end()).passes().await;
}

#[tokio::test]
async fn store_quota() {
    let host = Host::new();
    let quota = Quota { keys: Some(3), groups: Some(2), bytes: Some(100) };
    host.run("store_quota").grant("default", Grant::store(host.scope("s", quota))).passes().await;
    host.check();
}

#[tokio::test]
async fn store_expired_entries_make_room() {
    let host = Host::with(|config| config.purge_interval(Duration::from_secs(3600)));
    let quota = Quota { keys: Some(2), ..Quota::default() };
    let run = || host.run("store_expired_entries_make_room").grant("default", Grant::store(host.scope("s", quota)));
    run().arg("fill").passes().await;
    host.clock.advance(Duration::from_secs(1));
    run().arg("a second later").passes().await;
    host.check();
}

#[tokio::test]
async fn store_read_only() {
    let host = Host::new();
    host.store().set("g", "k", b"theirs").unwrap();
    host.run("store_read_only").grant("default", Grant::store(host.store()).read_only()).passes().await;
    host.run("store_read_only").grant("default", Grant::store(host.store().read_only())).passes().await;
}

#[tokio::test]
async fn store_two_handles() {
    let host = Host::new();
    let second = Grant::store(host.tenant("second").store());
    host.run("store_two_handles").grant("second", second).passes().await;
}

#[tokio::test]
async fn store_busy() {
    let host = Host::with(|config| config.busy_timeout(Duration::from_millis(10)));
    host.store().set("g", "k", b"before").unwrap();
    let transaction = host.store().begin().unwrap();
    host.run("store_busy").passes().await;
    transaction.rollback().unwrap();
    host.run("store_get_and_set").passes().await;
}

#[tokio::test]
async fn store_closed_by_the_host() {
    let host = Host::new();
    let running = host.run("store_closed_by_the_host").start();
    running.says("ready").await;
    host.larder.close();
    assert_ends!(running.ends().await, Ok(0));
}

#[tokio::test]
async fn store_unavailable() {
    let host = Host::new();
    host.store().set("g", "k", b"v").unwrap();
    let host = host.stopped(|directory| std::fs::write(directory.join("store.db"), vec![b'?'; 20_000]).unwrap());
    host.run("store_unavailable").passes().await;
    let database = std::fs::read(host.directory().join("store.db")).unwrap();
    assert_eq!(database, vec![b'?'; 20_000], "a damaged file is left as it is");
}
