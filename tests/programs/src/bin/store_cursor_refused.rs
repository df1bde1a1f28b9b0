//! A cursor that was altered, or that belongs to other arguments, is refused as an invalid argument.

use larder_guest::Result;
use larder_guest::bindings::store::{Bound, Query, Store};
use larder_guest::bindings::types::Error;

fn query<'a>(group: &'a str, prefix: &'a str, reverse: bool, cursor: Option<&'a str>) -> Query<'a> {
    let (start, end) = (Bound::Unbounded, Bound::Unbounded);
    Query { group, prefix, start, end, reverse, values: true, limit: 2, cursor }
}

fn refused<T>(answer: Result<T, Error>, case: &str) {
    match answer {
        Err(Error::InvalidArgument(rule)) => assert!(rule.contains("cursor"), "{case}: {rule}"),
        Err(error) => panic!("{case}: {error:?}"),
        Ok(_) => panic!("{case}: it was taken"),
    }
}

fn main() -> Result<()> {
    let store = Store::open("default")?;
    for (group, key) in [("g", "a"), ("g", "b"), ("g", "c"), ("h", "a"), ("i", "a")] {
        store.set(group, key, b"v")?;
    }
    let cursor = store.scan(query("g", "", false, None))?.next.expect("there is a third entry");
    let groups = store.groups("", None, 2)?.next.expect("there is a third group");
    assert_eq!(store.scan(query("g", "", false, Some(&cursor)))?.entries.len(), 1);

    refused(store.scan(query("h", "", false, Some(&cursor))), "another group");
    refused(store.scan(query("g", "a", false, Some(&cursor))), "another prefix");
    refused(store.scan(query("g", "", true, Some(&cursor))), "another direction");
    refused(store.scan(query("g", "", false, Some(&groups))), "of group names");
    refused(store.groups("", Some(&cursor), 2), "of keys");
    refused(store.groups("g", Some(&groups), 2), "another prefix of groups");
    Ok(())
}
