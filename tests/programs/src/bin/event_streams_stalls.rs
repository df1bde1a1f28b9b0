//! Reads one of many events and then no more, until the host has looked at what that costs.

use larder_guest::{Filter, Result, Store};
use larder_test_programs::{next_shown, number};

larder_guest::async_main!(run);

async fn run() -> Result<()> {
    let store = Store::default_store()?;
    let mut stream = store.event_stream(Filter::Group("many".into()), Some(0)).await?;
    assert_eq!(next_shown(&mut stream).await, "many/0");
    let mut host = store.event_stream(Filter::Group("host".into()), None).await?;
    println!("stalling");
    assert_eq!(next_shown(&mut host).await, "host/go on");
    for key in 1..number(1) {
        assert_eq!(next_shown(&mut stream).await, format!("many/{key}"));
    }
    Ok(())
}
