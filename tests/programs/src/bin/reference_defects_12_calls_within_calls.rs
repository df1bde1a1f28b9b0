//! A call inside of a transaction or an iteration does not hang.

use larder_guest::workspaces::Workspace;
use larder_guest::{Error, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    store.set("g", "a", "1")?;
    let workspace = Workspace::create(&store, "w")?;
    workspace.put("k", "{}")?;
    let tx = store.begin()?;
    tx.set("g", "b", "2")?;
    assert_eq!(store.get("g", "b")?, None, "it reads what was committed before");
    assert_eq!(store.set("g", "c", "3"), Err(Error::TransactionOpen));
    assert!(workspace.commit().is_err(), "it writes to the same tenant");
    tx.commit()?;
    for entry in store.scan("g").entries() {
        store.set("copies", &entry?.key, "")?;
    }
    assert_eq!(store.count("copies")?, 2);
    assert_eq!(workspace.commit()?["k"], 1);
    Ok(())
}
