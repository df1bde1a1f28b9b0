//! A transaction reads its own writes, nobody else sees them before its commit, and all of them get one version.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let before = store.set("g", "a", "old")?;
    let tx = store.begin()?;
    tx.set("g", "a", "new")?;
    tx.set("g", "b", "new")?;
    assert_eq!(tx.get_string("g", "a")?.as_deref(), Some("new"));
    assert_eq!((tx.count("g")?, tx.usage()?.keys.used), (2, 2));
    assert_eq!(tx.scan("g").keys().collect::<Result<Vec<_>>>()?, ["a", "b"]);
    assert_eq!(store.get_string("g", "a")?.as_deref(), Some("old"), "read beside it");
    assert!(!store.exists("g", "b")?);
    let version = tx.commit()?;
    assert!(version > before);
    for key in ["a", "b"] {
        let entry = store.entry("g", key)?.expect("it was committed");
        assert_eq!((entry.text()?, entry.version), ("new", version));
    }
    Ok(())
}
