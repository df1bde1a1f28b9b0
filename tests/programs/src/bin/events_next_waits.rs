//! `next` waits for what another instance writes, by itself and by a pollable, and for no longer than it was told to.

use std::time::Duration;

use larder_guest::bindings::poll::poll;
use larder_guest::{Filter, Item, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let mut watcher = store.watch(Filter::All, None)?;
    assert_eq!(watcher.next_items(0, Some(Duration::from_millis(1)))?, []);
    println!("waiting");
    let Some(Ok(Item::Event(event))) = watcher.next() else { panic!("no event") };
    println!("got {}", event.key);
    {
        let pollable = watcher.subscribe();
        // It may have something until it was asked.
        while watcher.try_next(0)?.is_empty() {
            println!("polling");
            assert_eq!(poll(&[&pollable]), [0]);
        }
        drop(pollable);
    }
    Ok(())
}
