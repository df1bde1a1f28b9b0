//! Interface `text`: templates, and values cut into pieces.

use larder::{Grant, Quota};

use crate::support::Host;

foreach_text!(assert_test_exists);

plain_tests! {
    text_errors
    text_in_transaction
    text_pieces
    text_render
}

/// Reading is enough for a template, and it sees no other scope of the tenant.
#[tokio::test]
async fn text_of_a_scope() {
    let host = Host::new();
    host.scope("other", Quota::default()).set("g", "k", b"secret").unwrap();
    let own = host.scope("own", Quota::default());
    own.set("g", "k", b"own").unwrap();
    host.run("text_of_a_scope").grant("default", Grant::store(own.read_only())).passes().await;
    host.check();
}
