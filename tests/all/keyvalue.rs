//! `wasi:keyvalue`, in its versions and shapes.

use larder::{Grant, Quota};

use crate::support::{Host, TENANT};

foreach_keyvalue!(assert_test_exists);

plain_tests! {
    keyvalue_draft_batch
    keyvalue_draft_entries
    keyvalue_draft_increment
    keyvalue_draft_limits
    keyvalue_draft_list_keys
    keyvalue_draft2_batch
    keyvalue_draft2_batch_of_spin
    keyvalue_draft2_entries
    keyvalue_draft2_increment
    keyvalue_draft2_swap
}

#[tokio::test]
async fn keyvalue_draft_buckets() {
    let host = Host::new();
    host.run("keyvalue_draft_buckets").grant("other", Grant::store(host.store())).passes().await;
    assert_eq!(host.store().get("other", "k").unwrap().as_deref(), Some(&b"other"[..]), "a label is a group");
    host.check();
}

#[tokio::test]
async fn keyvalue_draft_cursor() {
    let host = Host::new();
    let run = || host.run("keyvalue_draft_cursor").grant("other", Grant::store(host.store()));
    let cursor = run().arg("first").passes().await;
    run().arg("second").arg(cursor.trim()).passes().await;
    host.check();
}

#[tokio::test]
async fn keyvalue_draft_read_only() {
    let host = Host::new();
    host.store().set("default", "k", b"theirs").unwrap();
    host.run("keyvalue_draft_read_only").grant("default", Grant::store(host.store()).read_only()).passes().await;
}

#[tokio::test]
async fn keyvalue_draft2_list_keys() {
    let host = Host::new();
    host.run("keyvalue_draft2_list_keys").grant("other", Grant::store(host.store())).passes().await;
    host.check();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keyvalue_draft2_contended() {
    let host = Host::new();
    let (instances, steps) = (4, 25);
    let runs: Vec<_> = (0..instances).map(|_| host.run("keyvalue_draft2_contended").arg(steps).start()).collect();
    let mut made = 0;
    for run in runs {
        let ended = assert_ends!(run.ends().await, Ok(0));
        made += usize::from(ended.stdout.contains("made it"));
    }
    assert_eq!(made, 1, "one of those that saw no entry has made it");
    let counted = (instances * steps).to_string();
    for key in ["by increment", "by swap"] {
        let value = host.store().get("default", key).unwrap();
        assert_eq!(value.as_deref(), Some(counted.as_bytes()), "{key}");
    }
}

#[tokio::test]
async fn a_bucket_is_the_group_that_the_host_chose() {
    let host = Host::new();
    host.store().set("shared", "first", b"").unwrap();
    let grant = Grant::store(host.store()).bucket_group("shared");
    let said = host.run("standard_marks").grant("default", grant).arg("second").passes().await;
    assert_eq!(said, "first\n");
    assert!(host.store().exists("shared", "second").unwrap());
    assert!(!host.store().group_exists("default").unwrap());
}

#[tokio::test]
async fn the_same_bucket_of_two_tenants_and_of_two_scopes_is_two_buckets() {
    let host = Host::new();
    for tenant in [TENANT, "other"] {
        assert_eq!(host.run_for(tenant, "standard_marks").arg(tenant).passes().await, "");
        assert_eq!(host.run_for(tenant, "standard_marks").arg(tenant).passes().await, format!("{tenant}\n"));
    }
    let scope = || Grant::store(host.scope("own", Quota::default()));
    assert_eq!(host.run("standard_marks").grant("default", scope()).arg("scoped").passes().await, "");
    assert_eq!(host.run("standard_marks").grant("default", scope()).arg("again").passes().await, "scoped\n");
}
