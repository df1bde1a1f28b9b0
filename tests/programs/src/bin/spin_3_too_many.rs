//! More streams at a time than an instance may hold end at once, and say why.

use bindings::spin::key_value::key_value::{Error, Store};

larder_test_programs::bindings! { path: "../../wit/standard/spin-3", world: "all" }

larder_guest::async_main!(run);

async fn run() -> Result<(), Error> {
    let store = Store::open("".into()).await?;
    store.set("k".into(), Vec::new()).await?;
    let mut held = Vec::new();
    for _ in 0..16 {
        held.push(store.get_keys().await);
    }
    let (mut refused, ended) = store.get_keys().await;
    assert_eq!(refused.next().await, None);
    assert!(matches!(ended.await, Err(Error::StoreTableFull)));
    drop(held);
    let (mut stream, ended) = store.get_keys().await;
    assert_eq!(stream.next().await.as_deref(), Some("k"));
    drop((stream, ended));
    Ok(())
}
