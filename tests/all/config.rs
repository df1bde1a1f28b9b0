//! `wasi:config`.

use crate::support::{Host, Run};

foreach_config!(assert_test_exists);

plain_tests! {
    config_none
}

fn settings(run: Run) -> Run {
    run.config("theme", "dark").config("empty", "").config("theme", "light")
}

#[tokio::test]
async fn config_get() {
    settings(Host::new().run("config_get")).passes().await;
}

#[tokio::test]
async fn config_get_of_spin() {
    settings(Host::new().run("config_get_of_spin")).passes().await;
}
