//! A group, key or value over its limit is refused by every function that takes one, with size and limit.

use std::fmt::Debug;
use std::time::Duration;

use larder_guest::{Error, Result, SizeLimit, Store};

const MIB: u64 = 1 << 20;

fn refused<T: Debug>(answer: Result<T>, what: SizeLimit, size: u64, limit: u64) {
    let error = answer.expect_err("it is too large");
    assert_eq!(error, Error::TooLarge { what, size, limit });
}

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let (group, key) = ("g".repeat(1024), "k".repeat(4096));
    store.set(&group, &key, "the longest names")?;
    assert!(store.exists(&group, &key)?);
    store.set("g", "k", vec![0; 16 << 20])?;

    let (group, second) = ("g".repeat(1025), Duration::from_secs(1));
    let long_group = [
        store.get(&group, "k").map(drop),
        store.entry(&group, "k").map(drop),
        store.exists(&group, "k").map(drop),
        store.group_exists(&group).map(drop),
        store.set(&group, "k", "").map(drop),
        store.set_with_ttl(&group, "k", "", second).map(drop),
        store.touch(&group, "k", None).map(drop),
        store.delete(&group, "k").map(drop),
        store.delete_group(&group).map(drop),
        store.count(&group).map(drop),
        store.scan(&group).entries().collect::<Result<Vec<_>>>().map(drop),
        store.page(&group, 0, 1).map(drop),
    ];
    long_group.into_iter().for_each(|answer| refused(answer, SizeLimit::Group, 1025, 1024));

    let key = "k".repeat(5000);
    let long_key = [
        store.get("g", &key).map(drop),
        store.entry("g", &key).map(drop),
        store.exists("g", &key).map(drop),
        store.set("g", &key, "").map(drop),
        store.set_with_ttl("g", &key, "", second).map(drop),
        store.touch("g", &key, None).map(drop),
        store.delete("g", &key).map(drop),
    ];
    long_key.into_iter().for_each(|answer| refused(answer, SizeLimit::Key, 5000, 4096));

    let value = vec![0; (16 << 20) + 1];
    refused(store.set("g", "new", &value), SizeLimit::Value, 16 * MIB + 1, 16 * MIB);
    refused(store.set_with_ttl("g", "new", &value, second), SizeLimit::Value, 16 * MIB + 1, 16 * MIB);
    assert!(!store.exists("g", "new")?);
    let usage = store.usage()?;
    assert_eq!((usage.max_group_bytes, usage.max_key_bytes, usage.max_value_bytes), (1024, 4096, 16 * MIB));
    Ok(())
}
