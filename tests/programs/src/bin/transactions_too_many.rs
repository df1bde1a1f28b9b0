//! An instance holds a bounded number of transactions. (The host granted labels of five tenants, and four transactions.)

use larder_guest::{Error, Holding, Result, Store};

fn main() -> Result<()> {
    let stores = ["one", "two", "three", "four", "five"].map(Store::open);
    let stores = stores.into_iter().collect::<Result<Vec<_>>>()?;
    let mut open = Vec::new();
    for store in &stores[..4] {
        let tx = store.begin()?;
        tx.set("g", "k", "v")?;
        open.push(tx);
    }
    let refused = Error::TooMany { what: Holding::Transactions, limit: 4 };
    assert_eq!(stores[4].begin().map(drop), Err(refused));
    stores[4].set("g", "k", "without a transaction")?;
    open.remove(0).commit()?;
    stores[4].begin()?.commit()?;
    drop(open);
    assert_eq!(stores.iter().map(|store| store.count_all("")).sum::<Result<u64>>()?, 2);
    Ok(())
}
