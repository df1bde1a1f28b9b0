//! What the host no longer keeps is told as one gap. (The host keeps three events.)

use larder_guest::{Filter, Item, Result, Store};
use larder_test_programs::{number, part};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    if part() == "write" {
        for key in 0..10 {
            store.set("g", &key.to_string(), "")?;
        }
        return Ok(());
    }
    let mut watcher = store.watch(Filter::All, Some(0))?;
    let items = watcher.try_next(0)?;
    let Some(Item::Gap(gap)) = items.first() else { panic!("{items:?}") };
    assert_eq!((gap.from, gap.to), (1, number(2)));
    let keys: Vec<&str> =
        items[1..].iter().map(|item| if let Item::Event(event) = item { &event.key } else { "" }).collect();
    assert_eq!(keys, ["7", "8", "9"]);
    assert_eq!(watcher.try_next(0)?, []);
    Ok(())
}
