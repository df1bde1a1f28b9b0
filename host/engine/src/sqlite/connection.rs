//! How connections are opened.

use std::{ffi::c_void, ptr, time::Duration};

use rusqlite::{Connection, OpenFlags, config::DbConfig, ffi};

use super::{File, schema, unmigrated};
use crate::{
    Durability, Error, Result,
    limits::{LOOK_ASIDE_BYTES, LOOK_ASIDE_PLACES, PAGE_CACHE_KIB, STATEMENT_CACHE, WAL_KEEP_BYTES, WATCH_STEPS},
    watch,
};

/// SQLite counts milliseconds in 32 bits.
const LONGEST_WAIT: Duration = Duration::from_millis(i32::MAX as u64);

/// The connection that writes. Makes the file and brings its schema up to date.
pub(super) fn open_writer(file: &File) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut connection = open(file, flags)?;
    let failed = file.failed("open");
    // Until the file is known to be ours, closing it must not change it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(&failed)?;
    let found = schema::version(&connection).map_err(&failed)?;
    if found > schema::VERSION {
        return Err(Error::NewerSchema { tenant: file.tenant.clone(), found, supported: schema::VERSION });
    }
    if found < schema::VERSION
        && let Some(detail) = schema::legacy::refused(&connection).map_err(&failed)?
    {
        return Err(Error::LegacyTable { tenant: file.tenant.clone(), detail });
    }
    let synchronous = match file.config.durability {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
    };
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0)).map_err(&failed)?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Err(Error::Storage { operation: "open", detail: format!("the journal mode stays {mode}") });
    }
    connection.pragma_update(None, "synchronous", synchronous).map_err(&failed)?;
    connection.pragma_update(None, "journal_size_limit", WAL_KEEP_BYTES).map_err(&failed)?;
    // The triggers are for other programs that write to the file; this one keeps the counters itself.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false).map_err(&failed)?;
    if found < schema::VERSION {
        schema::migrate(&mut connection, found).map_err(&failed)?;
        let aside = unmigrated::count(&connection).map_err(&failed)?;
        if aside > 0 {
            tracing::warn!(tenant = %file.tenant, rows = aside, "rows of a legacy table could not become entries; they are kept aside");
        }
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(&failed)?;
    Ok(connection)
}

/// A connection for what is done to the file beside the one that writes.
pub(super) fn open_beside(file: &File) -> Result<Connection> {
    open(file, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// A connection that cannot write.
pub(super) fn open_reader(file: &File) -> Result<Connection> {
    open(file, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// SQLite gives each connection 48 KiB of look-aside memory, for what it compiles. Statements are compiled once here; to run
/// them takes a fifth of it.
#[expect(unsafe_code, reason = "rusqlite has no name for this setting")]
fn with_less_look_aside(connection: &Connection) -> rusqlite::Result<()> {
    // SAFETY: the handle is that of an open connection, on which nothing was run yet; the arguments are of the types that the
    // operation is documented to take, and no pointer means that SQLite allocates.
    let code = unsafe {
        ffi::sqlite3_db_config(
            connection.handle(),
            ffi::SQLITE_DBCONFIG_LOOKASIDE,
            ptr::null_mut::<c_void>(),
            LOOK_ASIDE_BYTES,
            LOOK_ASIDE_PLACES,
        )
    };
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)) }
}

fn open(file: &File, flags: OpenFlags) -> Result<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let failed = file.failed("open");
    let mut connection = Connection::open_with_flags(&file.path, flags).map_err(&failed)?;
    with_less_look_aside(&connection).map_err(&failed)?;
    connection.busy_timeout(file.config.busy_timeout.min(LONGEST_WAIT)).map_err(&failed)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map_err(&failed)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).map_err(&failed)?;
    connection.pragma_update(None, "cache_size", -PAGE_CACHE_KIB).map_err(&failed)?;
    connection.progress_handler(WATCH_STEPS, Some(watch::is_over)).map_err(&failed)?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    #[cfg(test)]
    super::counted::count(&mut connection);
    Ok(connection)
}
