//! What is rolled back, or dropped without a commit, never was.

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let before = store.set("g", "k", "old")?;
    let change = |tx: &Store| -> Result<()> {
        tx.set("g", "k", "new")?;
        tx.set("g", "more", "new")?;
        tx.increment("n", "n", 1)?;
        tx.delete_prefix("g")?;
        Ok(())
    };
    let tx = store.begin()?;
    change(&tx)?;
    tx.rollback()?;
    let tx = store.begin()?;
    change(&tx)?;
    drop(tx);
    let failed = store.transaction(|tx| {
        change(tx)?;
        Err::<(), Error>(Error::NotText)
    });
    assert_eq!(failed, Err(Error::NotText));

    let entry = store.entry("g", "k")?.expect("it is there again");
    assert_eq!((entry.text()?, entry.version, store.count_all("")?), ("old", before, 1));
    assert_eq!(store.usage()?.keys.used, 1);
    store.set("g", "k", "nobody holds the lock")?;
    Ok(())
}
