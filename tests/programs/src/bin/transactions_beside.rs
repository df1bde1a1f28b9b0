//! A write beside an open transaction of the same instance is refused at once: it would wait for itself. Reads are not.

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let (store, again, other_scope) = (Store::default_store()?, Store::default_store()?, Store::open("scope")?);
    store.set("g", "k", "old")?;
    let tx = store.begin()?;
    tx.set("g", "k", "new")?;
    let writes = [
        store.set("g", "k", "beside").map(drop),
        again.delete("g", "k").map(drop),
        again.touch("g", "k", None).map(drop),
        store.increment("n", "n", 1).map(drop),
        store.set_many("g", &[("k", "beside")]).map(drop),
        store.batch().delete("g", "k").apply().map(drop),
        store.purge_expired().map(drop),
        store.begin().map(drop),
        again.begin().map(drop),
        tx.begin().map(drop),
        other_scope.set("g", "k", "the same tenant").map(drop),
    ];
    for (n, answer) in writes.into_iter().enumerate() {
        assert_eq!(answer, Err(Error::TransactionOpen), "write {n}");
    }
    assert_eq!(store.get_string("g", "k")?.as_deref(), Some("old"));
    tx.commit()?;
    assert_eq!(store.get_string("g", "k")?.as_deref(), Some("new"));
    other_scope.set("g", "k", "after it")?;
    Ok(())
}
