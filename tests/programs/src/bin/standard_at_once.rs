//! One bucket by five interfaces at once: each sees what the others wrote, and counters as its own users expect them.

use bindings::{
    fermyon::spin::key_value::Store as Spin,
    wasi::keyvalue0_2_0_draft::{atomics as draft_atomics, store as draft},
    wasi::keyvalue0_2_0_draft2::{atomics as draft2_atomics, store as draft2},
    wasmcloud::keyvalue::{atomics as wasmcloud_atomics, store as wasmcloud},
};
use larder_guest::Store;

larder_test_programs::bindings! {
    inline: "
        package test:at-once;
        world all {
            import wasi:keyvalue/store@0.2.0-draft;
            import wasi:keyvalue/atomics@0.2.0-draft;
            import wasi:keyvalue/store@0.2.0-draft2;
            import wasi:keyvalue/atomics@0.2.0-draft2;
            import fermyon:spin/key-value@2.0.0;
            import wasmcloud:keyvalue/store@0.2.0;
            import wasmcloud:keyvalue/atomics@0.2.0;
        }
    ",
    path: [
        "../../wit/standard/keyvalue-draft", "../../wit/standard/keyvalue-draft2", "../../wit/standard/spin-2",
        "../../wit/standard/wasmcloud-keyvalue",
    ],
    world: "test:at-once/all",
    generate_all,
}

larder_guest::async_main!(run);

async fn run() -> Result<(), String> {
    let (one, two) = (draft::open("").unwrap(), draft2::open("").unwrap());
    let (three, four) = (Spin::open("default").unwrap(), wasmcloud::open("default".into()).await.unwrap());
    let five = Store::default_store().unwrap();
    one.set("1", b"draft").unwrap();
    two.set("2", b"draft2").unwrap();
    three.set("3", b"spin").unwrap();
    four.set("4".into(), b"wasmcloud".into(), None).await.unwrap();
    five.set("default", "5", "larder").unwrap();
    let keys = ["1", "2", "3", "4", "5"];
    assert_eq!(one.list_keys(None).unwrap().keys, keys);
    assert_eq!(two.list_keys(None).unwrap().keys, keys);
    assert_eq!(three.get_keys().unwrap(), keys);
    assert_eq!(four.list_keys(None, None).await.unwrap().keys, keys);
    assert_eq!(five.count("default").unwrap(), 5);

    assert_eq!(draft_atomics::increment(&one, "n", 1).unwrap(), 1);
    assert_eq!(draft2_atomics::increment(&two, "n", 1).unwrap(), 2);
    assert_eq!(wasmcloud_atomics::increment(&four, "n".into(), 1).await.unwrap(), 3);
    assert_eq!(five.increment("default", "n", 255).unwrap(), 258);
    let (digits, bytes) = (Some(b"258".to_vec()), Some(258_i64.to_le_bytes().to_vec()));
    assert_eq!((one.get("n").unwrap(), two.get("n").unwrap()), (digits.clone(), bytes.clone()));
    assert_eq!((four.get("n".into()).await.unwrap(), three.get("n").unwrap()), (digits.clone(), bytes));
    assert_eq!(five.get("default", "n").unwrap(), digits);
    Ok(())
}
