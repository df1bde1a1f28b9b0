//! The SDK runs a transaction that could not begin again, and gives up in the end. (The host holds a transaction.)

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let mut runs = 0;
    let result = store.transaction(|tx| {
        runs += 1;
        tx.set("g", "k", "v")
    });
    assert_eq!(result, Err(Error::Busy));
    assert_eq!(runs, 0, "the work itself was not begun");
    Ok(())
}
