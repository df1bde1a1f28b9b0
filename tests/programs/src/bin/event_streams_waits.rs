//! A read waits for what the host writes; when the host closes the store, the stream ends and tells why.

use larder_guest::{Error, Filter, Result, Store};
use larder_test_programs::next_shown;

larder_guest::async_main!(run);

async fn run() -> Result<()> {
    let store = Store::default_store()?;
    let mut stream = store.event_stream(Filter::All, None).await?;
    println!("waiting");
    println!("got {}", next_shown(&mut stream).await);
    assert_eq!(stream.next().await, Some(Err(Error::Closed)));
    assert_eq!(stream.next().await, None);
    Ok(())
}
