//! A gigantic page is bounded.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set("g", "k", "v")?;
    assert_eq!(store.page("g", 0, u32::MAX)?.len(), 1);
    assert_eq!(store.page("g", u64::MAX, u32::MAX)?.len(), 0);
    Ok(())
}
