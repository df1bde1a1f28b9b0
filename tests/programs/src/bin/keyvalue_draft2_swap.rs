//! A swap happens if nobody wrote since the look, also where a value was changed and changed back.

use bindings::wasi::keyvalue::{
    atomics::{Cas, CasError, increment, swap},
    store,
};

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft2", world: "all" }

/// The handle that a swap answers which was too late.
fn too_late(result: Result<(), CasError>) -> Cas {
    match result {
        Err(CasError::CasFailed(now)) => now,
        other => panic!("{other:?}"),
    }
}

fn main() -> Result<(), store::Error> {
    let bucket = store::open("")?;
    let (one, other) = (Cas::new(&bucket, "absent")?, Cas::new(&bucket, "absent")?);
    assert_eq!(one.current()?, None);
    swap(one, b"one").expect("nobody was faster");
    let now = too_late(swap(other, b"other"));
    assert_eq!(now.current()?.as_deref(), Some(&b"one"[..]));
    swap(now, b"again").expect("the new handle is up to date");

    let look = Cas::new(&bucket, "absent")?;
    bucket.set("absent", b"B")?;
    bucket.set("absent", b"again")?;
    let now = too_late(swap(look, b"lost"));
    bucket.delete("absent")?;
    let now = too_late(swap(now, b"lost"));
    assert_eq!(now.current()?, None);
    bucket.set("absent", b"there")?;
    assert_eq!(now.current()?.as_deref(), Some(&b"there"[..]), "a look is a new one");
    swap(now, b"seen").expect("nobody wrote since the second look");
    assert_eq!(bucket.get("absent")?.as_deref(), Some(&b"seen"[..]));

    increment(&bucket, "counter", 258)?;
    let counter = Cas::new(&bucket, "counter")?;
    assert_eq!(counter.current()?, Some(258_i64.to_le_bytes().into()));
    increment(&bucket, "counter", 1)?;
    too_late(swap(counter, b"lost"));
    Ok(())
}
