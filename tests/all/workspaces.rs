//! Interface `workspaces`: buffers of work in progress, and SQL on them.

use std::sync::Arc;

use larder::SystemClock;

use crate::support::Host;

foreach_workspaces!(assert_test_exists);

plain_tests! {
    workspaces_commit
    workspaces_errors
    workspaces_recover
}

/// The time that a statement may take passes by the clock, which stands still in other tests.
#[tokio::test]
async fn workspaces_no_way_out() {
    let host = Host::with(|config| config.clock(Arc::new(SystemClock::default())));
    host.run("workspaces_no_way_out").passes().await;
    host.check();
}
