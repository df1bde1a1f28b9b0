//! What programs do alike that are built for several versions of one interface. Each expands where the program's `bindings` are.

/// A program that is told of keys by `wasi:keyvalue/watcher`: it writes down what it hears, and fails for a key that says so.
#[macro_export]
macro_rules! writes_down_what_it_hears {
    () => {
        use bindings::{
            exports::wasi::keyvalue::watcher::{Bucket, Guest},
            wasi::keyvalue::store,
        };

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
    };
}

/// A program that reads settings by `wasi:config/store`, by their names and all of them.
#[macro_export]
macro_rules! reads_settings {
    () => {
        use bindings::wasi::config::store::{self, Error};

        fn main() -> Result<(), Error> {
            assert_eq!(store::get("theme")?.as_deref(), Some("light"));
            assert_eq!(store::get("empty")?.as_deref(), Some(""));
            for none in ["none", "", "THEME", "a b", "theme\0", &"x".repeat(100_000)] {
                assert_eq!(store::get(none)?, None, "{none:?}");
            }
            let all = [("empty", ""), ("theme", "light")].map(|(name, value)| (name.to_owned(), value.to_owned()));
            assert_eq!(store::get_all()?, all);
            Ok(())
        }
    };
}
