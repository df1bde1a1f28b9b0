//! A call that fails inside a transaction leaves no trace, and the rest of the transaction stays. (The host: 3 keys.)

use larder_guest::{Error, Quota, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let full = Error::QuotaExceeded { quota: Quota::Keys, used: 3, limit: 3 };
    let tx = store.begin()?;
    tx.set("g", "a", "1")?;
    tx.set("g", "b", "not a number")?;
    assert_eq!(tx.set_many("g", &[("c", "3"), ("d", "4")]), Err(full.clone()), "its own writes count");
    assert_eq!(tx.increment("g", "b", 1), Err(Error::NotACounter));
    assert!(tx.set("g", &"k".repeat(5000), "").is_err());
    tx.set("g", "c", "3")?;
    assert_eq!(tx.set("g", "d", "4"), Err(full));
    tx.delete("g", "a")?;
    tx.set("g", "d", "4")?;
    tx.commit()?;
    assert_eq!(store.scan("g").keys().collect::<Result<Vec<_>>>()?, ["b", "c", "d"]);
    Ok(())
}
