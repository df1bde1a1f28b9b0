//! Arguments of `range` in any order are an answer or an error, never a panic.

use larder_guest::Store;
use larder_guest::journal::FluxError;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    store.journal().append("m", "{}", [])?;
    for text in ["range(x: 1, stop: now(), start: -1h)", "range(x: 1, stop: …, start: …)", "range(stop: -1h)"] {
        let refused = store.journal().flux(text).next();
        assert!(matches!(refused, Some(Err(FluxError::Flux { .. }))), "{text}: {refused:?}");
    }
    assert_eq!(store.journal().flux("range(stop: 1h, start: -1h)").count(), 1);
    Ok(())
}
