//! A write answers `busy` when another writer keeps the tenant for longer than the host waits; reads go on. (The host
//! holds a transaction.)

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    assert_eq!(store.get_string("g", "k")?.as_deref(), Some("before"));
    let writes = [
        store.set("g", "k", "v").map(drop),
        store.delete("g", "k").map(drop),
        store.increment("n", "n", 1).map(drop),
        store.set_many("g", &[("k", "v")]).map(drop),
        store.begin().map(drop),
    ];
    for (n, answer) in writes.into_iter().enumerate() {
        assert_eq!(answer, Err(Error::Busy), "write {n}");
    }
    assert_eq!(store.get_string("g", "k")?.as_deref(), Some("before"));
    Ok(())
}
