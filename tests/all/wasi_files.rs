//! Ordinary file functions of a guest on a preopen, under the tenant's quota.

use larder::{FileQuota, Preopen};

use crate::support::{Host, TENANT};

foreach_wasi_files!(assert_test_exists);

plain_tests! {
    wasi_files_are_the_same_files
    wasi_files_directories
    wasi_files_paths
    wasi_files_read_and_write
    wasi_files_removed_while_open
    wasi_files_too_many_descriptors
}

#[tokio::test]
async fn wasi_files_quota() {
    let host = Host::with(|config| config.file_quota(FileQuota { bytes: Some(1000), files: Some(3) }));
    host.run("wasi_files_quota").passes().await;
}

#[tokio::test]
async fn wasi_files_read_only() {
    let host = Host::new();
    let files = host.tenant(TENANT).files().unwrap();
    files.write("f", b"theirs").unwrap();
    let preopen = Preopen { guest_path: "/data".to_owned(), files, writable: false };
    host.run("wasi_files_read_only").preopen(preopen).passes().await;
}

#[cfg(unix)]
#[tokio::test]
async fn wasi_files_special() {
    let host = Host::new();
    let outside = crate::sandbox::Outside::linked_into(&host);
    host.run("wasi_files_special").passes().await;
    outside.is_untouched();
}

#[cfg(not(unix))]
fn wasi_files_special() {}
