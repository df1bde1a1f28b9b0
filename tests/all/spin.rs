//! Spin's key-value, in its three versions.

use larder::engine::Limits;

use crate::support::Host;

foreach_spin!(assert_test_exists);

plain_tests! {
    spin_2_entries
    spin_3_entries
    spin_3_too_many
    spin_unversioned
}

#[tokio::test]
async fn spin_2_too_many() {
    let host = Host::with(|config| config.limits(Limits { response_bytes: 1 << 20, ..Limits::default() }));
    let entries: Vec<_> = (0..300).map(|n| (format!("{n:04000}"), Vec::new())).collect();
    host.store().set_many("default", &entries).unwrap();
    host.run("spin_2_too_many").passes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spin_3_keys() {
    let host = Host::new();
    host.run("spin_3_keys").passes().await;
    host.check();
}
