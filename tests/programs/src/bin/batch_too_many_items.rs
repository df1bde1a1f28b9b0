//! More items than a call takes are refused with their number and the limit, and nothing is done.

use std::fmt::Debug;

use larder_guest::{Error, Result, SizeLimit, Store};

fn refused<T: Debug>(answer: Result<T>) {
    let error = answer.expect_err("there are too many");
    assert_eq!(error, Error::TooLarge { what: SizeLimit::Batch, size: 10_001, limit: 10_000 });
}

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set("g", "k0", "v")?;
    let keys: Vec<String> = (0..10_001).map(|n| format!("k{n}")).collect();
    let entries: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "new")).collect();
    refused(store.get_many("g", &keys));
    refused(store.set_many("g", &entries));
    refused(store.delete_many("g", &keys));
    refused(keys.iter().fold(store.batch(), |batch, key| batch.set("g", key, "new")).apply());
    assert_eq!(store.count_all("")?, 1);
    assert_eq!(store.get_string("g", "k0")?.as_deref(), Some("v"));
    assert_eq!(store.get_many("g", &keys[1..])?.len(), 10_000, "one fewer is taken");
    Ok(())
}
