//! What cannot be watched is refused when the stream is asked for. (The host keeps no feed.)

use larder_guest::{Error, Filter, Result, SizeLimit, Store};
use larder_test_programs::part;

larder_guest::async_main!(run);

async fn run() -> Result<()> {
    let store = Store::default_store()?;
    let refused = store.event_stream(Filter::Group("x".repeat(5000)), None).await.err();
    if part() == "no feed" {
        assert!(matches!(refused, Some(Error::Unsupported(_))), "{refused:?}");
    } else {
        assert!(matches!(refused, Some(Error::TooLarge { what: SizeLimit::Group, .. })), "{refused:?}");
    }
    Ok(())
}
