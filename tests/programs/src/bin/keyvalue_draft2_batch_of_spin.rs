//! Many keys at once, in the shape of Spin: each key with a value or none, at its place.

use bindings::wasi::keyvalue::{batch::get_many, store};

larder_test_programs::bindings! {
    inline: "
        package test:spin-batch;

        world all {
            import wasi:keyvalue/store@0.2.0-draft2;
            import wasi:keyvalue/batch@0.2.0-draft2;
        }

        package wasi:keyvalue@0.2.0-draft2 {
            interface store {
                variant error { no-such-store, access-denied, other(string) }
                resource bucket {
                    set: func(key: string, value: list<u8>) -> result<_, error>;
                }
                open: func(identifier: string) -> result<bucket, error>;
            }
            interface batch {
                use store.{bucket, error};
                get-many: func(bucket: borrow<bucket>, keys: list<string>)
                    -> result<list<tuple<string, option<list<u8>>>>, error>;
                set-many: func(bucket: borrow<bucket>, key-values: list<tuple<string, list<u8>>>) -> result<_, error>;
            }
        }
    ",
    world: "test:spin-batch/all",
    generate_all,
}

fn main() -> Result<(), store::Error> {
    let bucket = store::open("")?;
    bucket.set("a", b"1")?;
    let keys = ["none", "a", "a", ""].map(str::to_owned);
    let a = || ("a".to_owned(), Some(b"1".to_vec()));
    assert_eq!(get_many(&bucket, &keys)?, [("none".to_owned(), None), a(), a(), (String::new(), None)]);
    let long = ["k".repeat(100_000)];
    assert!(matches!(get_many(&bucket, &long), Err(store::Error::Other(_))));
    bindings::wasi::keyvalue::batch::set_many(&bucket, &[("b".into(), Vec::new())])?;
    assert_eq!(get_many(&bucket, &["b".to_owned()])?, [("b".to_owned(), Some(Vec::new()))]);
    Ok(())
}
