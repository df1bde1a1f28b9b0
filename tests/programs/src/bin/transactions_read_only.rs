//! With a grant for reading there is no transaction: it would keep writers waiting.

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    assert_eq!(store.begin().map(drop), Err(Error::AccessDenied));
    assert_eq!(store.transaction(|tx| tx.get("g", "k")), Err(Error::AccessDenied));
    Ok(())
}
