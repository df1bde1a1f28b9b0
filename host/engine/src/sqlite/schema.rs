//! The tables, and how a file comes to have them.
//!
//! `entries` is the table of go-store, with two nullable columns more; everything else that larder adds is in tables of
//! its own, so that go-store reads and writes the file as before.

mod beside_entries;
pub(super) mod legacy;

use rusqlite::{Connection, Transaction, TransactionBehavior};

/// The schema that this program writes, in `PRAGMA user_version`. go-store leaves 0 there.
pub(super) const VERSION: i64 = 2;

type Migration = fn(&Transaction<'_>) -> rusqlite::Result<()>;

/// The step at index n leads from version n to n + 1.
const MIGRATIONS: [Migration; 2] = [entries_and_counters, version_2];

pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", (), |row| row.get(0))
}

/// The number of the last commit.
pub(super) fn sequence(connection: &Connection) -> rusqlite::Result<u64> {
    connection.prepare_cached(super::feed::SEQUENCE)?.query_row((), |row| row.get(0)).map(i64::unsigned_abs)
}

/// Whether it was last used without a feed, whether another program changed it, and the number of the last commit. Compiled
/// for this one time.
pub(super) fn state(connection: &Connection) -> rusqlite::Result<(bool, bool, u64)> {
    let sql = format!(
        "SELECT (SELECT value <> 0 FROM larder_meta WHERE name = 'feed_off'),
            (SELECT value > 0 FROM larder_meta WHERE name = 'foreign'), ({})",
        super::feed::SEQUENCE
    );
    connection.query_row(&sql, (), |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs())))
}

/// Lead the file from version `found` to [`VERSION`], in one transaction.
pub(super) fn migrate(connection: &mut Connection, found: i64) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it while this one waited.
    let found = version(&transaction)?.max(found);
    for step in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        step(&transaction)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

fn version_2(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    beside_entries::create(transaction)?;
    legacy::migrate(transaction)
}

fn entries_and_counters(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS entries (
            group_name TEXT NOT NULL,
            entry_key TEXT NOT NULL,
            entry_value TEXT NOT NULL,
            expires_at INTEGER,
            PRIMARY KEY (group_name, entry_key)
        )",
    )?;
    for column in ["expires_at", "version", "kind"] {
        if !has_column(transaction, "entries", column)? {
            transaction.execute_batch(&format!("ALTER TABLE entries ADD COLUMN {column} INTEGER"))?;
        }
    }
    transaction.execute_batch(
        "CREATE INDEX IF NOT EXISTS larder_entries_expiry ON entries (expires_at) WHERE expires_at IS NOT NULL;
        CREATE TABLE larder_meta (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE larder_groups (
            group_name TEXT NOT NULL PRIMARY KEY,
            keys INTEGER NOT NULL,
            bytes INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE larder_scopes (
            scope TEXT NOT NULL PRIMARY KEY,
            keys INTEGER NOT NULL,
            groups INTEGER NOT NULL,
            bytes INTEGER NOT NULL
        ) WITHOUT ROWID;
        INSERT INTO larder_meta (name, value) VALUES ('sequence', 0), ('foreign', EXISTS (SELECT 1 FROM entries));

        CREATE TRIGGER larder_foreign_insert AFTER INSERT ON entries BEGIN
            UPDATE larder_meta SET value = value + 1 WHERE name = 'foreign';
            UPDATE entries SET version = NULL, kind = NULL WHERE rowid = NEW.rowid;
        END;
        CREATE TRIGGER larder_foreign_update
            AFTER UPDATE OF group_name, entry_key, entry_value, expires_at ON entries BEGIN
            UPDATE larder_meta SET value = value + 1 WHERE name = 'foreign';
            UPDATE entries SET version = NULL, kind = NULL WHERE rowid = NEW.rowid;
        END;
        CREATE TRIGGER larder_foreign_delete AFTER DELETE ON entries BEGIN
            UPDATE larder_meta SET value = value + 1 WHERE name = 'foreign';
        END;",
    )
}

fn has_column(connection: &Connection, table: &str, column: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2)";
    connection.query_row(sql, [table, column], |row| row.get(0))
}
