//! Writes that are gathered are one transaction: read back before they cross, all there at the end or none of them.

use std::time::Duration;

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set("g", "old", "1")?;
    store.set("g", "gone", "1")?;
    store.write_behind(|writes| {
        writes.set("g", "a", "first")?;
        writes.set("g", "a", "second")?;
        writes.delete("g", "gone")?;
        writes.set_with_ttl("g", "never", "x", Duration::ZERO)?;
        assert_eq!(writes.get("g", "a")?.as_deref(), Some(&b"second"[..]));
        assert_eq!(writes.get("g", "gone")?, None);
        assert_eq!(writes.get("g", "never")?, None);
        assert_eq!(writes.get("g", "old")?.as_deref(), Some(&b"1"[..]), "what it did not write is read");
        for n in 0..2_500 {
            writes.set("many", n.to_string(), vec![b'x'; 1_000])?;
        }
        assert_eq!(writes.get("many", "0")?.map(|value| value.len()), Some(1_000), "it has crossed already");
        Ok::<_, Error>(())
    })?;
    assert_eq!(store.count("many")?, 2_500);
    assert_eq!(store.scan("g").keys().collect::<Result<Vec<_>>>()?, ["a", "old"]);
    // An error undoes what has crossed and what has not.
    let ended: Result<(), Error> = store.write_behind(|writes| {
        for n in 0..1_500 {
            writes.set("undone", n.to_string(), "x")?;
        }
        Err(Error::Conflict)
    });
    assert_eq!(ended, Err(Error::Conflict));
    assert_eq!(store.count("undone")?, 0);
    // So does one that the host finds with the last of them.
    let ended = store.write_behind(|writes| {
        writes.set("undone", "k", "x")?;
        writes.set("undone", "k".repeat(100_000), "x")
    });
    assert!(matches!(ended, Err(Error::TooLarge { .. })), "{ended:?}");
    assert_eq!(store.count("undone")?, 0);
    store.write_behind(|_| Ok::<_, Error>(()))
}
