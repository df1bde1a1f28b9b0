//! The journal: a row for each finished unit of work, read by time.
//!
//! ```no_run
//! use larder_guest::{Store, journal::Filter};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Store::default_store()?;
//! let journal = store.journal();
//! journal.append("import", r#"{"rows": 12, "ok": true}"#, [("source", "crm")])?;
//!
//! for row in journal.select(Filter::new().measurement("import").tag("source", "crm").field("ok", true)) {
//!     println!("{}", row?.fields);
//! }
//! for row in journal.flux(r#"range(start: -24h) |> filter(fn: (r) => r.rows > 10)"#) {
//!     println!("{}", row?.measurement);
//! }
//! for row in journal.query("SELECT sum(fields_json ->> 'rows') FROM journal WHERE measurement = ?", ["import"])? {
//!     println!("{:?}", row.integer(0));
//! }
//! # Ok(())
//! # }
//! ```

use core::fmt;

use std::vec::IntoIter;

use crate::bindings::journal as raw;
pub use crate::bindings::journal::Row;
use crate::paging::Pages;
use crate::sql::{Rows, SqlError, Value};
use crate::{Error, Result, Store};

/// The journal of a store's scope; see [`Store::journal`].
#[derive(Clone, Copy, Debug)]
pub struct Journal<'a> {
    store: &'a Store,
}

impl Store {
    /// The journal of the store's scope. That of a transaction's store is part
    /// of the transaction.
    pub fn journal(&self) -> Journal<'_> {
        Journal { store: self }
    }
}

impl<'a> Journal<'a> {
    /// Appends a row. `fields` is a JSON object of at most 1 MiB; there are at
    /// most 256 tags, each name once.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], [`Error::TooLarge`],
    /// [`Error::QuotaExceeded`] when the journal is full; those of a write.
    pub fn append<'t>(
        &self,
        measurement: &str,
        fields: &str,
        tags: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Row> {
        let tags: Vec<_> = tags.into_iter().map(|(name, value)| tag(name, value)).collect();
        let tags: Vec<_> = tags.iter().collect();
        self.store.check(raw::append(self.store.raw(), measurement, fields, &tags))
    }

    /// The rows that meet a filter, by the time of their commit. They are
    /// fetched a page at a time; an error is the last item.
    pub fn select(&self, filter: Filter) -> Selected<'a> {
        Selected { store: self.store, filter, pages: Pages::new() }
    }

    /// The rows that are not archived and meet a text of Flux, by the time of
    /// their commit. They are fetched a page at a time; an error is the last
    /// item. The comment of `flux` in `wit/journal.wit` says what of Flux there
    /// is.
    pub fn flux(&self, text: impl Into<String>) -> FluxRows<'a> {
        FluxRows { store: self.store, text: text.into(), pages: Pages::new() }
    }

    /// The answer to one statement of SQL, with values for its `?`. It reads
    /// `journal` with `entry_id`, `bucket_name`, `measurement`, `fields_json`,
    /// `tags_json`, `committed_at` and `archived_at`.
    ///
    /// # Errors
    /// [`SqlError`].
    pub fn query<V: Into<Value>>(
        &self,
        statement: &str,
        parameters: impl IntoIterator<Item = V>,
    ) -> Result<Rows, SqlError> {
        Rows::of(parameters, |parameters| raw::query(self.store.raw(), statement, parameters))
    }
}

impl Row {
    /// The value of a tag.
    pub fn tag(&self, name: &str) -> Option<&str> {
        self.tags.iter().find(|tag| tag.name == name).map(|tag| &*tag.value)
    }
}

/// Which rows are wanted: those that meet all that was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "a filter reads nothing before `Journal::select`"]
pub struct Filter {
    bucket: Option<String>,
    measurement: Option<String>,
    from_ms: Option<i64>,
    to_ms: Option<i64>,
    tags: Vec<raw::Tag>,
    fields: Vec<(String, FieldValue)>,
    archived: bool,
    page_size: u32,
}

