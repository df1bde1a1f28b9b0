//! Entries are set, read and deleted by async functions, several at the same time.

use bindings::spin::key_value::key_value::{Error, Store};
use larder_test_programs::join;

larder_test_programs::bindings! { path: "../../wit/standard/spin-3", world: "all" }

larder_guest::async_main!(run);

async fn count(store: &Store, keys: &str) -> Result<(), Error> {
    for n in 0..20 {
        let (key, value) = (format!("{keys}/{n}"), n.to_string().into_bytes());
        store.set(key.clone(), value.clone()).await?;
        assert_eq!(store.get(key).await?, Some(value));
    }
    Ok(())
}

async fn run() -> Result<(), Error> {
    assert!(matches!(Store::open("forbidden".into()).await, Err(Error::AccessDenied)));
    let store = Store::open("default".into()).await?;
    assert_eq!(store.get("bar".into()).await?, None);
    store.set("bar".into(), b"baz".into()).await?;
    assert!(store.exists("bar".into()).await?);
    store.delete("bar".into()).await?;
    store.delete("bar".into()).await?;
    assert!(!store.exists("bar".into()).await?);
    let (one, other) = join(count(&store, "one"), count(&store, "other")).await;
    one.and(other)?;
    assert!(matches!(store.set("k".repeat(100_000), Vec::new()).await, Err(Error::Other(_))));
    Ok(())
}
