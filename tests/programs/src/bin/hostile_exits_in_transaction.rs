//! Begins a transaction, writes, and exits as if all were well.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let tx = store.begin()?;
    tx.set("g", "left open", "v")?;
    std::process::exit(0);
}
