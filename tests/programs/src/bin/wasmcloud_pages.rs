//! Pages of keys with a prefix; a cursor belongs to its prefix.

use bindings::wasmcloud::keyvalue::{batch::set_many, store::open, types::Error};

larder_test_programs::bindings! { path: "../../wit/standard/wasmcloud-keyvalue", world: "all" }

larder_guest::async_main!(run);

async fn run() -> Result<(), Error> {
    let bucket = open("".into()).await?;
    for prefix in ["a", "b", "c"] {
        let entries = (0..10_000).map(|n| (format!("{prefix}{n:05}"), Vec::new())).collect();
        set_many(&bucket, entries).await?;
    }
    bucket.set("b99999".into(), Vec::new(), None).await?;
    let first = bucket.list_keys(Some("b".into()), None).await?;
    assert_eq!(first.keys.len(), 10_000);
    let second = bucket.list_keys(Some("b".into()), first.cursor.clone()).await?;
    assert_eq!((second.keys, second.cursor), (vec!["b99999".to_owned()], None));
    for other in [None, Some("c".into())] {
        let refused = bucket.list_keys(other, first.cursor.clone()).await;
        assert!(matches!(refused, Err(Error::InvalidArgument)));
    }
    Ok(())
}
