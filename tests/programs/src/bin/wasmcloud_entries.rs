//! Entries are set, read and deleted, and keys are listed by prefix.

use bindings::wasmcloud::keyvalue::{
    store::open,
    types::{Bucket, Error},
};

larder_test_programs::bindings! { path: "../../wit/standard/wasmcloud-keyvalue", world: "all" }

larder_guest::async_main!(run);

async fn list(bucket: &Bucket, prefix: Option<&str>) -> Result<Vec<String>, Error> {
    let page = bucket.list_keys(prefix.map(str::to_owned), None).await?;
    assert_eq!(page.cursor, None);
    Ok(page.keys)
}

async fn run() -> Result<(), Error> {
    assert!(matches!(open("forbidden".into()).await, Err(Error::AccessDenied)));
    let bucket = open("default".into()).await?;
    assert_eq!(bucket.get("k".into()).await?, None);
    for key in ["a", "a/b", "a/c", "b%", "b_"] {
        bucket.set(key.into(), key.into(), None).await?;
    }
    assert_eq!(bucket.get("a/b".into()).await?.as_deref(), Some(&b"a/b"[..]));
    assert_eq!(list(&bucket, None).await?, ["a", "a/b", "a/c", "b%", "b_"]);
    assert_eq!(list(&bucket, Some("a/")).await?, ["a/b", "a/c"]);
    assert_eq!(list(&bucket, Some("b_")).await?, ["b_"]);
    assert_eq!(list(&bucket, Some("c")).await?, [""; 0]);
    bucket.delete("a/b".into()).await?;
    bucket.delete("a/b".into()).await?;
    assert!(!bucket.exists("a/b".into()).await?);
    for cursor in ["0", ""] {
        let refused = bucket.list_keys(None, Some(cursor.into())).await;
        assert!(matches!(refused, Err(Error::InvalidArgument)), "{refused:?}");
    }
    assert!(matches!(bucket.get("k".repeat(100_000)).await, Err(Error::Other(_))));
    Ok(())
}
