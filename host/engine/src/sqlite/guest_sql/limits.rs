//! What a connection for guests may use.

use rusqlite::{Connection, config::DbConfig, limits::Limit};

use crate::limits::{
    SQL_CACHE_KIB, SQL_COLUMNS, SQL_COMPOUND, SQL_DEPTH, SQL_FUNCTION_ARGUMENTS, SQL_INSTRUCTIONS, SQL_PARAMETERS,
    SQL_PATTERN_BYTES, SQL_STATEMENT_BYTES, SQL_VALUE_BYTES,
};

pub(super) fn set(connection: &Connection) -> rusqlite::Result<()> {
    for (config, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        // Text in double quotes would be a value where no column has that name, and a typing error an answer.
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
    ] {
        connection.set_db_config(config, on)?;
    }
    // In memory a sort would take as much as there is; files take what can be written in the time.
    connection.pragma_update(None, "temp_store", "FILE")?;
    connection.pragma_update(None, "cache_size", -SQL_CACHE_KIB)?;
    // A file that somebody else made is read through the cache, not where a cut would end the process.
    connection.pragma_update(None, "mmap_size", 0)?;
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, SQL_VALUE_BYTES),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, SQL_STATEMENT_BYTES),
        (Limit::SQLITE_LIMIT_COLUMN, SQL_COLUMNS),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, SQL_DEPTH),
        (Limit::SQLITE_LIMIT_PARSER_DEPTH, SQL_DEPTH),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, SQL_COMPOUND),
        (Limit::SQLITE_LIMIT_VDBE_OP, SQL_INSTRUCTIONS),
        (Limit::SQLITE_LIMIT_FUNCTION_ARG, SQL_FUNCTION_ARGUMENTS),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, SQL_PATTERN_BYTES),
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, SQL_PARAMETERS),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 0),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        connection.set_limit(limit, i32::try_from(most).unwrap_or(i32::MAX))?;
    }
    Ok(())
}
