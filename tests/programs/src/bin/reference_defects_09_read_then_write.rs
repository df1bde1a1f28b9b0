//! One of many instances that read and then write in a transaction.

use larder_guest::Store;

fn main() -> larder_guest::Result<()> {
    let store = Store::default_store()?;
    for _ in 0..20 {
        store.transaction(|store| {
            let read = store.get("g", "n")?.map_or(0, |value| value.len());
            store.set("g", "n", vec![b'x'; read + 1]).map(drop)
        })?;
    }
    Ok(())
}
