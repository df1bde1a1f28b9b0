//! A host that keeps no feed says so.

use larder_guest::{Error, Filter, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set("g", "k", "")?;
    let refused = store.watch(Filter::All, None).err();
    assert!(matches!(refused, Some(Error::Unsupported(_))), "{refused:?}");
    Ok(())
}
