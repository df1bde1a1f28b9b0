//! An instance holds a bounded number of watchers. (The host's limit is 2.)

use larder_guest::{Error, Filter, Holding, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let (first, _second) = (store.watch(Filter::All, None)?, store.watch(Filter::All, None)?);
    let refused = store.watch(Filter::All, None).err();
    assert_eq!(refused, Some(Error::TooMany { what: Holding::Watchers, limit: 2 }));
    drop(first);
    store.watch(Filter::All, None)?;
    let long = store.watch(Filter::Group("x".repeat(5000)), None).err();
    assert!(matches!(long, Some(Error::TooMany { .. } | Error::TooLarge { .. })), "{long:?}");
    Ok(())
}
