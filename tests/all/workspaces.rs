//! Interface `workspaces`: buffers of work in progress, and SQL on them.

foreach_workspaces!(assert_test_exists);

plain_tests! {
    workspaces_commit
    workspaces_errors
    workspaces_no_way_out
    workspaces_recover
}
