//! `exists` and `group-exists` tell of entries, and a group is there as long as it has one.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    assert!(!store.exists("g", "k")?);
    assert!(!store.group_exists("g")?);
    store.set("g", "k", "")?;
    assert!(store.exists("g", "k")?, "an empty value is an entry");
    assert!(store.group_exists("g")?);
    assert!(!store.exists("g", "K")?);
    assert!(!store.group_exists("G")?);
    assert!(!store.group_exists("")?, "no prefix of anything");
    store.delete("g", "k")?;
    assert!(!store.exists("g", "k")?);
    assert!(!store.group_exists("g")?);
    Ok(())
}
