//! When the host's storage fails, the guest learns that and nothing of the host. (The host damaged the database.)

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    assert_eq!(store.get("g", "k"), Err(Error::Unavailable));
    assert_eq!(store.set("g", "k", "v"), Err(Error::Unavailable));
    assert_eq!(store.increment("g", "k", 1), Err(Error::Unavailable));
    assert_eq!(store.get_many("g", &["k"]), Err(Error::Unavailable));
    assert_eq!(store.begin().map(drop), Err(Error::Unavailable));
    Ok(())
}
