//! What the host no longer keeps is told as one gap. (The host keeps three events.)

use larder_guest::{Filter, Result, Store};
use larder_test_programs::{next_shown, number, part};

larder_guest::async_main!(run);

async fn run() -> Result<()> {
    let store = Store::default_store()?;
    if part() == "write" {
        for key in 0..10 {
            store.set("g", &key.to_string(), "")?;
        }
        return Ok(());
    }
    let floor = number(2);
    let mut stream = store.event_stream(Filter::All, Some(0)).await?;
    assert_eq!(next_shown(&mut stream).await, format!("gap 1-{floor}"));
    assert_eq!(stream.position(), Some(floor));
    for key in 7..10 {
        assert_eq!(next_shown(&mut stream).await, format!("g/{key}"));
    }
    Ok(())
}
