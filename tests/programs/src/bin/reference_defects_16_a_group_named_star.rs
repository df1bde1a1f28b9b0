//! Who watches a scope hears nothing of a group of the tenant that is named like its wish. (The host granted the whole
//! store as `whole`.)

use larder_guest::{Filter, Item, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let mut everything = store.watch(Filter::All, None)?;
    let mut star = store.watch(Filter::Group("*".to_owned()), None)?;
    Store::open("whole")?.set("*", "secret", "of the tenant")?;
    store.set("g", "k", "own")?;
    let heard = everything.try_next(10)?;
    assert!(matches!(&heard[..], [Item::Event(event)] if event.group == "g"), "{heard:?}");
    assert_eq!(star.try_next(10)?, []);
    Ok(())
}
