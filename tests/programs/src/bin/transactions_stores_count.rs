//! The stores of a transaction count as open stores. (The host: two stores.)

use larder_guest::Result;
use larder_guest::bindings::store::Store;
use larder_guest::bindings::transactions::Transaction;
use larder_guest::bindings::types::{Error, Holding, TooMany};

fn main() -> Result<()> {
    let store = Store::open("default")?;
    let tx = Transaction::begin(&store)?;
    let inside = tx.store()?;
    let refused = Error::TooMany(TooMany { what: Holding::Stores, limit: 2 });
    assert_eq!(tx.store().map(drop), Err(refused));
    inside.set("g", "k", b"v")?;
    drop(inside);
    let inside = tx.store()?;
    assert!(inside.exists("g", "k")?, "it is the same transaction");
    Transaction::commit(tx)?;
    assert_eq!(inside.exists("g", "k"), Err(Error::Closed));
    Ok(())
}
