//! What is too large is refused, and so are more buckets at a time than an instance may hold.

use bindings::wasi::keyvalue::store::{self, Error};

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft", world: "all" }

fn says(result: Result<impl std::fmt::Debug, Error>, text: &str) {
    assert!(matches!(&result, Err(Error::Other(said)) if said.contains(text)), "{result:?}");
}

fn main() -> Result<(), Error> {
    let bucket = store::open("")?;
    bucket.set("large", &vec![1; 16 << 20])?;
    says(bucket.set("large", &vec![2; (16 << 20) + 1]), "over the limit of 16777216");
    assert_eq!(bucket.get("large")?.map(|value| value[0]), Some(1));
    let long = "k".repeat(4_097);
    says(bucket.set(&long, b""), "over the limit of 4096");
    says(bucket.get(&long), "over the limit of 4096");
    says(bucket.exists(&long), "over the limit of 4096");
    bucket.set(&long[1..], b"")?;

    let mut held = Vec::new();
    let refused = loop {
        match store::open("") {
            Ok(bucket) => held.push(bucket),
            Err(error) => break error,
        }
    };
    assert!(matches!(&refused, Error::Other(said) if said.contains("store table full")), "{refused:?}");
    assert_eq!(held.len(), 63);
    drop(held.pop());
    assert!(store::open("").is_ok(), "what was closed makes room");
    Ok(())
}
