//! One statement that a guest wrote, on a connection that is its prison.
//!
//! The connection is made for the statement and closed after it. It cannot write; the [authorizer] allows what is named and
//! nothing else; the [limits] keep each value small and each single step short, and between steps the time is looked at.
//! What is sorted goes to temporary files, because SQLite bounds the memory of a sort only where it can.

mod authorizer;
mod functions;
mod limits;
#[cfg(test)]
mod tests;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rusqlite::{
    Batch, Connection, ErrorCode, Rows, Statement,
    fallible_iterator::FallibleIterator,
    types::{ToSql, ToSqlOutput, ValueRef},
};

use crate::{
    Config, Error, SqlError, SqlRows, SqlValue,
    limits::{SQL_CELL_BYTES, SQL_ERROR_CHARS, SQL_STATEMENT_BYTES, SQL_VALUE_BYTES, SQL_WATCH_STEPS},
    watch,
};
use authorizer::{Denied, Readable};

/// A connection for one statement of a guest.
pub(super) struct GuestSql {
    connection: Connection,
    readable: Readable,
}

impl GuestSql {
    /// `connection` is open for reading only, and has never been used.
    pub(super) fn new(connection: Connection) -> rusqlite::Result<GuestSql> {
        // First, because a change of where temporary things lie takes the views away that are there.
        limits::set(&connection)?;
        Ok(GuestSql { connection, readable: Readable::default() })
    }

    /// Let the statement read these tables and views of the file.
    pub(super) fn allow(&mut self, names: &[&'static str]) {
        self.readable.names.extend(names.iter().map(|name| ("main", (*name).to_owned())));
    }

    /// Let the statement read the rows of `table` that meet `condition`, under each of `names`, and nothing else of the
    /// table. Once only.
    ///
    /// SQLite tells an authorizer through which view a table is read, but a guest can give that view's name to an
    /// expression of its own (`WITH`). So the view that reads the table has a name that nobody can have guessed.
    /// `condition` names a column: else a count of the view would look like a count of the table.
    pub(super) fn expose(
        &mut self,
        table: &'static str,
        columns: &str,
        condition: &str,
        names: &[&'static str],
    ) -> rusqlite::Result<()> {
        let sql = "SELECT 'rows_' || lower(hex(randomblob(16)))";
        let secret: String = self.connection.query_row(sql, (), |row| row.get(0))?;
        self.connection.execute_batch(&format!(
            "CREATE TEMP VIEW {secret} AS SELECT {columns} FROM main.{table} WHERE {condition};"
        ))?;
        for name in names {
            self.connection.execute_batch(&format!("CREATE TEMP VIEW {name} AS SELECT * FROM temp.{secret}"))?;
            self.readable.names.push(("temp", (*name).to_owned()));
        }
        self.readable.names.push(("temp", secret.clone()));
        self.readable.behind = Some((table, secret));
        Ok(())
    }

    /// Run the statement. `failed` says what an error of SQLite means that is not the guest's.
    ///
    /// # Errors
    /// Each of [`SqlError`].
    pub(super) fn run(
        mut self,
        config: &Config,
        statement: &str,
        parameters: &[SqlValue],
        failed: impl Fn(&rusqlite::Error) -> Error,
    ) -> Result<SqlRows, SqlError> {
        if statement.len() > SQL_STATEMENT_BYTES {
            return Err(SqlError::TooLarge { what: "the statement", limit: SQL_STATEMENT_BYTES });
        }
        if statement.contains('\0') {
            return Err(SqlError::Statement("a statement has no NUL character".into()));
        }
        let run = Run { config, timed_out: Arc::default(), denied: Denied::default() };
        let confined = run.confine(&mut self.connection, self.readable);
        confined.map_err(|error| SqlError::Store(failed(&error)))?;
        run.answer(&self.connection, statement, parameters).map_err(|error| match error {
            Ended::Sqlite(error) => run.meaning(&error, failed),
            Ended::Sql(error) => error,
        })
    }
}

struct Run<'a> {
    config: &'a Config,
    timed_out: Arc<AtomicBool>,
    denied: Denied,
}

/// Why a statement ended early.
enum Ended {
    Sqlite(rusqlite::Error),
    Sql(SqlError),
}

impl From<rusqlite::Error> for Ended {
    fn from(error: rusqlite::Error) -> Ended {
        Ended::Sqlite(error)
    }
}

impl Run<'_> {
    fn confine(&self, connection: &mut Connection, readable: Readable) -> rusqlite::Result<()> {
        connection.pragma_update(None, "query_only", true)?;
        functions::replace_slow_ones(connection)?;
        let (clock, timed_out) = (self.config.clock.clone(), self.timed_out.clone());
        let limit = i64::try_from(self.config.limits.sql_time.as_millis()).unwrap_or(i64::MAX);
        let deadline = clock.now_ms().saturating_add(limit);
        connection.progress_handler(
            SQL_WATCH_STEPS,
            Some(move || {
                let is_late = clock.now_ms() >= deadline;
                if is_late {
                    timed_out.store(true, Ordering::Relaxed);
                }
                is_late || watch::is_over()
            }),
        )?;
        // Last, because it forbids all of the above.
        authorizer::install(connection, readable, &self.denied)
    }

