//! A stream goes on where an earlier one was, over a restart of the host; from 0 it gets everything.

use larder_guest::{Filter, Result, Store, Version};
use larder_test_programs::{next_shown, number, part};

larder_guest::async_main!(run);

async fn first(store: &Store, after: Option<Version>) -> Result<String> {
    Ok(next_shown(&mut store.event_stream(Filter::All, after).await?).await)
}

async fn run() -> Result<()> {
    let store = Store::default_store()?;
    if part() == "before" {
        for key in ["a", "b", "c"] {
            store.set("g", key, "")?;
        }
        let mut stream = store.event_stream(Filter::All, Some(0)).await?;
        assert_eq!(next_shown(&mut stream).await, "g/a");
        assert_eq!(next_shown(&mut stream).await, "g/b");
        println!("{}", stream.position().expect("it has come somewhere"));
        return Ok(());
    }
    assert_eq!(first(&store, Some(number(2))).await?, "g/c");
    assert_eq!(first(&store, Some(0)).await?, "g/a");
    let mut now = store.event_stream(Filter::All, None).await?;
    let mut far = store.event_stream(Filter::All, Some(u64::MAX)).await?;
    store.set("g", "d", "")?;
    assert_eq!(next_shown(&mut now).await, "g/d");
    assert!(larder_test_programs::at_once(far.next()).await.is_none());
    Ok(())
}
