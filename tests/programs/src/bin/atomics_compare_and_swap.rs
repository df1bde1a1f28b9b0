//! A swap is done at the expected version only, and otherwise answers what is there now.

use larder_guest::{Outcome, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let Outcome::Done(first) = store.compare_and_swap("g", "k", None, "one")? else { panic!("it was absent") };
    match store.compare_and_swap("g", "k", None, "two")? {
        Outcome::Stale(Some(now)) => assert_eq!((now.text()?, now.version), ("one", first)),
        outcome => panic!("absent means insert only: {outcome:?}"),
    }
    let Outcome::Done(second) = store.compare_and_swap("g", "k", Some(first), "two")? else {
        panic!("it was at first")
    };
    assert!(second > first);
    assert!(matches!(store.compare_and_swap("g", "k", Some(first), "three")?, Outcome::Stale(Some(_))));
    assert_eq!(store.get_string("g", "k")?.as_deref(), Some("two"));

    store.delete("g", "k")?;
    assert_eq!(store.compare_and_swap("g", "k", Some(second), "three")?, Outcome::Stale(None));
    assert!(!store.exists("g", "k")?);
    Ok(())
}
