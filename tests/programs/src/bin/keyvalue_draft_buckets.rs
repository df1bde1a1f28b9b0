//! A label that is not granted is no store, and one label shows nothing of another.

use bindings::wasi::keyvalue::store::{self, Error};

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft", world: "all" }

fn main() -> Result<(), Error> {
    let (own, other) = (store::open("default")?, store::open("other")?);
    own.set("k", b"own")?;
    assert_eq!(other.get("k")?, None);
    other.set("k", b"other")?;
    assert_eq!(own.get("k")?.as_deref(), Some(&b"own"[..]));
    assert_eq!(own.list_keys(None)?.keys, ["k"]);
    for unknown in ["third", "Default", "default/", "../default", "default\0", &"x".repeat(100_000)] {
        assert!(matches!(store::open(unknown), Err(Error::NoSuchStore)), "{unknown:?}");
    }
    Ok(())
}
