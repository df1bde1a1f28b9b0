//! Interface `batch`: many keys in a call.

use larder::{Grant, Limits, Quota};

use crate::support::Host;

foreach_batch!(assert_test_exists);

plain_tests! {
    batch_apply
    batch_delete_many
    batch_get_many
    batch_set_many
    batch_too_large
    batch_too_many_items
}

#[tokio::test]
async fn batch_answer_too_large() {
    let host = Host::new();
    // 64 MiB of answer come on top of what the guest has already.
    let limits = Limits { memory: 256 << 20, ..Limits::default() };
    host.run("batch_answer_too_large").limits(limits).passes().await;
}

#[tokio::test]
async fn batch_all_or_nothing() {
    let host = Host::new();
    let quota = Quota { keys: Some(4), ..Quota::default() };
    host.run("batch_all_or_nothing").grant("default", Grant::store(host.scope("s", quota))).passes().await;
    host.check();
}

#[tokio::test]
async fn batch_read_only() {
    let host = Host::new();
    host.store().set("g", "k", b"theirs").unwrap();
    host.run("batch_read_only").grant("default", Grant::store(host.store()).read_only()).passes().await;
}
