//! What a transaction changed comes after its commit, together, its end marked; what it did not keep never comes.

use larder_guest::{Filter, Item, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let mut watcher = store.watch(Filter::Prefix("g".into()), None)?;
    let tx = store.begin()?;
    tx.set("g1", "a", "")?;
    tx.set("other", "b", "")?;
    assert!(tx.set_many("g2", &[("c", ""), (&"x".repeat(5000), "")]).is_err());
    tx.set("g3", "d", "")?;
    tx.set("other", "e", "")?;
    assert_eq!(watcher.try_next(0)?, []);
    let version = tx.commit()?;
    let lost = store.begin()?;
    lost.set("g", "f", "")?;
    lost.rollback()?;
    let seen: Vec<_> = watcher
        .try_next(0)?
        .into_iter()
        .map(|item| match item {
            Item::Event(event) => (event.key, event.version, event.index, event.last),
            Item::Gap(gap) => panic!("{gap:?}"),
        })
        .collect();
    assert_eq!(seen, [("a".into(), version, 0, false), ("d".into(), version, 2, true)]);
    Ok(())
}
