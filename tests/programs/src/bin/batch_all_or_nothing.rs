//! A call that fails at its last item has done nothing. (The host: 4 keys.)

use larder_guest::{Error, Quota, Result, SizeLimit, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set_many("g", &[("a", "1"), ("b", "2")])?;
    let before = store.scan("g").entries().collect::<Result<Vec<_>>>()?;
    let full = Error::QuotaExceeded { quota: Quota::Keys, used: 4, limit: 4 };
    let long = "k".repeat(4097);
    let too_long = Error::TooLarge { what: SizeLimit::Key, size: 4097, limit: 4096 };

    let entries = [("a", "new"), ("c", "new"), ("d", "new"), ("e", "new")];
    assert_eq!(store.set_many("g", &entries), Err(full.clone()));
    let batch = store.batch().delete_group("g").set("h", "1", "").set("h", "2", "").set("h", "3", "").set("h", "4", "");
    assert_eq!(batch.set("h", "5", "").apply(), Err(full));
    assert_eq!(store.set_many("g", &[("a", "new"), (&long, "new")]), Err(too_long.clone()));
    assert_eq!(store.delete_many("g", &["a", "b", &long]), Err(too_long.clone()));
    assert_eq!(store.batch().delete("g", "a").set("g", &long, "").apply(), Err(too_long));

    assert_eq!(store.scan("g").entries().collect::<Result<Vec<_>>>()?, before);
    assert_eq!(store.usage()?.keys.used, 2);
    assert_eq!(store.groups("").count(), 1);
    Ok(())
}
