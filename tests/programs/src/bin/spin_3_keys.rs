//! The stream of keys: an entry is read, and one is written, for each key while it is read.

use bindings::spin::key_value::key_value::{Error, Store};

larder_test_programs::bindings! { path: "../../wit/standard/spin-3", world: "all" }

larder_guest::async_main!(run);

async fn run() -> Result<(), Error> {
    let store = Store::open("default".into()).await?;
    let (mut none, ended) = store.get_keys().await;
    assert_eq!(none.next().await, None);
    ended.await?;

    let keys: Vec<String> = (0..2_500).map(|n| format!("k/{n:04}")).collect();
    for key in &keys {
        store.set(key.clone(), key.clone().into_bytes()).await?;
    }
    let (mut stream, ended) = store.get_keys().await;
    let mut listed = Vec::new();
    while let Some(key) = stream.next().await {
        assert_eq!(store.get(key.clone()).await?.as_deref(), Some(key.as_bytes()));
        store.set("a".into(), b"before all that is still to come".into()).await?;
        store.delete(key.clone()).await?;
        listed.push(key);
    }
    ended.await?;
    assert!(listed == keys, "{} keys", listed.len());

    let (stream, ended) = store.get_keys().await;
    drop(stream);
    ended.await?;
    let held: Vec<_> = [store.get_keys().await, store.get_keys().await].into();
    drop(held);
    Ok(())
}
