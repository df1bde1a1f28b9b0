//! Begins a transaction, writes, and computes for ever.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let tx = store.begin()?;
    tx.set("g", "stalled", "v")?;
    println!("stalling");
    loop {
        std::hint::spin_loop();
    }
}
