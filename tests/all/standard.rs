//! Interfaces of others beside each other.

use larder::{Interface, Interfaces, Plugin};

use crate::support::{Host, guest, runtime};

foreach_standard!(assert_test_exists);

plain_tests! {
    standard_at_once
}

#[tokio::test]
async fn standard_marks() {
    let host = Host::new();
    assert_eq!(host.run("standard_marks").arg("mark").passes().await, "");
    assert_eq!(host.run("standard_marks").arg("mark").passes().await, "mark\n");
}

#[tokio::test]
async fn an_interface_is_granted_by_the_one_of_larder_that_gives_the_same() {
    let load = |interfaces| Plugin::load_file(runtime(), guest("keyvalue_draft_batch"), &Interfaces::of(interfaces));
    let missing = load(vec![Interface::Store]).expect_err("batch is not granted").to_string();
    assert!(missing.contains("wasi:keyvalue/batch@0.2.0-draft") && missing.contains("\"batch\""), "{missing}");
    assert!(!missing.contains("wasi:keyvalue/store"), "{missing}");
    assert!(load(vec![Interface::Store, Interface::Batch]).is_ok());
    assert!(
        Plugin::load_file(runtime(), guest("config_get"), &Interfaces::none()).is_ok(),
        "it gives nothing by itself"
    );
}
