//! A commit that the storage fails keeps nothing, and says so. (The host makes the first commit fail.)

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let failed = store.begin()?;
    failed.set("g", "k", "failed")?;
    assert_eq!(failed.commit(), Err(Error::Unavailable));
    assert_eq!(store.get("g", "k")?, None, "nothing of it was kept");
    store.set("g", "k", "again")?;
    Ok(())
}
