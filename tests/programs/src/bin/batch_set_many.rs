//! Many entries in one call are one commit; where a key stands twice, the last one holds.

use std::time::Duration;

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set_with_ttl("g", "a", "old", Duration::from_secs(60))?;
    let version = store.set_many("g", &[("a", "1"), ("b", "2"), ("a", "3")])?;
    let a = store.entry("g", "a")?.expect("it was set");
    assert_eq!((a.text()?, a.version, a.ttl), ("3", version, None));
    assert_eq!(store.entry("g", "b")?.map(|entry| entry.version), Some(version));
    assert_eq!(store.count("g")?, 2);

    store.set_many("g", &[] as &[(&str, &str)])?;
    assert_eq!(store.count("g")?, 2);

    let many: Vec<(String, String)> = (0..10_000).map(|n| (format!("k{n}"), n.to_string())).collect();
    store.set_many("many", &many)?;
    assert_eq!(store.count("many")?, 10_000);
    assert_eq!(store.get_string("many", "k9999")?.as_deref(), Some("9999"));
    Ok(())
}
