//! An instance holds a bounded number of stores; when it drops one it may open another.

use larder_guest::{Error, Holding, Result, Store};

fn main() -> Result<()> {
    let mut stores = Vec::new();
    let error = loop {
        match Store::default_store() {
            Ok(store) => stores.push(store),
            Err(error) => break error,
        }
    };
    assert_eq!(error, Error::TooMany { what: Holding::Stores, limit: 64 });
    assert_eq!(stores.len(), 64);
    stores[63].set("g", "k", "the last one works")?;
    drop(stores.pop());
    stores.push(Store::default_store()?);
    assert!(Store::default_store().is_err());
    stores.clear();
    for _ in 0..1000 {
        Store::default_store()?;
    }
    Ok(())
}
