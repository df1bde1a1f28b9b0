//! Looks at a key that expires and is set anew all the time, until the host says that it is enough.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    println!("looking");
    while !store.exists("stop", "")? {
        store.get("g", "k")?;
    }
    Ok(())
}
