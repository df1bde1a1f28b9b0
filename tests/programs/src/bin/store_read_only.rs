//! With a grant for reading, every write answers `access-denied` and every read its answer. (The host wrote `g/k`.)

use std::time::Duration;

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let second = Duration::from_secs(1);
    let writes = [
        store.set("g", "k", "mine").map(drop),
        store.set("g", "new", "mine").map(drop),
        store.set_with_ttl("g", "k", "mine", second).map(drop),
        store.touch("g", "k", Some(second)).map(drop),
        store.delete("g", "k").map(drop),
        store.delete_group("g").map(drop),
        store.delete_prefix("").map(drop),
        store.purge_expired().map(drop),
    ];
    for (n, answer) in writes.into_iter().enumerate() {
        assert_eq!(answer, Err(Error::AccessDenied), "write {n}");
    }
    assert_eq!(store.get_string("g", "k")?.as_deref(), Some("theirs"));
    assert!(store.exists("g", "k")? && store.group_exists("g")?);
    assert_eq!((store.count("g")?, store.count_all("")?, store.usage()?.keys.used), (1, 1, 1));
    assert_eq!(store.scan("g").keys().count() + store.groups("").count() + store.page("g", 0, 9)?.len(), 3);
    Ok(())
}
