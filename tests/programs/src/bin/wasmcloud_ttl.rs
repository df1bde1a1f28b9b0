//! An entry with a time to live is there until then, and no longer.

use bindings::wasmcloud::keyvalue::{
    atomics::increment,
    store::open,
    types::{Error, SetOptions},
};
use larder_test_programs::part;

larder_test_programs::bindings! { path: "../../wit/standard/wasmcloud-keyvalue", world: "all" }

larder_guest::async_main!(run);

fn ttl(ttl_ms: u64) -> Option<SetOptions> {
    Some(SetOptions { ttl_ms: Some(ttl_ms), if_not_exists: false })
}

async fn run() -> Result<(), Error> {
    let bucket = open("".into()).await?;
    if part() == "write" {
        bucket.set("minute".into(), b"v".into(), ttl(60_000)).await?;
        bucket.set("cleared".into(), b"v".into(), ttl(60_000)).await?;
        bucket.set("cleared".into(), b"v".into(), None).await?;
        bucket.set("now".into(), b"v".into(), ttl(0)).await?;
        assert!(!bucket.exists("now".into()).await?);
        bucket.set("counter".into(), b"1".into(), ttl(60_000)).await?;
        increment(&bucket, "counter".into(), 1).await?;
    }
    let there = part() != "a minute later";
    for key in ["minute", "counter"] {
        assert_eq!(bucket.exists(key.into()).await?, there, "{key}");
        assert_eq!(bucket.get(key.into()).await?.is_some(), there, "{key}");
    }
    assert!(bucket.exists("cleared".into()).await?);
    if !there {
        assert_eq!(bucket.list_keys(None, None).await?.keys, ["cleared"]);
        let only_new = Some(SetOptions { ttl_ms: None, if_not_exists: true });
        bucket.set("minute".into(), b"again".into(), only_new).await?;
    }
    Ok(())
}
