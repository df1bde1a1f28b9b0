//! Quotas and sizes hold for conditional changes and counters too. (The host: 1 key.)

use std::fmt::Debug;

use larder_guest::{Error, Quota, Result, SizeLimit, Store};

fn too_large<T: Debug>(answer: Result<T>, expected: SizeLimit) {
    match answer.expect_err("it is too large") {
        Error::TooLarge { what, .. } => assert_eq!(what, expected),
        error => panic!("{error}"),
    }
}

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.increment("g", "n", 1)?;
    let full = Error::QuotaExceeded { quota: Quota::Keys, used: 1, limit: 1 };
    assert_eq!(store.increment("g", "m", 1), Err(full.clone()));
    assert_eq!(store.compare_and_swap("g", "m", None, ""), Err(full));
    assert_eq!(store.increment("g", "n", 1)?, 2, "what is there may change");

    let (group, key, value) = ("g".repeat(1025), "k".repeat(4097), vec![0; (16 << 20) + 1]);
    too_large(store.increment(&group, "k", 1), SizeLimit::Group);
    too_large(store.compare_and_swap(&group, "k", None, ""), SizeLimit::Group);
    too_large(store.compare_and_delete(&group, "k", 1), SizeLimit::Group);
    too_large(store.increment("g", &key, 1), SizeLimit::Key);
    too_large(store.compare_and_swap("g", &key, None, ""), SizeLimit::Key);
    too_large(store.compare_and_delete("g", &key, 1), SizeLimit::Key);
    let version = store.entry("g", "n")?.map(|entry| entry.version);
    too_large(store.compare_and_swap("g", "n", version, &value), SizeLimit::Value);
    assert_eq!(store.get_string("g", "n")?.as_deref(), Some("2"));
    Ok(())
}
