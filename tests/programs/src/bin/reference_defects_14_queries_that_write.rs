//! No query writes.

use larder_guest::Store;
use larder_guest::sql::Value;
use larder_guest::workspaces::Workspace;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    let workspace = Workspace::create(&store, "w")?;
    workspace.put("k", "{}")?;
    for sql in [
        "WITH x AS (SELECT 1) DELETE FROM workspace_entries RETURNING entry_id",
        "SELECT 1; DELETE FROM workspace_entries",
        "PRAGMA query_only=1",
        "PRAGMA journal_mode=DELETE",
        "DROP TABLE workspace_entries",
        "DROP VIEW entries",
    ] {
        assert!(workspace.query(sql, [] as [Value; 0]).is_err(), "{sql}");
    }
    assert_eq!(workspace.count()?, 1);
    workspace.put("k", "{}")?;
    Ok(())
}
