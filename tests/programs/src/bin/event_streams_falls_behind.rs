//! A reader that stalls while the host trims what it has not read gets what it fetched, one gap, and what is kept.

use larder_guest::{Filter, Result, Store};
use larder_test_programs::{next_shown, number};

larder_guest::async_main!(run);

async fn run() -> Result<()> {
    let store = Store::default_store()?;
    let mut stream = store.event_stream(Filter::All, None).await?;
    let mut signal = Store::open("signal")?.event_stream(Filter::All, None).await?;
    store.set("g", "first", "")?;
    assert_eq!(next_shown(&mut stream).await, "g/first");
    println!("stalling");
    assert_eq!(next_shown(&mut signal).await, "host/go on");
    let lost = stream.position().expect("it has come somewhere") + 1;
    assert_eq!(next_shown(&mut stream).await, format!("gap {lost}-{lost}"));
    for key in 0..number(1) {
        assert_eq!(next_shown(&mut stream).await, format!("g/kept {key}"));
    }
    Ok(())
}
