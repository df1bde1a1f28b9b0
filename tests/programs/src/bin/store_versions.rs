//! Each later commit has a greater version; none is used again, not even for a key that was deleted.

use std::time::Duration;

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let mut versions = vec![store.set("a", "k", "1")?, store.set("b", "k", "1")?, store.set("a", "k", "1")?];
    store.delete("a", "k")?;
    versions.push(store.set("a", "k", "1")?);
    store.touch("a", "k", Some(Duration::from_secs(9)))?;
    versions.push(store.entry("a", "k")?.expect("it is there").version);
    store.increment("a", "n", 1)?;
    versions.push(store.entry("a", "n")?.expect("it is there").version);
    versions.push(store.set_many("a", &[("x", "1"), ("y", "2")])?);
    assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");

    let (x, y) = (store.entry("a", "x")?, store.entry("a", "y")?);
    assert_eq!(x.map(|x| x.version), y.map(|y| y.version), "one commit has one version");
    Ok(())
}
