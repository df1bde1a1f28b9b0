//! What a transaction changed comes after its commit, together, its end marked; what it did not keep never comes.

use larder_guest::{Filter, Item, Result, Store};
use larder_test_programs::next_shown;

larder_guest::async_main!(run);

async fn run() -> Result<()> {
    let store = Store::default_store()?;
    let mut stream = store.event_stream(Filter::Prefix("g".into()), None).await?;
    assert_eq!(stream.position(), None);
    let before = store.set("g0", "before", "")?;
    let tx = store.begin()?;
    tx.set("g1", "a", "")?;
    tx.set("other", "b", "")?;
    tx.set("g3", "d", "x")?;
    let version = tx.commit()?;
    let lost = store.begin()?;
    lost.set("g", "f", "")?;
    lost.rollback()?;
    store.set("g", "after", "")?;

    assert_eq!(next_shown(&mut stream).await, "g0/before");
    assert_eq!(stream.position(), Some(before));
    let mut seen = Vec::new();
    for _ in 0..2 {
        let Some(Ok(Item::Event(event))) = stream.next().await else { panic!("the stream has ended") };
        seen.push((event.key, event.value, event.version, event.index, event.last));
        assert_eq!(stream.position() == Some(version), seen.len() == 2);
    }
    let value = |text: &str| Some(text.as_bytes().to_vec());
    let a = ("a".into(), value(""), version, 0, false);
    assert_eq!(seen, [a, ("d".into(), value("x"), version, 2, true)]);
    assert_eq!(next_shown(&mut stream).await, "g/after");
    Ok(())
}
