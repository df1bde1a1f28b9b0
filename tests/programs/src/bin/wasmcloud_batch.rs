//! Counters and many keys at once, and what a quota does not let.

use bindings::wasmcloud::keyvalue::{
    atomics::increment,
    batch::{delete_many, get_many, set_many},
    store::open,
    types::Error,
};

larder_test_programs::bindings! { path: "../../wit/standard/wasmcloud-keyvalue", world: "all" }

larder_guest::async_main!(run);

async fn run() -> Result<(), Error> {
    let bucket = open("".into()).await?;
    assert_eq!(increment(&bucket, "n".into(), 5).await?, 5);
    assert_eq!(increment(&bucket, "n".into(), 3).await?, 8);
    assert_eq!(bucket.get("n".into()).await?.as_deref(), Some(&b"8"[..]));
    assert_eq!(increment(&bucket, "n".into(), -10).await?, -2);
    let entry = |key: &str, value: &str| (key.to_owned(), value.as_bytes().to_vec());
    set_many(&bucket, vec![entry("a", "1"), entry("b", "two")]).await?;
    assert!(matches!(increment(&bucket, "b".into(), 1).await, Err(Error::Other(_))));
    increment(&bucket, "n".into(), 2 - i64::MAX).await?;
    increment(&bucket, "n".into(), -1).await?;
    assert!(matches!(increment(&bucket, "n".into(), -1).await, Err(Error::Other(_))), "the end of the range");
    let keys = ["none", "b", "a", "b"].map(str::to_owned).to_vec();
    let (a, b) = (Some(entry("a", "1")), Some(entry("b", "two")));
    assert_eq!(get_many(&bucket, keys.clone()).await?, [None, b.clone(), a, b]);

    // The host allows four keys.
    let refused = set_many(&bucket, vec![entry("c", ""), entry("d", "")]).await;
    assert!(matches!(refused, Err(Error::QuotaExceeded)), "{refused:?}");
    assert!(!bucket.exists("c".into()).await?, "nothing of it was kept");
    bucket.set("c".into(), Vec::new(), None).await?;
    assert!(matches!(bucket.set("d".into(), Vec::new(), None).await, Err(Error::QuotaExceeded)));
    delete_many(&bucket, keys).await?;
    assert_eq!(bucket.list_keys(None, None).await?.keys, ["c", "n"]);
    Ok(())
}
