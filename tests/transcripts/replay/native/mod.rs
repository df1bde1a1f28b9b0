//! The engine's API as the interpreter of transcripts sees it.

mod entries;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use larder::engine::{
    ArchiveFormat, ArchivedRow, Error, FeedItem, JournalEntry, JournalQuery, SqlError, SqlRows, SqlValue, Subscription,
    Watch, Watcher, Workspace,
};
use larder::{Store, Transaction};
use serde_json::{Value, json};

use super::ops::api::{Answer, Api, ArchiveLine, Buffer, Entries, Events, Failure, Open, Row};
use super::ops::events::event;
use super::ops::values::shown;

/// The stores of one tenant by their labels.
pub(crate) struct Native {
    pub(crate) stores: HashMap<String, Store>,
}

impl Native {
    fn store(&self, label: &str) -> Answer<&Store> {
        self.stores.get(label).ok_or_else(|| Failure::not_run(format!("there is no scope {label:?}")))
    }
}

impl Api for Native {
    fn entries(&mut self, label: &str) -> Answer<&dyn Entries> {
        Ok(self.store(label)?)
    }

    fn begin(&mut self, label: &str) -> Answer<Box<dyn Open>> {
        let transaction = self.store(label)?.begin().map_err(failure)?;
        Ok(Box::new(Inside { store: transaction.store(), transaction }))
    }

    fn watch(&mut self, label: &str, group: Option<&str>) -> Answer<Box<dyn Events>> {
        let watch = group.map_or(Watch::All, |group| Watch::Group(group.into()));
        Ok(Box::new(self.store(label)?.watch(&watch, None).map_err(failure)?))
    }

    fn on_change(&mut self, label: &str) -> Answer<Box<dyn Events>> {
        let got = Arc::new(Mutex::new(Vec::new()));
        let heard = got.clone();
        let call = move |item: &FeedItem| heard.lock().unwrap_or_else(PoisonError::into_inner).push(shown_item(item));
        let subscription = self.store(label)?.on_change(&Watch::All, call).map_err(failure)?;
        Ok(Box::new(Callback { got, _subscription: subscription }))
    }

    fn journal_append(
        &mut self,
        label: &str,
        measurement: &str,
        fields: &str,
        tags: &BTreeMap<String, String>,
    ) -> Answer<Row> {
        let entry = self.store(label)?.journal().append(measurement, fields, tags).map_err(failure)?;
        Ok(journal_row(entry))
    }

    fn journal_sql(&mut self, label: &str, statement: &str) -> Answer<Vec<Row>> {
        Ok(sql_rows(self.store(label)?.journal().sql(statement, &[]).map_err(sql_failure)?))
    }

    fn journal_flux(&mut self, label: &str, text: &str) -> Answer<Vec<Row>> {
        let journal = self.store(label)?.journal();
        let (mut rows, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = if text.is_empty() {
                journal.query(&JournalQuery { cursor, ..JournalQuery::default() })
            } else {
                journal.flux(text, cursor.as_deref(), 0)
            };
            let page = page.map_err(failure)?;
            rows.extend(page.entries.into_iter().map(journal_row));
            cursor = page.next;
            if cursor.is_none() {
                return Ok(rows);
            }
        }
    }

    fn ws_new(&mut self, label: &str, name: &str) -> Answer<Box<dyn Buffer>> {
        Ok(Box::new(self.store(label)?.workspaces().create(name).map_err(failure)?))
    }

    fn ws_recover(&mut self, label: &str) -> Answer<Vec<(String, Box<dyn Buffer>)>> {
        let workspaces = self.store(label)?.workspaces();
        let orphans = workspaces.orphans().map_err(failure)?;
        let recovered = orphans.into_iter().map(|name| Ok((name.clone(), workspaces.recover(&name).map_err(failure)?)));
        recovered.map(|one| one.map(|(name, workspace)| (name, Box::new(workspace) as Box<dyn Buffer>))).collect()
    }

    fn compact(&mut self, label: &str, before_ms: i64, format: &str) -> Answer<Option<(String, Vec<ArchiveLine>)>> {
        let archives = self.store(label)?.archives();
        let format = ArchiveFormat::parse(format).map_err(failure)?;
        let Some(compacted) = archives.compact(before_ms, format).map_err(failure)? else { return Ok(None) };
        let mut reader = archives.read(&compacted.name).map_err(failure)?;
        let mut lines = Vec::new();
        while let Some(row) = reader.next_row().map_err(failure)? {
            let ArchivedRow { bucket, measurement, fields_json, tags_json, committed_at_ms, .. } = row;
            lines.push(ArchiveLine { bucket, measurement, fields_json, tags_json, committed_at_ms });
        }
        Ok(Some((compacted.name, lines)))
    }
}

