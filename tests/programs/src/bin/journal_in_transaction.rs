//! What a transaction appends is part of it.

use larder_guest::Store;
use larder_guest::journal::Filter;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    let rows = |store: &Store| store.journal().select(Filter::new()).count();
    let transaction = store.begin()?;
    transaction.journal().append("undone", "{}", [])?;
    assert_eq!((rows(&transaction), rows(&store)), (1, 0));
    transaction.rollback()?;
    assert_eq!(rows(&store), 0);
    store.transaction(|store| {
        store.set("g", "k", "v")?;
        store.journal().append("done", "{}", []).map(drop)
    })?;
    assert_eq!(rows(&store), 1);
    Ok(())
}
