//! Statements of SQL, and their answers.

use core::fmt;

use crate::Error;
use crate::bindings::sql as raw;
pub use crate::bindings::sql::Value;

/// How many rows are asked for at once; the host ends a page earlier when it
/// has a megabyte.
const PAGE: u32 = 1_000;

/// Why a statement was not answered.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SqlError {
    /// What any read can answer.
    Store(Error),
    /// The statement is wrong, or fails on what it reads; the text says how.
    Statement(String),
    /// It would do what it may not; the text says what.
    NotAllowed(String),
    /// It has another number of parameters than were given.
    Parameters {
        /// Parameters of the statement.
        expected: u32,
        /// Values that were given.
        given: u32,
    },
    /// The answer has more rows than this.
    TooManyRows(u32),
    /// The statement, a value on the way or the answer has more bytes than
    /// this.
    TooLarge(u64),
    /// It took more milliseconds than this.
    TimeOut(u64),
}

impl From<raw::SqlError> for SqlError {
    fn from(error: raw::SqlError) -> Self {
        match error {
            raw::SqlError::Store(error) => Self::Store(error.into()),
            raw::SqlError::Statement(said) => Self::Statement(said),
            raw::SqlError::NotAllowed(what) => Self::NotAllowed(what),
            raw::SqlError::Parameters(raw::Parameters { expected, given }) => Self::Parameters { expected, given },
            raw::SqlError::TooManyRows(limit) => Self::TooManyRows(limit),
            raw::SqlError::TooLarge(limit) => Self::TooLarge(limit),
            raw::SqlError::TimeOut(limit) => Self::TimeOut(limit),
        }
    }
}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Statement(said) => f.write_str(said),
            Self::NotAllowed(what) => write!(f, "a query does not do this: {what}"),
            Self::Parameters { expected, given } => {
                write!(f, "the statement has {expected} parameters, and {given} were given")
            }
            Self::TooManyRows(limit) => write!(f, "the answer has more than {limit} rows: ask for fewer"),
            Self::TooLarge(limit) => write!(f, "the statement or its answer has more than {limit} bytes: ask for less"),
            Self::TimeOut(limit) => write!(f, "the statement took more than {limit} ms: ask for less"),
        }
    }
}

impl core::error::Error for SqlError {}

/// The answer to a statement: an iterator over its rows.
#[derive(Debug)]
pub struct Rows {
    raw: raw::Rows,
    page: std::vec::IntoIter<Vec<Value>>,
}

impl Rows {
    /// What `ask` answers to the parameters of a statement.
    pub(crate) fn of<V: Into<Value>>(
        parameters: impl IntoIterator<Item = V>,
        ask: impl FnOnce(&[&Value]) -> Result<raw::Rows, raw::SqlError>,
    ) -> Result<Self, SqlError> {
        let parameters: Vec<Value> = parameters.into_iter().map(Into::into).collect();
        let parameters: Vec<&Value> = parameters.iter().collect();
        Ok(Self { raw: ask(&parameters)?, page: Vec::new().into_iter() })
    }

    /// The names of the columns, in order; two can have the same.
    pub fn columns(&self) -> Vec<String> {
        self.raw.columns()
    }
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.page.len() == 0 {
            self.page = self.raw.next(PAGE).into_iter();
        }
        self.page.next().map(Row)
    }
}

/// A row of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// The whole number in a column; `None` if it is something else.
    pub fn integer(&self, column: usize) -> Option<i64> {
        match self.0.get(column) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    /// The number in a column, whole or not.
    pub fn real(&self, column: usize) -> Option<f64> {
        match self.0.get(column) {
            Some(Value::Integer(number)) => Some(*number as f64),
            Some(Value::Real(number)) => Some(*number),
            _ => None,
        }
    }

    /// The text in a column; `None` if it is something else.
    pub fn text(&self, column: usize) -> Option<&str> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The bytes in a column, those of a text too.
    pub fn bytes(&self, column: usize) -> Option<&[u8]> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Some(text.as_bytes()),
            Some(Value::Blob(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// Whether a column has no value.
    pub fn is_null(&self, column: usize) -> bool {
        matches!(self.0.get(column), Some(Value::Null))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Blob(bytes.into())
    }
}
