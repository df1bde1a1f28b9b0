//! A workspace's file: the tables of go-store's workspaces, in SQLite.

use std::{collections::BTreeMap, path::Path};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, config::DbConfig};

use super::guest_sql::GuestSql;
use crate::{
    Config, Durability, Error, Result, SqlError, SqlRows, SqlValue, TenantId,
    limits::{PAGE_CACHE_KIB, WAL_KEEP_BYTES, WATCH_STEPS},
    watch,
};

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS workspace_entries (
        entry_id INTEGER PRIMARY KEY AUTOINCREMENT,
        entry_kind TEXT NOT NULL,
        entry_data TEXT NOT NULL,
        created_at INTEGER NOT NULL
    );
    CREATE VIEW IF NOT EXISTS entries AS
        SELECT entry_id AS id, entry_kind AS kind, entry_data AS data, created_at FROM workspace_entries;";

const PUT: &str = "INSERT INTO workspace_entries (entry_kind, entry_data, created_at) VALUES (?1, ?2, ?3)";

const AGGREGATE: &str = "SELECT entry_kind, count(*) FROM workspace_entries GROUP BY entry_kind";

/// A workspace's file, open for writing.
pub(crate) struct WorkspaceFile {
    connection: Connection,
    place: Place,
}

/// What errors say of a file.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) tenant: TenantId,
    /// Relative to the root.
    pub(crate) file: String,
}

impl WorkspaceFile {
    /// Open the file, which is there; an empty one becomes a workspace. It takes no more than `bytes`.
    pub(crate) fn open(path: &Path, place: Place, config: &Config, bytes: u64) -> Result<WorkspaceFile> {
        let open = || -> rusqlite::Result<Connection> {
            let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            let synchronous = match config.durability {
                Durability::Full => "FULL",
                Durability::Normal => "NORMAL",
            };
            connection.pragma_update(None, "synchronous", synchronous)?;
            connection.pragma_update(None, "journal_size_limit", WAL_KEEP_BYTES)?;
            let page: i64 = connection.query_row("PRAGMA page_size", (), |row| row.get(0))?;
            let pages = i64::try_from(bytes).unwrap_or(i64::MAX) / page.max(1);
            connection.pragma_update(None, "max_page_count", pages.clamp(1, i64::from(u32::MAX) - 1))?;
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute_batch(SCHEMA)?;
            // Whether it is what it should be.
            transaction.query_row(AGGREGATE_ONE, (), |_| Ok(())).or_else(none)?;
            transaction.commit()?;
            connection.progress_handler(WATCH_STEPS, Some(watch::is_over))?;
            Ok(connection)
        };
        match open() {
            Ok(connection) => Ok(WorkspaceFile { connection, place }),
            Err(error) => Err(convert(&place, "open a workspace", &error)),
        }
    }

    /// Add entries, all or none.
    pub(crate) fn put(&mut self, entries: &[(&str, String)], now: i64, limit: u64) -> Result<()> {
        let put = |connection: &mut Connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            {
                let mut statement = transaction.prepare_cached(PUT)?;
                for (kind, data) in entries {
                    statement.execute((kind, data, now))?;
                }
            }
            transaction.commit()
        };
        let result: rusqlite::Result<()> = put(&mut self.connection);
        result.map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) if self.is_full() => Error::WorkspaceFull { limit },
            _ => convert(&self.place, "write to a workspace", &error),
        })
    }

    /// Whether it has about as many pages as it may have; else it is the disk that is full.
    fn is_full(&self) -> bool {
        let number = |sql| self.connection.query_row(sql, (), |row| row.get::<_, i64>(0));
        match (number("PRAGMA page_count"), number("PRAGMA max_page_count")) {
            // What was to be added has been rolled back.
            (Ok(pages), Ok(most)) => pages.saturating_add(crate::limits::WORKSPACE_PUT_PAGES) >= most,
            _ => false,
        }
    }

    pub(crate) fn count(&self) -> Result<u64> {
        let count = self.connection.query_row("SELECT count(*) FROM workspace_entries", (), |row| row.get::<_, i64>(0));
        count.map(i64::unsigned_abs).map_err(|error| convert(&self.place, "count a workspace", &error))
    }

    /// How many entries there are of each kind.
    pub(crate) fn aggregate(&self) -> Result<BTreeMap<String, u64>> {
        let aggregate = || -> rusqlite::Result<_> {
            let mut statement = self.connection.prepare_cached(AGGREGATE)?;
            let found = statement.query_map((), |row| {
                let kind = String::from_utf8_lossy(row.get_ref(0)?.as_bytes()?).into_owned();
                Ok((kind, row.get::<_, i64>(1)?.unsigned_abs()))
            })?;
            found.collect()
        };
        aggregate().map_err(|error| convert(&self.place, "aggregate a workspace", &error))
    }
}

/// Reads a row as a put writes it.
const AGGREGATE_ONE: &str = "SELECT entry_kind, entry_data, created_at FROM workspace_entries LIMIT 1";

fn none(error: rusqlite::Error) -> rusqlite::Result<()> {
    if error == rusqlite::Error::QueryReturnedNoRows { Ok(()) } else { Err(error) }
}

/// Run a guest's statement on the file.
pub(crate) fn query(
    path: &Path,
    place: &Place,
    config: &Config,
    statement: &str,
    parameters: &[SqlValue],
) -> Result<SqlRows, SqlError> {
    let failed = |error: &rusqlite::Error| convert(place, "query a workspace", error);
    let mut guest = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(GuestSql::new).map_err(|e| failed(&e))?;
    guest.allow(&["workspace_entries", "entries"]);
    guest.run(config, statement, parameters, failed)
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.pragma_update(None, "cache_size", -PAGE_CACHE_KIB)?;
    Ok(connection)
}

fn convert(place: &Place, operation: &'static str, error: &rusqlite::Error) -> Error {
    let tenant = place.tenant.clone();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::DiskFull { tenant, operation },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Error::ReadOnly { tenant, operation },
        // Another kind of database is not a workspace either.
        None | Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::Unknown) => {
            Error::Corrupt { tenant, file: place.file.clone(), detail: error.to_string() }
        }
        Some(ErrorCode::OperationInterrupted) => Error::Closed,
        _ => Error::Storage { operation, detail: error.to_string() },
    }
}

/// A file of SQLite that is no workspace, for tests.
#[cfg(test)]
pub(crate) fn another_database(path: &Path) {
    let sql = "CREATE TABLE workspace_entries (something TEXT)";
    let made = Connection::open(path).and_then(|connection| connection.execute_batch(sql));
    assert_eq!(made, Ok(()));
}
