//! What is no number cannot be incremented, and stays as it is.

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    for value in ["", "abc", "1.5", "1e3", " 1", "1 ", "0x10", "einszwei", "99999999999999999999", "seven b"] {
        store.set("g", "k", value)?;
        assert_eq!(store.increment("g", "k", 1), Err(Error::NotACounter), "{value:?}");
        assert_eq!(store.get_string("g", "k")?.as_deref(), Some(value));
    }
    store.set("g", "k", [0xff; 7])?;
    assert_eq!(store.increment("g", "k", 1), Err(Error::NotACounter), "seven bytes");
    Ok(())
}
