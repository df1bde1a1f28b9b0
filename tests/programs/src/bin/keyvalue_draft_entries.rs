//! Entries are set, replaced, read and deleted, whatever the bytes of key and value.

use bindings::wasi::keyvalue::store;

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft", world: "all" }

fn main() -> Result<(), store::Error> {
    let bucket = store::open("")?;
    assert_eq!(bucket.get("k")?, None);
    for key in ["k", "a/b/c", "/", "", "\u{e4}\0", "..", "*"] {
        for value in [&b"one"[..], b"two", &[0, 255, 128], b""] {
            bucket.set(key, value)?;
            assert_eq!(bucket.get(key)?.as_deref(), Some(value), "{key:?}");
        }
        assert!(bucket.exists(key)?);
        assert!(!bucket.exists("none")?);
        bucket.delete(key)?;
        bucket.delete(key)?;
        assert!(!bucket.exists(key)?);
        assert_eq!(bucket.get(key)?, None);
    }
    bucket.set("shared", b"by two names")?;
    assert_eq!(store::open("default")?.get("shared")?.as_deref(), Some(&b"by two names"[..]));
    Ok(())
}
