//! A conditional delete is done at the expected version only.

use larder_guest::{Outcome, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    assert_eq!(store.compare_and_delete("g", "k", 1)?, Outcome::Stale(None));
    let first = store.set("g", "k", "one")?;
    let second = store.set("g", "k", "two")?;
    match store.compare_and_delete("g", "k", first)? {
        Outcome::Stale(Some(now)) => assert_eq!((now.text()?, now.version), ("two", second)),
        outcome => panic!("{outcome:?}"),
    }
    assert!(matches!(store.compare_and_delete("g", "k", second)?, Outcome::Done(_)));
    assert!(!store.exists("g", "k")?);
    Ok(())
}
