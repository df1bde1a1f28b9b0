//! Counters read as eight bytes; what is no counter, and a sum out of range, is an error that changes nothing.

use bindings::wasi::keyvalue::{
    atomics::increment,
    store::{self, Error},
};

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft2", world: "all" }

fn main() -> Result<(), Error> {
    let bucket = store::open("")?;
    assert_eq!(increment(&bucket, "counter", 10)?, 10);
    assert_eq!(increment(&bucket, "counter", 5)?, 15);
    assert_eq!(bucket.get("counter")?, Some(15_i64.to_le_bytes().into()));
    assert_eq!(increment(&bucket, "counter", -20)?, -5);
    assert_eq!(bucket.get("counter")?, Some((-5_i64).to_le_bytes().into()));
    bucket.set("set", &7_i64.to_le_bytes())?;
    assert_eq!(increment(&bucket, "set", 1)?, 8);
    bucket.set("digits", b"41")?;
    assert_eq!(bucket.get("digits")?.as_deref(), Some(&b"41"[..]), "what was set reads as it was set");
    assert_eq!(increment(&bucket, "digits", 1)?, 42);
    assert_eq!(bucket.get("digits")?, Some(42_i64.to_le_bytes().into()));

    for value in [&b"a letter"[..], b"", b"7 seven", &[1, 2, 3]] {
        bucket.set("k", value)?;
        assert!(matches!(increment(&bucket, "k", 1), Err(Error::Other(_))), "{value:?}");
        assert_eq!(bucket.get("k")?.as_deref(), Some(value), "it is as it was");
    }
    for (end, beyond) in [(i64::MAX, 1), (i64::MIN, -1)] {
        bucket.delete("end")?;
        assert_eq!(increment(&bucket, "end", end)?, end);
        assert!(matches!(increment(&bucket, "end", beyond), Err(Error::Other(_))));
        assert_eq!(increment(&bucket, "end", 0)?, end);
        assert_eq!(increment(&bucket, "end", -beyond)?, end - beyond);
    }
    Ok(())
}
