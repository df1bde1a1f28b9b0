//! Past its deadline a transaction is rolled back, and everything on it answers `transaction-expired`. (The host: 20 ms.)

use larder_guest::Result;
use larder_guest::bindings::store::Store;
use larder_guest::bindings::transactions::Transaction;
use larder_guest::bindings::types::Error;
use larder_guest::bindings::{atomics, batch};

fn past_its_deadline(store: &Store) -> Result<(Transaction, Store)> {
    let tx = Transaction::begin(store)?;
    let inside = tx.store()?;
    match inside.set("g", "k", b"v") {
        // On a machine under load it may have passed by now.
        Ok(_) | Err(Error::TransactionExpired) => {}
        Err(error) => return Err(error.into()),
    }
    while tx.remaining_ms() > 0 {}
    Ok((tx, inside))
}

fn main() -> Result<()> {
    let store = Store::open("default")?;
    let (tx, inside) = past_its_deadline(&store)?;
    let answers = [
        inside.get("g", "k").map(drop),
        inside.set("g", "k", b"late").map(drop),
        inside.delete("g", "k").map(drop),
        inside.count_all("").map(drop),
        inside.usage().map(drop),
        batch::set_many(&inside, "g", &[("k", b"late")]).map(drop),
        atomics::increment(&inside, "g", "n", 1).map(drop),
        Transaction::commit(tx).map(drop),
    ];
    for (n, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer, Err(Error::TransactionExpired), "call {n}");
    }
    let (tx, _) = past_its_deadline(&store)?;
    assert_eq!(Transaction::rollback(tx), Err(Error::TransactionExpired));
    assert!(!store.exists("g", "k")?);
    store.set("g", "k", b"the lock is free")?;
    Ok(())
}
