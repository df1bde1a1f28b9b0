//! A swap happens if its conditions hold; a version is of one write, a value of any that wrote it.

use bindings::wasmcloud::keyvalue::{
    cas::{CasOptions, CasResult, current, swap},
    store::open,
    types::{Bucket, Error},
};

larder_test_programs::bindings! { path: "../../wit/standard/wasmcloud-keyvalue", world: "all" }

larder_guest::async_main!(run);

async fn try_swap(bucket: &Bucket, version: Option<&str>, value: Option<&str>, to: &str) -> Result<CasResult, Error> {
    let (require_version, require_value) = (version.map(str::to_owned), value.map(|value| value.into()));
    swap(bucket, "k".into(), to.into(), CasOptions { require_version, require_value }).await
}

async fn run() -> Result<(), Error> {
    let bucket = open("".into()).await?;
    assert!(current(&bucket, "k".into()).await?.is_none());
    assert!(matches!(try_swap(&bucket, None, None, "v").await, Err(Error::InvalidArgument)));
    assert!(matches!(try_swap(&bucket, Some("1"), None, "v").await?, CasResult::Stale(None)));
    assert!(matches!(try_swap(&bucket, None, Some(""), "v").await?, CasResult::Stale(None)));
    bucket.set("k".into(), "A".into(), None).await?;
    let first = current(&bucket, "k".into()).await?.expect("it is there");
    assert_eq!(first.value, b"A");
    bucket.set("k".into(), "B".into(), None).await?;
    bucket.set("k".into(), "A".into(), None).await?;

    let CasResult::Stale(Some(now)) = try_swap(&bucket, Some(&first.version), None, "C").await? else {
        panic!("A was changed and changed back");
    };
    assert_eq!(now.value, b"A");
    assert_ne!(now.version, first.version);
    let both = try_swap(&bucket, Some(&first.version), Some("A"), "C").await?;
    assert!(matches!(both, CasResult::Stale(Some(_))), "one of two conditions is not enough");
    assert!(matches!(try_swap(&bucket, Some(&now.version), Some("x"), "C").await?, CasResult::Stale(Some(_))));
    assert!(matches!(try_swap(&bucket, None, Some("A"), "C").await?, CasResult::Swapped));
    let now = current(&bucket, "k".into()).await?.expect("it is there");
    assert!(matches!(try_swap(&bucket, Some(&now.version), Some("C"), "D").await?, CasResult::Swapped));
    for odd in ["", "x", "-1", "99999999999999999999999", "+0"] {
        assert!(matches!(try_swap(&bucket, Some(odd), None, "E").await?, CasResult::Stale(Some(_))), "{odd}");
    }
    assert_eq!(bucket.get("k".into()).await?.as_deref(), Some(&b"D"[..]));
    Ok(())
}
