//! Told of keys by `wasmcloud:keyvalue/watcher`: writes down what it hears, and fails for a key that says so.

use bindings::{
    exports::wasmcloud::keyvalue::watcher::{Bucket, Guest},
    wasmcloud::keyvalue::store,
};

larder_test_programs::bindings! {
    inline: "
        package test:watcher;
        world all {
            import wasmcloud:keyvalue/store@0.2.0;
            export wasmcloud:keyvalue/watcher@0.2.0;
        }
    ",
    path: "../../wit/standard/wasmcloud-keyvalue",
    world: "test:watcher/all",
    generate_all,
}

struct Listener;

/// Write down what was heard, behind what was heard before.
async fn heard(what: String) {
    let heard = store::open("heard".into()).await.expect("it is granted");
    let before = heard.get("all".into()).await.expect("it is read").unwrap_or_default();
    let all = [&before, what.as_bytes(), b"\n"].concat();
    heard.set("all".into(), all, None).await.expect("it is written");
}

impl Guest for Listener {
    async fn on_set(bucket: Bucket, key: String, value: Vec<u8>) {
        let heard_of = store::open("heard".into()).await.expect("it is granted");
        let mended = heard_of.exists("mended".into()).await.expect("it is read");
        assert!(key != "bad" || mended, "on purpose");
        assert!(bucket.exists(key.clone()).await.expect("the bucket is the one that changed"));
        heard(format!("set {key} {}", value.escape_ascii())).await;
    }

    async fn on_delete(bucket: Bucket, key: String) {
        assert!(!bucket.exists(key.clone()).await.expect("the bucket is the one that changed"));
        heard(format!("delete {key}")).await;
    }
}

bindings::export!(Listener with_types_in bindings);

fn main() {}
