//! Counters read as decimal digits; what is no counter, and a sum out of range, is an error that changes nothing.

use bindings::wasi::keyvalue::{
    atomics::increment,
    store::{self, Error},
};

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft", world: "all" }

fn main() -> Result<(), Error> {
    let bucket = store::open("")?;
    bucket.set("digits", b"5")?;
    assert_eq!(increment(&bucket, "digits", 1)?, 6);
    assert_eq!(bucket.get("digits")?.as_deref(), Some(&b"6"[..]));
    assert_eq!(increment(&bucket, "absent", 10)?, 10);
    assert_eq!(increment(&bucket, "absent", 0)?, 10);
    bucket.set("bytes", &1000_i64.to_le_bytes())?;
    assert_eq!(increment(&bucket, "bytes", 1)?, 1001);

    for value in [&b"no number"[..], b"", b"1.5", b"+1", &[255, 0, 255], b"9223372036854775808"] {
        bucket.set("k", value)?;
        assert!(matches!(increment(&bucket, "k", 1), Err(Error::Other(_))), "{value:?}");
        assert_eq!(bucket.get("k")?.as_deref(), Some(value), "it is as it was");
    }
    let most = i64::MAX as u64;
    assert_eq!(increment(&bucket, "most", most)?, most);
    for delta in [1, most, most + 1, u64::MAX] {
        assert!(matches!(increment(&bucket, "most", delta), Err(Error::Other(_))), "{delta}");
        assert!(delta <= most || matches!(increment(&bucket, "none", delta), Err(Error::Other(_))), "{delta}");
    }
    assert_eq!(increment(&bucket, "most", 0)?, most);
    bucket.set("negative", b"-3")?;
    assert!(increment(&bucket, "negative", 2).is_err(), "-1 cannot be told");
    assert_eq!(bucket.get("negative")?.as_deref(), Some(&b"-3"[..]));
    assert_eq!(increment(&bucket, "negative", 4)?, 1);
    assert!(!bucket.exists("none")?);
    Ok(())
}
