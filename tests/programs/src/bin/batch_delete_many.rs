//! Deleting many keys answers how many were there.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set_many("g", &[("a", "1"), ("b", "2"), ("c", "3")])?;
    store.set("h", "a", "1")?;
    assert_eq!(store.delete_many("g", &["a", "absent", "c", "a"])?, 2);
    assert_eq!(store.scan("g").keys().collect::<Result<Vec<_>>>()?, ["b"]);
    assert_eq!(store.count("h")?, 1);
    assert_eq!(store.delete_many("g", &[] as &[&str])?, 0);
    Ok(())
}
