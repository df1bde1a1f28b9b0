//! Many keys at once, in the shape of the proposal: pairs that are there or not, at their places.

use bindings::wasi::keyvalue::{
    atomics::increment,
    batch::{delete_many, get_many, set_many},
    store::{self, Error},
};

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft2", world: "all" }

fn main() -> Result<(), Error> {
    let bucket = store::open("")?;
    let entry = |key: &str, value: &[u8]| (key.to_owned(), value.to_vec());
    set_many(&bucket, &[entry("a", b"1"), entry("b", b"2")])?;
    increment(&bucket, "n", 258)?;
    let keys = ["n", "none", "a", "a"].map(str::to_owned);
    let (n, a) = (Some(entry("n", &258_i64.to_le_bytes())), Some(entry("a", b"1")));
    assert_eq!(get_many(&bucket, &keys)?, [n, None, a.clone(), a]);
    delete_many(&bucket, &keys)?;
    assert_eq!(bucket.list_keys(None)?.keys, ["b"]);

    let megabyte = vec![7; 1 << 20];
    let keys: Vec<String> = (0..65).map(|n| format!("{n:03}")).collect();
    for key in &keys {
        bucket.set(key, &megabyte)?;
    }
    match get_many(&bucket, &keys) {
        Err(Error::Other(said)) => assert!(said.contains("query result exceeds limit of 67108864 bytes"), "{said}"),
        other => panic!("{:?}", other.map(|found| found.len())),
    }
    Ok(())
}
