//! What goes into a statement of SQL that a guest wrote, and what comes out.

use std::time::Duration;

use crate::Error;

/// A value of SQL: a parameter, or a cell of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum SqlValue {
    /// No value.
    Null,
    /// A whole number.
    Integer(i64),
    /// Any other number. Not a NaN, which SQL does not have.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes; also a text that is not UTF-8.
    Blob(Vec<u8>),
}

impl SqlValue {
    /// Bytes of its content: 0 for no value, 8 for a number.
    pub fn bytes(&self) -> usize {
        match self {
            SqlValue::Null => 0,
            SqlValue::Integer(_) | SqlValue::Real(_) => 8,
            SqlValue::Text(text) => text.len(),
            SqlValue::Blob(bytes) => bytes.len(),
        }
    }
}

impl From<i64> for SqlValue {
    fn from(number: i64) -> SqlValue {
        SqlValue::Integer(number)
    }
}

impl From<&str> for SqlValue {
    fn from(text: &str) -> SqlValue {
        SqlValue::Text(text.into())
    }
}

/// The whole answer to a statement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SqlRows {
    /// The names of the columns, in order. Two can have the same.
    pub columns: Vec<String>,
    /// Each with a value for every column.
    pub rows: Vec<Vec<SqlValue>>,
}

/// Why a statement was not answered.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// The statement is wrong: what SQLite said.
    #[error("{0}")]
    Statement(String),
    /// The statement would do what a query may not: what that is.
    #[error("not allowed: {0}")]
    NotAllowed(String),
    /// It has another number of parameters than were given.
    #[error("the statement has {expected} parameters, {given} were given")]
    Parameters {
        /// Parameters of the statement.
        expected: usize,
        /// Values that were given.
        given: usize,
    },
    /// The answer has more rows than [`Limits::sql_rows`](crate::Limits::sql_rows).
    #[error("the answer has more than {limit} rows")]
    TooManyRows {
        /// Most rows.
        limit: usize,
    },
    /// The statement, a parameter, a value on the way or the answer is larger than it may be.
    #[error("{what} is larger than {limit} bytes")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Most bytes.
        limit: usize,
    },
    /// It took longer than [`Limits::sql_time`](crate::Limits::sql_time).
    #[error("the statement took more than {} ms", limit.as_millis())]
    TimeOut {
        /// The longest time.
        limit: Duration,
    },
    /// The store failed, or is closed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl SqlError {
    /// A word for its kind, for programs: metrics count errors by it. It does not change with the message.
    pub fn kind(&self) -> &'static str {
        match self {
            SqlError::Statement(_) => "sql-statement",
            SqlError::NotAllowed(_) => "sql-not-allowed",
            SqlError::Parameters { .. } => "sql-parameters",
            SqlError::TooManyRows { .. } => "sql-too-many-rows",
            SqlError::TooLarge { .. } => "sql-too-large",
            SqlError::TimeOut { .. } => "sql-time-out",
            SqlError::Store(error) => error.kind(),
        }
    }

    /// Whether the caller can mend this rather than the host's operator.
    pub fn is_callers_fault(&self) -> bool {
        match self {
            SqlError::Store(error) => error.is_callers_fault(),
            _ => true,
        }
    }
}
