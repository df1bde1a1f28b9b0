//! A write past a quota is refused with what is in use and the limit, and leaves no trace. (The host: 3 keys, 2 groups,
//! 100 bytes.)

use std::fmt::Debug;

use larder_guest::{Error, Quota, Result, Store};

fn refused<T: Debug>(answer: Result<T>, quota: Quota, used: u64, limit: u64) {
    assert_eq!(answer.expect_err("the quota is used up"), Error::QuotaExceeded { quota, used, limit });
}

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set("a", "1", "")?;
    store.set("b", "1", "")?;
    refused(store.set("c", "1", ""), Quota::Groups, 2, 2);
    store.set("a", "2", "")?;
    refused(store.set("a", "3", ""), Quota::Keys, 3, 3);
    refused(store.set_with_ttl("b", "3", "", std::time::Duration::from_secs(1)), Quota::Keys, 3, 3);
    assert_eq!((store.count_all("")?, store.group_exists("c")?), (3, false));

    // What is there may be replaced, and what is deleted makes room.
    store.set("a", "2", "replaced")?;
    store.delete("b", "1")?;
    store.set("c", "1", "")?;
    let used = store.usage()?;
    assert_eq!((used.keys.used, used.keys.limit), (3, Some(3)));
    assert_eq!((used.groups.used, used.groups.limit), (2, Some(2)));
    assert_eq!(used.bytes.limit, Some(100));

    let room = (100 - used.bytes.used) as usize;
    refused(store.set("c", "1", "v".repeat(room + 1)), Quota::Bytes, used.bytes.used, 100);
    assert_eq!(store.get("c", "1")?.as_deref(), Some(&b""[..]), "the old value stays");
    store.set("c", "1", "v".repeat(room))?;
    assert_eq!(store.usage()?.bytes.used, 100);
    store.set("c", "1", "")?;
    assert_eq!(store.usage()?.bytes.used, used.bytes.used);
    Ok(())
}
