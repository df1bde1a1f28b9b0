//! Changes of several kinds in several groups are made in the order given, as one commit.

use std::time::Duration;

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set_many("old", &[("a", "1"), ("b", "2")])?;
    store.set("pending", "x", "1")?;
    let version = store
        .batch()
        .set("done", "x", "1")
        .delete("pending", "x")
        .delete("pending", "absent")
        .delete_group("old")
        .set("old", "c", "after the group was deleted")
        .set("old", "d", "before its key is deleted")
        .delete("old", "d")
        .set_with_ttl("short", "k", "v", Duration::from_secs(60))
        .apply()?;
    assert_eq!(store.groups("").collect::<Result<Vec<_>>>()?, ["done", "old", "short"]);
    assert_eq!(store.scan("old").keys().collect::<Result<Vec<_>>>()?, ["c"]);
    assert_eq!(store.entry("done", "x")?.map(|entry| entry.version), Some(version));
    let short = store.entry("short", "k")?.expect("it was set");
    assert_eq!((short.version, short.ttl), (version, Some(Duration::from_secs(60))));
    store.batch().apply()?;
    Ok(())
}