impl Events for Watcher {
    fn next(&mut self) -> Answer<Vec<Value>> {
        Ok(self.try_next(usize::MAX).map_err(failure)?.iter().map(shown_item).collect())
    }
}

/// What a callback was called with.
struct Callback {
    got: Arc<Mutex<Vec<Value>>>,
    _subscription: Subscription,
}

impl Events for Callback {
    fn next(&mut self) -> Answer<Vec<Value>> {
        Ok(std::mem::take(&mut *self.got.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn shown_item(item: &FeedItem) -> Value {
    match item {
        FeedItem::Event(item) => event(item.kind.as_str(), &item.group, &item.key, item.value.as_deref()),
        other => json!({"type": "gap", "gap": format!("{other:?}")}),
    }
}

fn journal_row(entry: JournalEntry) -> Row {
    let row = json!({
        "bucket_name": entry.bucket, "measurement": entry.measurement, "fields_json": entry.fields_json,
        "tags_json": entry.tags_json, "committed_at": entry.committed_at_ms, "archived_at": entry.archived_at_ms,
    });
    row.as_object().cloned().unwrap_or_default()
}

/// The rows of a statement as maps: of two columns with one name the last counts.
fn sql_rows(answer: SqlRows) -> Vec<Row> {
    let rows = answer.rows.into_iter().map(|row| row.into_iter().map(sql_value));
    rows.map(|row| answer.columns.iter().cloned().zip(row).collect()).collect()
}

fn sql_value(value: SqlValue) -> Value {
    match value {
        SqlValue::Null => Value::Null,
        SqlValue::Integer(number) => json!(number),
        SqlValue::Real(number) => json!(number),
        SqlValue::Text(text) => json!(text),
        SqlValue::Blob(bytes) => shown(&bytes),
    }
}

pub(crate) fn sql_failure(error: SqlError) -> Failure {
    let kind = match error {
        SqlError::Store(error) => return failure(error),
        SqlError::Statement(_) => "sqlite",
        SqlError::NotAllowed(_) => "refused",
        SqlError::Parameters { .. } => "invalid",
        _ => "limit",
    };
    Failure::new(kind, error)
}

struct Inside {
    transaction: Transaction,
    store: Store,
}

impl Open for Inside {
    fn entries(&self) -> &dyn Entries {
        &self.store
    }

    fn commit(self: Box<Self>) -> Answer<()> {
        self.transaction.commit().map(drop).map_err(failure)
    }

    fn rollback(self: Box<Self>) -> Answer<()> {
        self.transaction.rollback().map_err(failure)
    }
}

impl Buffer for Workspace {
    fn put(&mut self, kind: &str, data: &str) -> Answer<()> {
        Workspace::put(self, kind, data).map_err(failure)
    }

    fn count(&self) -> Answer<u64> {
        Workspace::count(self).map_err(failure)
    }

    fn aggregate(&self) -> Answer<BTreeMap<String, u64>> {
        Workspace::aggregate(self).map_err(failure)
    }

    fn query(&self, statement: &str) -> Answer<Vec<Row>> {
        Ok(sql_rows(Workspace::query(self, statement, &[]).map_err(sql_failure)?))
    }

    fn commit(&mut self) -> Answer<BTreeMap<String, u64>> {
        Workspace::commit(self).map_err(failure)
    }

    fn discard(&mut self) -> Answer<()> {
        Workspace::discard(self).map_err(failure)
    }

    fn close(&mut self) -> Answer<()> {
        Workspace::close(self);
        Ok(())
    }
}

/// An error by the kinds that transcripts have.
pub(crate) fn failure(error: Error) -> Failure {
    let kind = match error {
        Error::Closed => "closed",
        Error::QuotaExceeded { .. } => "quota_exceeded",
        Error::Flux { in_time: true, .. } => "flux_time",
        Error::Flux { .. } => "flux",
        Error::TemplateParse(_) | Error::TemplateExecution(_) => "template",
        // The arguments that are JSON.
        Error::InvalidArgument { argument: "fields" | "data", .. } => "json",
        Error::Corrupt { .. } => "sqlite",
        Error::WorkspaceExists { .. } => "invalid",
        Error::InvalidArgument { .. } | Error::InvalidName { .. } | Error::TooLarge { .. } => "invalid",
        _ => "other",
    };
    Failure::new(kind, error)
}
