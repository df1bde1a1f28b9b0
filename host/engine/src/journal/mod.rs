//! The journal: finished units of work, appended once and read by time.

mod append;
pub(crate) mod condition;
mod config;
mod entry;
mod flux;
pub(crate) mod json;
mod query;
mod selection;

use std::collections::BTreeMap;

pub use config::JournalConfig;
pub use entry::{FieldValue, JournalEntry, JournalPage, JournalQuery};
pub(crate) use selection::Selection;

use crate::{Error, Result, SqlError, SqlRows, SqlValue, Store};

/// The journal of a scope: what it finished, when, with what result. Got by [`Store::journal`].
///
/// A scope sees its own rows, the whole tenant all. In a transaction, rows become part of it.
///
/// ```
/// use larder_engine::{Config, JournalQuery, Larder, TenantId};
/// # fn main() -> larder_engine::Result<()> {
/// # let root = tempfile::tempdir().unwrap();
/// let larder = Larder::open(root.path().join("data"), Config::new())?;
/// let journal = larder.tenant(&TenantId::parse("acme")?).store().journal();
/// journal.append("import", r#"{"rows": 12, "ok": true}"#, &[("source".into(), "crm".into())].into())?;
/// let page = journal.query(&JournalQuery { measurement: Some("import".into()), ..JournalQuery::default() })?;
/// assert_eq!(page.entries[0].fields_json, r#"{"ok":true,"rows":12}"#);
/// let page = journal.flux(r#"range(start: -1h) |> filter(fn: (r) => r.rows > 10 and r.source == "crm")"#, None, 0)?;
/// assert_eq!(page.entries.len(), 1);
/// # Ok(())
/// # }
/// ```
///
/// # Flux
/// ```text
/// query     = stage { "|>" stage } | condition { "|>" stage }
/// stage     = from(bucket: "b") | range(start: time [, stop: time]) | filter(fn: (r) => condition)
/// condition = r.name or r["name"], compared by == != < <= > >= with a string, a number, true or false;
///             "and", "or", "not" and parentheses between them
/// time      = -24h | 1h30m | -5d | now() | 2026-01-31T00:00:00Z, each also quoted or in time(v: ...)
/// ```
/// `_measurement` and `_bucket` are the row's own; any other name is a tag or a field for a string, and a field for a number
/// or truth value, where true is 1. A string is equal to a field that has its text. A row without anything of that name meets
/// neither a comparison nor its negation. All else of Flux is refused with its place.
#[derive(Clone)]
pub struct Journal {
    store: Store,
}

/// A moment as a [`range`](Journal#flux) takes one, in milliseconds since the epoch: `now()`, a time of RFC 3339, or a duration
/// from now such as `-24h`, `1h30m` or `-5d`.
///
/// # Errors
/// [`Error::InvalidArgument`] for anything else.
///
/// ```
/// assert_eq!(larder_engine::moment("-1h30m", 10_000_000)?, 4_600_000);
/// assert_eq!(larder_engine::moment("1970-01-01T00:00:01Z", 0)?, 1_000);
/// assert!(larder_engine::moment("yesterday", 0).is_err());
/// # Ok::<(), larder_engine::Error>(())
/// ```
pub fn moment(text: &str, now_ms: i64) -> Result<i64> {
    flux::moment(text.trim(), now_ms).map_err(|problem| Error::InvalidArgument {
        argument: "time",
        rule: format!("{} {problem}", crate::error::shown(text)),
    })
}

impl Store {
    /// The journal of the scope.
    pub fn journal(&self) -> Journal {
        Journal { store: self.clone() }
    }
}

impl Journal {
    /// Append a row: [`Update::journal_append`](crate::Update::journal_append) in a transaction of its own.
    ///
    /// # Errors
    /// Those of that function and of [`Store::update`].
    pub fn append(&self, measurement: &str, fields: &str, tags: &BTreeMap<String, String>) -> Result<JournalEntry> {
        self.store.update(|update| update.journal_append(measurement, fields, tags))
    }

    /// Rows by a typed filter: [`View::journal`](crate::View::journal).
    ///
    /// # Errors
    /// Those of that function and of [`Store::view`].
    pub fn query(&self, query: &JournalQuery) -> Result<JournalPage> {
        self.store.view(|view| view.journal(query))
    }

    /// Rows by a Flux text: [`View::journal_flux`](crate::View::journal_flux).
    ///
    /// # Errors
    /// Those of that function and of [`Store::view`].
    pub fn flux(&self, text: &str, cursor: Option<&str>, limit: u32) -> Result<JournalPage> {
        self.store.view(|view| view.journal_flux(text, cursor, limit))
    }

    /// Rows by a statement of SQL that reads: SELECT, WITH, VALUES or EXPLAIN. It sees the rows of the scope as the tables
    /// `journal_entries` and `journal`, with the columns `entry_id`, `bucket_name`, `measurement`, `fields_json`,
    /// `tags_json`, `committed_at` and `archived_at` (milliseconds since the epoch), and nothing else. In a transaction it
    /// sees what was committed before.
    ///
    /// # Errors
    /// [`SqlError::NotAllowed`] for anything else than reading these, a wrong statement, an answer or a time beyond the
    /// [limits](crate::Limits), and those of [`Store::view`].
    ///
    /// ```
    /// # use larder_engine::{Config, Larder, SqlValue, TenantId};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let root = tempfile::tempdir()?;
    /// # let larder = Larder::open(root.path().join("data"), Config::new())?;
    /// let journal = larder.tenant(&TenantId::parse("acme")?).store().journal();
    /// journal.append("import", r#"{"rows": 12}"#, &[].into())?;
    /// let sql = "SELECT fields_json ->> 'rows' AS rows FROM journal WHERE measurement = ?";
    /// let answer = journal.sql(sql, &[SqlValue::Text("import".into())])?;
    /// assert_eq!(answer.rows, [[SqlValue::Integer(12)]]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn sql(&self, statement: &str, parameters: &[SqlValue]) -> Result<SqlRows, SqlError> {
        self.store.journal_sql(statement, parameters)
    }

    /// [`Journal::sql`] for tasks: waits without holding a thread.
    ///
    /// # Errors
    /// Those of [`Journal::sql`].
    pub async fn sql_async(&self, statement: String, parameters: Vec<SqlValue>) -> Result<SqlRows, SqlError> {
        self.store.journal_sql_async(statement, parameters).await
    }
}
