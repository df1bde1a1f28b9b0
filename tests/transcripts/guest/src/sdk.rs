//! The SDK as the interpreter of transcripts sees it.

use std::collections::{BTreeMap, HashMap};

use larder_guest::archive::{ArchiveError, Format};
use larder_guest::bindings::journal::Tag;
use larder_guest::journal::{Filter as JournalFilter, FluxError, Row as JournalRow};
use larder_guest::sql::Value as SqlValue;
use larder_guest::workspaces::{Workspace, orphans};
use larder_guest::{Error, EventKind, Filter, Item, Store, Transaction, Watcher};
use serde_json::{Value, json};

use crate::buffers::{maps, sql_failure, ws_failure};
use crate::ops::api::{Answer, Api, ArchiveLine, Buffer, Entries, Events, Failure, Open, Row};
use crate::ops::events::event;

/// What the plugin has open.
#[derive(Default)]
pub(crate) struct Sdk {
    stores: HashMap<String, Store>,
}

impl Sdk {
    fn store(&mut self, label: &str) -> Answer<&Store> {
        if !self.stores.contains_key(label) {
            self.stores.insert(label.to_owned(), Store::open(label).map_err(failure)?);
        }
        self.stores.get(label).ok_or_else(|| Failure::not_run("the label was not granted"))
    }
}

impl Api for Sdk {
    fn entries(&mut self, label: &str) -> Answer<&dyn Entries> {
        Ok(self.store(label)?)
    }

    fn begin(&mut self, label: &str) -> Answer<Box<dyn Open>> {
        Ok(Box::new(self.store(label)?.begin().map_err(failure)?))
    }

    fn watch(&mut self, label: &str, group: Option<&str>) -> Answer<Box<dyn Events>> {
        let filter = group.map_or(Filter::All, |group| Filter::Group(group.into()));
        Ok(Box::new(self.store(label)?.watch(filter, None).map_err(failure)?))
    }

    fn on_change(&mut self, label: &str) -> Answer<Box<dyn Events>> {
        self.watch(label, None)
    }

    fn journal_append(
        &mut self,
        label: &str,
        measurement: &str,
        fields: &str,
        tags: &BTreeMap<String, String>,
    ) -> Answer<Row> {
        let tags = tags.iter().map(|(name, value)| (&**name, &**value));
        self.store(label)?.journal().append(measurement, fields, tags).map(journal_row).map_err(failure)
    }

    fn journal_sql(&mut self, label: &str, statement: &str) -> Answer<Vec<Row>> {
        let answer = self.store(label)?.journal().query(statement, [] as [SqlValue; 0]);
        Ok(maps(answer.map_err(sql_failure)?))
    }

    fn journal_flux(&mut self, label: &str, text: &str) -> Answer<Vec<Row>> {
        let journal = self.store(label)?.journal();
        if text.is_empty() {
            return journal.select(JournalFilter::new()).map(|row| row.map(journal_row).map_err(failure)).collect();
        }
        journal.flux(text).map(|row| row.map(journal_row).map_err(flux_failure)).collect()
    }

    fn ws_new(&mut self, label: &str, name: &str) -> Answer<Box<dyn Buffer>> {
        Ok(Box::new(Workspace::create(self.store(label)?, name).map_err(ws_failure)?))
    }

    fn ws_recover(&mut self, label: &str) -> Answer<Vec<(String, Box<dyn Buffer>)>> {
        let store = self.store(label)?;
        let mut recovered: Vec<(String, Box<dyn Buffer>)> = Vec::new();
        for name in orphans(store).map_err(ws_failure)? {
            let workspace = Workspace::recover(store, &name).map_err(ws_failure)?;
            recovered.push((name, Box::new(workspace)));
        }
        Ok(recovered)
    }

    fn compact(&mut self, label: &str, before_ms: i64, format: &str) -> Answer<Option<(String, Vec<ArchiveLine>)>> {
        // A guest names a format by a value of its language.
        let format = match format.trim().to_ascii_lowercase().as_str() {
            "" | "gzip" => Format::Gzip,
            "zstd" => Format::Zstd,
            _ => return Err(Failure::invalid(format!("{format:?} is no format"))),
        };
        let archives = self.store(label)?.archives();
        let Some(done) = archives.compact(before_ms, format).map_err(archive_failure)? else { return Ok(None) };
        let mut lines = Vec::new();
        for row in archives.read(&done.name).map_err(archive_failure)? {
            let row = row.map_err(archive_failure)?;
            lines.push(ArchiveLine {
                tags_json: tags_json(&row.tags),
                bucket: row.bucket,
                measurement: row.measurement,
                fields_json: row.fields,
                committed_at_ms: row.committed_at_ms,
            });
        }
        Ok(Some((done.name, lines)))
    }
}

fn journal_row(row: JournalRow) -> Row {
    let row = json!({
        "tags_json": tags_json(&row.tags), "bucket_name": row.bucket, "measurement": row.measurement,
        "fields_json": row.fields, "committed_at": row.committed_at_ms, "archived_at": row.archived_at_ms,
    });
    row.as_object().cloned().unwrap_or_default()
}

fn tags_json(tags: &[Tag]) -> String {
    let tags: serde_json::Map<String, Value> = tags.iter().map(|tag| (tag.name.clone(), json!(tag.value))).collect();
    Value::Object(tags).to_string()
}

impl Events for Watcher {
    fn next(&mut self) -> Answer<Vec<Value>> {
        Ok(self.try_next(0).map_err(failure)?.iter().map(shown).collect())
    }
}

fn shown(item: &Item) -> Value {
    match item {
        Item::Event(item) => {
            let kind = match item.kind {
                EventKind::Set => "set",
                EventKind::Touch => "touch",
                EventKind::Delete => "delete",
                EventKind::DeleteGroup => "delete_group",
                EventKind::Expire => "expire",
            };
            event(kind, &item.group, &item.key, item.value.as_deref())
        }
        Item::Gap(gap) => json!({"type": "gap", "from": gap.from, "to": gap.to}),
    }
}

impl Open for Transaction {
    fn entries(&self) -> &dyn Entries {
        &**self
    }

    fn commit(self: Box<Self>) -> Answer<()> {
        Transaction::commit(*self).map(drop).map_err(failure)
    }

    fn rollback(self: Box<Self>) -> Answer<()> {
        Transaction::rollback(*self).map_err(failure)
    }
}

/// An error by the kinds that transcripts have.
pub(crate) fn failure(error: Error) -> Failure {
    let kind = match &error {
        Error::Closed => "closed",
        Error::QuotaExceeded { .. } => "quota_exceeded",
        Error::TemplateParse(_) | Error::TemplateExecution(_) => "template",
        // The arguments that are JSON.
        Error::InvalidArgument(text) if text.starts_with("fields") || text.starts_with("data") => "json",
        Error::InvalidArgument(_) | Error::TooLarge { .. } => "invalid",
        Error::Json(_) => "json",
        Error::Unavailable => "unavailable",
        _ => "other",
    };
    Failure::new(kind, error)
}

fn flux_failure(error: FluxError) -> Failure {
    match error {
        FluxError::Store(error) => failure(error),
        // A guest has the text alone to tell by.
        FluxError::Flux { ref problem, .. } if problem.contains(" time") || problem.contains("nanoseconds") => {
            Failure::new("flux_time", error)
        }
        _ => Failure::new("flux", error),
    }
}

fn archive_failure(error: ArchiveError) -> Failure {
    match error {
        ArchiveError::Store(error) => failure(error),
        ArchiveError::Damaged(_) => Failure::new("sqlite", error),
        _ => Failure::new("other", error),
    }
}
