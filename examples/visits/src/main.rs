//! Counts visits to pages.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let page = std::env::args().nth(1).unwrap_or_else(|| "/".into());
    let visits = store.increment("visits", &page, 1)?;
    println!("{page} was visited {visits} times");

    // Several calls as one, rolled back if anything fails.
    store.transaction(|transaction| {
        let last = transaction.get_string("last", "page")?;
        transaction.set("last", "page", &page)?;
        println!("before that: {}", last.as_deref().unwrap_or("nothing"));
        Ok(())
    })
}
