//! Reads that are given up pass nothing over, whatever they had got.

use larder_guest::{Filter, Item, Result, Store};
use larder_test_programs::at_once;

larder_guest::async_main!(run);

async fn run() -> Result<()> {
    let store = Store::default_store()?;
    let mut stream = store.event_stream(Filter::All, None).await?;
    let mut seen = Vec::new();
    let mut given_up = 0;
    for number in 0..300 {
        store.set("g", &number.to_string(), "")?;
        match at_once(stream.next()).await {
            Some(item) => seen.extend(item),
            None => given_up += 1,
        }
    }
    while seen.len() < 300 {
        seen.extend(stream.next().await);
    }
    for (number, item) in seen.into_iter().enumerate() {
        let Ok(Item::Event(event)) = item else { panic!("{item:?}") };
        assert_eq!(event.key, number.to_string());
    }
    assert!(given_up > 0, "no read was given up");
    Ok(())
}
