//! A workspace is filled, asked, and committed once.

use larder_guest::workspaces::{Workspace, WorkspaceError, orphans};
use larder_guest::{Error, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    let workspace = Workspace::create(&store, "wörk 1")?;
    assert_eq!(workspace.name(), "wörk 1");
    workspace.put("like", r#"{"user": "@a", "n": 9007199254740993}"#)?;
    workspace.put_many([("like", "{}"), ("ünï", "{}")])?;
    assert_eq!(workspace.count()?, 3);
    let mut rows = workspace.query("SELECT data ->> 'n' AS n, kind FROM entries WHERE id = ?", [1])?;
    assert_eq!(rows.columns(), ["n", "kind"]);
    let row = rows.next().unwrap();
    assert_eq!((row.integer(0), row.text(1)), (Some(9_007_199_254_740_993), Some("like")));
    assert!(rows.next().is_none());
    assert_eq!(workspace.aggregate()?["like"], 2);
    assert_eq!(workspace.commit()?["ünï"], 1);
    assert_eq!(store.get("workspace:wörk 1", "summary")?.as_deref(), Some(r#"{"like":2,"ünï":1}"#.as_bytes()));
    let closed = WorkspaceError::Store(Error::Closed);
    assert_eq!(workspace.commit(), Err(closed.clone()));
    assert_eq!(workspace.put("k", "{}"), Err(closed));
    workspace.discard()?;
    assert!(orphans(&store)?.is_empty());
    Ok(())
}
