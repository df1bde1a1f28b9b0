//! Entries are set, read and deleted, and the keys are listed.

use bindings::fermyon::spin::key_value::{Error, Store};

larder_test_programs::bindings! { path: "../../wit/standard/spin-2", world: "all" }

fn main() -> Result<(), Error> {
    assert!(matches!(Store::open("forbidden"), Err(Error::AccessDenied)));
    let store = Store::open("default")?;
    assert_eq!(store.get_keys()?, [""; 0]);
    store.delete("bar")?;
    assert_eq!((store.exists("bar")?, store.get("bar")?), (false, None));
    store.set("bar", b"baz")?;
    store.set("bar", b"wow")?;
    assert_eq!(store.get("bar")?.as_deref(), Some(&b"wow"[..]));
    store.set("a/b", &[0, 255])?;
    assert!(store.exists("a/b")?);
    assert_eq!(store.get_keys()?, ["a/b", "bar"]);
    store.delete("bar")?;
    assert_eq!(store.get("bar")?, None);
    let long = "k".repeat(100_000);
    assert!(matches!(store.set(&long, b""), Err(Error::Other(_))));
    Ok(())
}
