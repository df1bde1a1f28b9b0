//! `wasi:blobstore` over the tenant's files.

use larder::Grant;

use crate::support::{Host, TENANT};

foreach_blobstore!(assert_test_exists);

plain_tests! {
    blobstore_objects
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blobstore_large() {
    let host = Host::new();
    let files = host.tenant(TENANT).files().unwrap();
    files.write("large/bytes", &vec![7; 17 << 20]).unwrap();
    for n in 0..2_500 {
        files.write(&format!("large/{}/{n:04}", n % 2), b"").unwrap();
    }
    host.run("blobstore_large").passes().await;
    host.check();
}

#[tokio::test]
async fn blobstore_refused() {
    let host = Host::new();
    let files = host.tenant(TENANT).files().unwrap();
    files.write("theirs/object", b"v").unwrap();
    let read_only = Grant::store(host.store()).files(files).read_only();
    host.run("blobstore_refused").grant("default", read_only).arg("read only").passes().await;
    host.run("blobstore_refused").grant("default", Grant::store(host.store())).arg("not granted").passes().await;
}
