//! The SDK as the interpreter of transcripts sees it.

use std::collections::{BTreeMap, HashMap};

use larder_guest::workspaces::{Workspace, orphans};
use larder_guest::{Error, EventKind, Filter, Item, Store, Transaction, Watcher};
use serde_json::{Value, json};

use crate::buffers::ws_failure;
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
        _label: &str,
        _measurement: &str,
        _fields: &str,
        _tags: &BTreeMap<String, String>,
    ) -> Answer<Row> {
        Err(Failure::not_run("guests have no journal yet"))
    }

    fn journal_sql(&mut self, _label: &str, _statement: &str) -> Answer<Vec<Row>> {
        Err(Failure::not_run("guests have no journal yet"))
    }

    fn journal_flux(&mut self, _label: &str, _text: &str) -> Answer<Vec<Row>> {
        Err(Failure::not_run("guests have no journal yet"))
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

    fn compact(&mut self, _label: &str, _before: i64, _format: &str) -> Answer<Option<(String, Vec<ArchiveLine>)>> {
        Err(Failure::not_run("guests have no archives yet"))
    }
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
