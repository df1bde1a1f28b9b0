//! A query reads its own workspace, and nothing else happens.

use larder_guest::Store;
use larder_guest::sql::{SqlError, Value};
use larder_guest::workspaces::Workspace;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    let workspace = Workspace::create(&store, "w")?;
    workspace.put("k", "{}")?;
    let ask = |sql: &str| workspace.query(sql, [0_i64; 0]).map(|rows| rows.count());
    for sql in [
        "ATTACH '../store.db' AS s",
        "ATTACH '/etc/passwd' AS s",
        "SELECT load_extension('x')",
        "PRAGMA query_only = 0",
        "PRAGMA writable_schema = 1",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM pragma_database_list",
        "CREATE TEMP TABLE t (a)",
        "CREATE VIRTUAL TABLE t USING fts5(a)",
        "VACUUM INTO '/tmp/stolen.db'",
        "DELETE FROM workspace_entries",
        "INSERT INTO workspace_entries VALUES (9, 'k', '{}', 0) RETURNING entry_id",
        "DROP TABLE workspace_entries",
        "SELECT 1; DELETE FROM workspace_entries",
        "BEGIN",
    ] {
        assert!(matches!(ask(sql), Err(SqlError::NotAllowed(_))), "{sql}: {:?}", ask(sql));
    }
    for sql in [
        "SELECT randomblob(1000000000)",
        "SELECT length(zeroblob(1000000000))",
        "SELECT printf('%.*c', 999999999, 'x')",
    ] {
        assert!(matches!(ask(sql), Err(SqlError::TooLarge(_))), "{sql}: {:?}", ask(sql));
    }
    let endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT";
    assert!(matches!(ask(&format!("{endless} n FROM c")), Err(SqlError::TooManyRows(10_000))));
    assert!(matches!(ask(&format!("{endless} count(*) FROM c")), Err(SqlError::TimeOut(_))));
    assert!(matches!(ask("SELECT nonsense"), Err(SqlError::Statement(_))));
    assert_eq!(ask("SELECT ?"), Err(SqlError::Parameters { expected: 1, given: 0 }));
    let rows = workspace.query(&format!("{endless} zeroblob(1000) FROM c LIMIT 9000"), [Value::Null; 0])?;
    assert_eq!(rows.map(|row| row.bytes(0).map_or(0, <[u8]>::len)).sum::<usize>(), 9_000_000);
    assert_eq!(workspace.count()?, 1);
    Ok(())
}
