//! Each kind of change is told, with all that is known of it.

use std::time::Duration;

use larder_guest::{Event, EventKind, Filter, Item, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let mut watcher = store.watch(Filter::All, None)?;
    let version = store.set("g", "k", "v")?;
    store.set_with_ttl("g", "t", "", Duration::from_secs(60))?;
    store.touch("g", "t", None)?;
    store.delete("g", "k")?;
    store.set_with_ttl("g", "e", "", Duration::ZERO)?;
    assert_eq!(store.get("g", "e")?, None);
    store.delete_group("g")?;
    store.delete_group("g")?;
    let events: Vec<Event> = watcher.try_next(0)?.into_iter().map(event).collect();
    let seen: Vec<_> = events.iter().map(|event| (event.kind, event.key.as_str())).collect();
    use EventKind::*;
    assert_eq!(
        seen,
        [(Set, "k"), (Set, "t"), (Touch, "t"), (Delete, "k"), (Set, "e"), (Expire, "e"), (DeleteGroup, "")]
    );
    let first = &events[0];
    assert_eq!((first.value.as_deref(), first.version, first.index, first.last), (Some(&b"v"[..]), version, 0, true));
    assert_eq!((first.group.as_str(), first.expires_at_ms), ("g", None));
    assert_eq!(events[1].expires_at_ms, Some(events[1].at_ms + 60_000));
    assert_eq!(watcher.try_next(0)?, []);
    assert_eq!(watcher.position(), events[6].version);
    Ok(())
}

fn event(item: Item) -> Event {
    match item {
        Item::Event(event) => event,
        Item::Gap(gap) => panic!("{gap:?}"),
    }
}
