//! Streams and watchers count together; one that is dropped makes room at once. (The host allows two.)

use larder_guest::{Error, Filter, Holding, Result, Store};

larder_guest::async_main!(run);

async fn run() -> Result<()> {
    let store = Store::default_store()?;
    let watcher = store.watch(Filter::All, None)?;
    let stream = store.event_stream(Filter::All, None).await?;
    let refused = Error::TooMany { what: Holding::Watchers, limit: 2 };
    assert_eq!(store.event_stream(Filter::All, None).await.err(), Some(refused.clone()));
    assert_eq!(store.watch(Filter::All, None).err(), Some(refused.clone()));
    drop(watcher);
    let mut other = store.event_stream(Filter::All, None).await?;
    assert!(larder_test_programs::at_once(other.next()).await.is_none());
    // Without it being read, and with a read of it that was given up.
    drop((stream, other));
    let streams = [store.event_stream(Filter::All, None).await?, store.event_stream(Filter::All, None).await?];
    let (one, two) = (store.event_stream(Filter::All, None), store.event_stream(Filter::All, None));
    let (one, two) = larder_test_programs::join(one, two).await;
    assert_eq!((one.err(), two.err()), (Some(refused.clone()), Some(refused.clone())));
    drop(streams);
    let calls = [(); 3].map(|()| store.event_stream(Filter::All, None));
    let [one, two, three] = calls;
    let ((one, two), three) = larder_test_programs::join(larder_test_programs::join(one, two), three).await;
    let made = [one, two, three].map(|made| made.is_ok());
    assert_eq!(made.iter().filter(|made| **made).count(), 2, "{made:?}");
    Ok(())
}
