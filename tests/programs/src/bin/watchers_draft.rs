//! Told of keys by `wasi:keyvalue/watcher` 0.2.0-draft: writes down what it hears, and fails for a key that says so.

use bindings::{
    exports::wasi::keyvalue::watcher::{Bucket, Guest},
    wasi::keyvalue::store,
};

larder_test_programs::bindings! {
    inline: "
        package test:watcher;
        world all {
            import wasi:keyvalue/store@0.2.0-draft;
            export wasi:keyvalue/watcher@0.2.0-draft;
        }
    ",
    path: "../../wit/standard/keyvalue-draft",
    world: "test:watcher/all",
    generate_all,
}

struct Listener;

/// Write down what was heard, behind what was heard before.
fn heard(what: &str) {
    let heard = store::open("heard").expect("it is granted");
    let before = heard.get("all").expect("it is read").unwrap_or_default();
    heard.set("all", &[&before, what.as_bytes(), b"\n"].concat()).expect("it is written");
}

impl Guest for Listener {
    fn on_set(bucket: Bucket, key: String, value: Vec<u8>) {
        let mended = store::open("heard").expect("it is granted").exists("mended").expect("it is read");
        assert!(key != "bad" || mended, "on purpose");
        assert!(bucket.exists(&key).expect("the bucket is the one that changed"));
        heard(&format!("set {key} {}", value.escape_ascii()));
    }

    fn on_delete(bucket: Bucket, key: String) {
        assert!(!bucket.exists(&key).expect("the bucket is the one that changed"));
        heard(&format!("delete {key}"));
    }
}

bindings::export!(Listener with_types_in bindings);

fn main() {}
