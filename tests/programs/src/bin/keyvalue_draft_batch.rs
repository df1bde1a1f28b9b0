//! Many keys at once: an answer for each, at its place; all of a change or nothing.

use bindings::wasi::keyvalue::{
    batch::{delete_many, get_many, set_many},
    store::{self, Error},
};

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft", world: "all" }

fn main() -> Result<(), Error> {
    let bucket = store::open("")?;
    let entry = |key: &str, value: &str| (key.to_owned(), value.as_bytes().to_vec());
    let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    set_many(&bucket, &[entry("a", "1"), entry("b", "2"), entry("a", "3")])?;
    let found = get_many(&bucket, &keys(&["none", "b", "a", "b", "", "a"]))?;
    let (a, b) = (Some(entry("a", "3")), Some(entry("b", "2")));
    assert_eq!(found, [None, b.clone(), a.clone(), b, None, a]);
    assert!(get_many(&bucket, &[])?.is_empty());
    set_many(&bucket, &[])?;

    let long = "k".repeat(100_000);
    let refused = set_many(&bucket, &[entry("c", ""), entry(&long, "")]);
    assert!(matches!(refused, Err(Error::Other(_))), "{refused:?}");
    assert!(!bucket.exists("c")?, "nothing of it was kept");
    assert!(delete_many(&bucket, &keys(&["a", &long])).is_err());
    assert!(bucket.exists("a")?, "nothing of it was done");
    assert!(get_many(&bucket, &keys(&[&long])).is_err());
    delete_many(&bucket, &keys(&["a", "none", "a"]))?;
    assert_eq!(bucket.list_keys(None)?.keys, ["b"]);
    Ok(())
}
