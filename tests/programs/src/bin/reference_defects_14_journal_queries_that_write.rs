//! No query of the journal writes, or reads anything else.

use larder_guest::Store;
use larder_guest::sql::Value;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    store.set("g", "k", "v")?;
    store.journal().append("m", "{}", [])?;
    for sql in [
        "WITH x AS (SELECT 1) INSERT INTO journal_entries SELECT 2, 'b', 'm', '{}', '{}', 0, NULL",
        "WITH x AS (SELECT 1) DELETE FROM journal_entries RETURNING entry_id",
        "SELECT 1; DELETE FROM entries",
        "DELETE FROM journal",
        "PRAGMA query_only=1",
        "PRAGMA journal_mode=DELETE",
        "SELECT * FROM entries",
        "DROP TABLE journal_entries",
    ] {
        assert!(store.journal().query(sql, [] as [Value; 0]).is_err(), "{sql}");
    }
    assert_eq!(store.get("g", "k")?.as_deref(), Some(&b"v"[..]));
    store.set("g", "k", "w")?;
    assert_eq!(store.journal().query("SELECT * FROM journal", [] as [Value; 0])?.count(), 1);
    Ok(())
}
