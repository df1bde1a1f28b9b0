//! Begins a transaction, writes, and traps.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let tx = store.begin()?;
    tx.set("g", "trapped", "v")?;
    tx.set_many("g", &[("more", "v"), ("and more", "v")])?;
    assert!(tx.exists("g", "trapped")?);
    panic!("in the middle of a transaction");
}
