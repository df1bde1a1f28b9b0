//! A version is never seen again, so that a swap notices that an entry went away and came back with the same value.

use larder_guest::{Outcome, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let first = store.set("g", "k", "A")?;
    store.set("g", "k", "B")?;
    store.set("g", "k", "A")?;
    assert!(matches!(store.compare_and_swap("g", "k", Some(first), "mine")?, Outcome::Stale(Some(_))));

    let second = store.entry("g", "k")?.expect("it is there").version;
    store.delete("g", "k")?;
    store.set("g", "k", "A")?;
    assert!(matches!(store.compare_and_swap("g", "k", Some(second), "mine")?, Outcome::Stale(Some(_))));
    assert!(matches!(store.compare_and_delete("g", "k", second)?, Outcome::Stale(Some(_))));
    store.delete_prefix("")?;
    store.set("g", "k", "A")?;
    assert!(matches!(store.compare_and_delete("g", "k", second)?, Outcome::Stale(Some(_))));
    Ok(())
}
