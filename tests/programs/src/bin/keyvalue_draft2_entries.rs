//! Entries are set, replaced, read and deleted; what is not granted is denied.

use bindings::wasi::keyvalue::store::{self, Error};

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft2", world: "all" }

fn main() -> Result<(), Error> {
    assert!(matches!(store::open("forbidden"), Err(Error::AccessDenied)));
    let bucket = store::open("default")?;
    assert!(!bucket.exists("bar")?);
    bucket.set("bar", b"baz")?;
    bucket.set("bar", b"wow")?;
    assert_eq!(bucket.get("bar")?.as_deref(), Some(&b"wow"[..]));
    assert_eq!(store::open("")?.get("bar")?.as_deref(), Some(&b"wow"[..]));
    bucket.set("a/b", &[0, 255])?;
    assert_eq!(bucket.list_keys(None)?.keys, ["a/b", "bar"]);
    bucket.delete("bar")?;
    bucket.delete("bar")?;
    assert_eq!((bucket.exists("bar")?, bucket.get("bar")?), (false, None));
    Ok(())
}