/// A value that a field is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue {
    /// Any value with this text: the number 4 is equal to `"4"`.
    Text(String),
    /// A number of this value; true is 1.
    Integer(i64),
    /// As for an integer.
    Real(f64),
    /// True or 1, false or 0.
    Bool(bool),
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for FieldValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for FieldValue {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<bool> for FieldValue {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl Filter {
    /// All rows that are not archived.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only rows of this bucket.
    pub fn bucket(mut self, bucket: impl Into<String>) -> Self {
        self.bucket = Some(bucket.into());
        self
    }

    /// Only rows with this measurement.
    pub fn measurement(mut self, measurement: impl Into<String>) -> Self {
        self.measurement = Some(measurement.into());
        self
    }

    /// Only rows that were committed then or later, in milliseconds since the
    /// epoch.
    pub fn from_ms(mut self, ms: i64) -> Self {
        self.from_ms = Some(ms);
        self
    }

    /// Only rows that were committed before, in milliseconds since the epoch.
    pub fn to_ms(mut self, ms: i64) -> Self {
        self.to_ms = Some(ms);
        self
    }

    /// Only rows with this tag.
    pub fn tag(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.push(tag(name, value));
        self
    }

    /// Only rows with this field.
    pub fn field(mut self, name: impl Into<String>, value: impl Into<FieldValue>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Those too that are archived and still kept.
    pub fn archived(mut self) -> Self {
        self.archived = true;
        self
    }

    /// How many rows to fetch at once; 0, the default, leaves it to the host.
    pub fn page_size(mut self, rows: u32) -> Self {
        self.page_size = rows;
        self
    }

    fn raw<'f>(
        &'f self,
        tags: &'f [&'f raw::Tag],
        fields: &'f [raw::Field<'f>],
        cursor: Option<&'f str>,
    ) -> raw::Filter<'f> {
        raw::Filter {
            bucket: self.bucket.as_deref(),
            measurement: self.measurement.as_deref(),
            from_ms: self.from_ms,
            to_ms: self.to_ms,
            tags,
            fields,
            archived: self.archived,
            limit: self.page_size,
            cursor,
        }
    }
}

fn tag(name: impl Into<String>, value: impl Into<String>) -> raw::Tag {
    raw::Tag { name: name.into(), value: value.into() }
}

impl FieldValue {
    fn raw(&self) -> raw::FieldValue<'_> {
        match self {
            Self::Text(text) => raw::FieldValue::Text(text),
            Self::Integer(number) => raw::FieldValue::Integer(*number),
            Self::Real(number) => raw::FieldValue::Real(*number),
            Self::Bool(truth) => raw::FieldValue::Bool(*truth),
        }
    }
}

/// Rows of the journal; see [`Journal::select`].
#[derive(Debug)]
pub struct Selected<'a> {
    store: &'a Store,
    filter: Filter,
    pages: Pages<IntoIter<Row>>,
}

impl Iterator for Selected<'_> {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self { store, filter, pages } = self;
        pages.next(|cursor| {
            let tags: Vec<_> = filter.tags.iter().collect();
            let fields: Vec<_> =
                filter.fields.iter().map(|(name, value)| raw::Field { name, value: value.raw() }).collect();
            let page = store.check(raw::select(store.raw(), filter.raw(&tags, &fields, cursor)))?;
            Ok((page.rows, page.next))
        })
    }
}

/// Why a Flux text was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FluxError {
    /// What any read can answer.
    Store(Error),
    /// The text is no Flux, or asks for a part of it that is not supported.
    Flux {
        /// Counted from 1.
        line: u32,
        /// In characters, counted from 1.
        column: u32,
        /// What is wrong there.
        problem: String,
    },
}

impl From<raw::FluxError> for FluxError {
    fn from(error: raw::FluxError) -> Self {
        match error {
            raw::FluxError::Store(error) => Self::Store(error.into()),
            raw::FluxError::Flux(raw::FluxProblem { line, column, problem }) => Self::Flux { line, column, problem },
        }
    }
}

impl fmt::Display for FluxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Flux { line, column, problem } => write!(f, "line {line}, column {column}: {problem}"),
        }
    }
}

impl core::error::Error for FluxError {}

/// Rows of the journal; see [`Journal::flux`].
#[derive(Debug)]
pub struct FluxRows<'a> {
    store: &'a Store,
    text: String,
    pages: Pages<IntoIter<Row>>,
}

impl Iterator for FluxRows<'_> {
    type Item = Result<Row, FluxError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self { store, text, pages } = self;
        pages.next(|cursor| {
            let page = raw::flux(store.raw(), text, cursor, 0)?;
            Ok((page.rows, page.next))
        })
    }
}
