//! An entry is answered with its value, version and remaining time to live.

use std::time::Duration;

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    assert_eq!(store.entry("g", "k")?, None);
    let version = store.set("g", "k", "one")?;
    let entry = store.entry("g", "k")?.expect("it was set");
    assert_eq!((entry.key.as_str(), entry.text()?, entry.version, entry.ttl), ("k", "one", version, None));

    let later = store.set_with_ttl("g", "k", "two", Duration::from_secs(3600))?;
    let entry = store.entry("g", "k")?.expect("it was set");
    assert_eq!((entry.text()?, entry.version), ("two", later));
    assert_eq!(entry.ttl, Some(Duration::from_secs(3600)), "the test's clock stands still");
    Ok(())
}