    fn answer(&self, connection: &Connection, sql: &str, parameters: &[SqlValue]) -> Result<SqlRows, Ended> {
        let mut batch = Batch::new(connection, sql);
        let Some(mut statement) = batch.next()? else { return Ok(SqlRows::default()) };
        if !statement.readonly() {
            return Err(Ended::Sql(SqlError::NotAllowed("a statement that writes".into())));
        }
        if !matches!(batch.next(), Ok(None)) {
            return Err(Ended::Sql(SqlError::NotAllowed("several statements".into())));
        }
        bind(&mut statement, parameters)?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let rows = self.rows(&mut statement.raw_query(), columns.len())?;
        Ok(SqlRows { columns, rows })
    }

    fn rows(&self, found: &mut Rows<'_>, columns: usize) -> Result<Vec<Vec<SqlValue>>, Ended> {
        let limits = &self.config.limits;
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while let Some(row) = found.next()? {
            if rows.len() == limits.sql_rows {
                return Err(Ended::Sql(SqlError::TooManyRows { limit: limits.sql_rows }));
            }
            let mut values = Vec::with_capacity(columns);
            for column in 0..columns {
                let value = row.get_ref(column)?;
                bytes += SQL_CELL_BYTES + size(value);
                if bytes > limits.sql_bytes {
                    return Err(Ended::Sql(SqlError::TooLarge { what: "the answer", limit: limits.sql_bytes }));
                }
                values.push(owned(value));
            }
            rows.push(values);
        }
        Ok(rows)
    }

    /// What an error of SQLite means for the guest.
    fn meaning(&self, error: &rusqlite::Error, failed: impl Fn(&rusqlite::Error) -> Error) -> SqlError {
        if let Some(what) = self.denied.take() {
            return SqlError::NotAllowed(what);
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) if self.timed_out.load(Ordering::Relaxed) => {
                SqlError::TimeOut { limit: self.config.limits.sql_time }
            }
            Some(ErrorCode::TooBig) => SqlError::TooLarge { what: "a value", limit: SQL_VALUE_BYTES },
            Some(ErrorCode::AuthorizationForStatementDenied) => SqlError::NotAllowed("the statement".into()),
            Some(ErrorCode::ReadOnly) => SqlError::NotAllowed("a statement that writes".into()),
            Some(code) if !is_statements_fault(code) => SqlError::Store(failed(error)),
            _ => SqlError::Statement(said(error)),
        }
    }
}

/// Whether an error with this code comes from what was asked rather than from the disk.
fn is_statements_fault(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::Unknown
            | ErrorCode::TypeMismatch
            | ErrorCode::ApiMisuse
            | ErrorCode::ParameterOutOfRange
            | ErrorCode::ConstraintViolation
            | ErrorCode::OperationAborted
    )
}

/// What SQLite said, without what it adds for programmers.
fn said(error: &rusqlite::Error) -> String {
    let text = match error {
        rusqlite::Error::SqlInputError { msg, .. } | rusqlite::Error::SqliteFailure(_, Some(msg)) => msg.clone(),
        other => other.to_string(),
    };
    text.chars().take(SQL_ERROR_CHARS).collect()
}

fn bind(statement: &mut Statement<'_>, parameters: &[SqlValue]) -> Result<(), Ended> {
    let expected = statement.parameter_count();
    if expected != parameters.len() {
        return Err(Ended::Sql(SqlError::Parameters { expected, given: parameters.len() }));
    }
    for (n, value) in parameters.iter().enumerate() {
        if value.bytes() > SQL_VALUE_BYTES {
            return Err(Ended::Sql(SqlError::TooLarge { what: "a parameter", limit: SQL_VALUE_BYTES }));
        }
        statement.raw_bind_parameter(n + 1, value)?;
    }
    Ok(())
}

impl ToSql for SqlValue {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            SqlValue::Null => ValueRef::Null,
            SqlValue::Integer(number) => ValueRef::Integer(*number),
            SqlValue::Real(number) => ValueRef::Real(*number),
            SqlValue::Text(text) => ValueRef::Text(text.as_bytes()),
            SqlValue::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn size(value: ValueRef<'_>) -> usize {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len(),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => 0,
    }
}

fn owned(value: ValueRef<'_>) -> SqlValue {
    match value {
        ValueRef::Null => SqlValue::Null,
        ValueRef::Integer(number) => SqlValue::Integer(number),
        ValueRef::Real(number) => SqlValue::Real(number),
        ValueRef::Text(bytes) => match String::from_utf8(bytes.to_vec()) {
            Ok(text) => SqlValue::Text(text),
            Err(error) => SqlValue::Blob(error.into_bytes()),
        },
        ValueRef::Blob(bytes) => SqlValue::Blob(bytes.to_vec()),
    }
}
