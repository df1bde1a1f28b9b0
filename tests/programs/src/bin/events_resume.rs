//! A watcher goes on where an earlier one was, over a restart of the host; from 0 it gets everything.

use larder_guest::{Filter, Item, Result, Store, Version};
use larder_test_programs::part;

fn keys(store: &Store, after: Option<Version>) -> Result<Vec<String>> {
    let items = store.watch(Filter::All, after)?.try_next(0)?.into_iter();
    Ok(items.map(|item| if let Item::Event(event) = item { event.key } else { "a gap".into() }).collect())
}

fn main() -> Result<()> {
    let store = Store::default_store()?;
    if part() == "before" {
        for key in ["a", "b", "c"] {
            store.set("g", key, "")?;
        }
        let mut watcher = store.watch(Filter::All, Some(0))?;
        assert_eq!(watcher.try_next(2)?.len(), 2);
        println!("{}", watcher.position());
    } else {
        let position = larder_test_programs::number(2);
        assert_eq!(keys(&store, Some(position))?, ["c"]);
        assert_eq!(keys(&store, Some(0))?, ["a", "b", "c"]);
        assert_eq!(keys(&store, None)?, [""; 0]);
        assert_eq!(keys(&store, Some(u64::MAX))?, [""; 0]);
    }
    Ok(())
}
