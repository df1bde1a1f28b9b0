//! How large a plugin is.

use crate::support::{Host, guest};

foreach_size!(assert_test_exists);

#[tokio::test]
async fn size_get_and_set() {
    Host::new().run("size_get_and_set").passes().await;
    let size = std::fs::metadata(guest("size_get_and_set")).unwrap().len();
    assert!(size < 100_000, "a plugin that gets and sets has {size} bytes; half of 200 KB is the bound");
}
