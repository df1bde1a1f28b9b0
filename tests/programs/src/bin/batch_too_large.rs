//! Groups, keys and values over their limits are refused in calls of many too.

use std::fmt::Debug;

use larder_guest::{Error, Result, SizeLimit, Store};

fn refused<T: Debug>(answer: Result<T>, expected: SizeLimit) {
    match answer.expect_err("it is too large") {
        Error::TooLarge { what, .. } => assert_eq!(what, expected),
        error => panic!("{error}"),
    }
}

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let (group, key, value) = ("g".repeat(1025), "k".repeat(4097), vec![0; (16 << 20) + 1]);
    refused(store.get_many(&group, &["k"]), SizeLimit::Group);
    refused(store.set_many(&group, &[("k", "")]), SizeLimit::Group);
    refused(store.delete_many(&group, &["k"]), SizeLimit::Group);
    refused(store.batch().set(&group, "k", "").apply(), SizeLimit::Group);
    refused(store.batch().delete(&group, "k").apply(), SizeLimit::Group);
    refused(store.batch().delete_group(&group).apply(), SizeLimit::Group);
    refused(store.get_many("g", &["k", &key]), SizeLimit::Key);
    refused(store.set_many("g", &[("k", ""), (&key, "")]), SizeLimit::Key);
    refused(store.delete_many("g", &["k", &key]), SizeLimit::Key);
    refused(store.batch().set("g", &key, "").apply(), SizeLimit::Key);
    refused(store.batch().delete("g", &key).apply(), SizeLimit::Key);
    refused(store.set_many("g", &[("k", &value)]), SizeLimit::Value);
    refused(store.batch().set("g", "k", value).apply(), SizeLimit::Value);
    assert_eq!(store.count_all("")?, 0);
    Ok(())
}
