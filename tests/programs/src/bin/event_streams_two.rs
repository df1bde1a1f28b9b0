//! Two streams are read at the same time, and an entry is read for each event, while the host writes.

use larder_guest::{Filter, Item, Result, Store};
use larder_test_programs::{join, number};

larder_guest::async_main!(run);

async fn follow(group: &str, events: u64) -> Result<()> {
    let store = Store::default_store()?;
    let mut stream = store.event_stream(Filter::Group(group.into()), None).await?;
    println!("{group} is followed");
    for number in 0..events {
        let Some(Ok(Item::Event(event))) = stream.next().await else { panic!("{group} has ended") };
        assert_eq!((event.group.as_str(), event.key), (group, number.to_string()));
        assert_eq!(store.get(group, &number.to_string())?, event.value);
        store.set("seen", &format!("{group}/{number}"), "")?;
    }
    Ok(())
}

async fn run() -> Result<()> {
    let events = number(1);
    let (one, other) = join(follow("one", events), follow("other", events)).await;
    one.and(other)
}
