//! When a transaction has ended, its stores answer `closed` to everything.

use larder_guest::Result;
use larder_guest::bindings::store::{Bound, Query, Store};
use larder_guest::bindings::transactions::Transaction;
use larder_guest::bindings::types::Error;
use larder_guest::bindings::{atomics, batch};

fn all_closed(store: &Store, ended_by: &str) {
    let (start, end) = (Bound::Unbounded, Bound::Unbounded);
    let query = Query { group: "g", prefix: "", start, end, reverse: false, values: true, limit: 0, cursor: None };
    let answers = [
        store.get("g", "k").map(drop),
        store.get_entry("g", "k").map(drop),
        store.set("g", "k", b"late").map(drop),
        store.set_with_ttl("g", "k", b"late", 1).map(drop),
        store.touch("g", "k", None).map(drop),
        store.delete("g", "k").map(drop),
        store.delete_group("g").map(drop),
        store.delete_prefix("").map(drop),
        store.count_all("").map(drop),
        store.groups("", None, 0).map(drop),
        store.scan(query).map(drop),
        store.page("g", 0, 1).map(drop),
        store.purge_expired().map(drop),
        store.usage().map(drop),
        batch::get_many(store, "g", &["k"]).map(drop),
        batch::set_many(store, "g", &[("k", b"late")]).map(drop),
        batch::delete_many(store, "g", &["k"]).map(drop),
        batch::apply(store, &[]).map(drop),
        atomics::increment(store, "g", "n", 1).map(drop),
        atomics::compare_and_swap(store, "g", "k", None, b"late").map(drop),
        atomics::compare_and_delete(store, "g", "k", 1).map(drop),
    ];
    for (n, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer, Err(Error::Closed), "call {n} after {ended_by}");
    }
}

fn main() -> Result<()> {
    let store = Store::open("default")?;
    let begin = || -> Result<_> {
        let tx = Transaction::begin(&store)?;
        let inside = tx.store()?;
        inside.set("g", "k", b"v")?;
        Ok((tx, inside))
    };
    let (tx, inside) = begin()?;
    Transaction::rollback(tx)?;
    all_closed(&inside, "rollback");
    let (tx, inside) = begin()?;
    drop(tx);
    all_closed(&inside, "drop");
    assert!(!store.exists("g", "k")?);
    let (tx, inside) = begin()?;
    Transaction::commit(tx)?;
    all_closed(&inside, "commit");
    assert_eq!(store.get("g", "k")?.as_deref(), Some(&b"v"[..]));
    Ok(())
}
