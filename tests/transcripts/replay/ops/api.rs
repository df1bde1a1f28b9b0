//! What the operations of a transcript need of a store: the engine's API natively, the SDK in a guest.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Why an operation was refused, by the kinds that transcripts have.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

/// A row of an answer.
pub(crate) type Row = Map<String, Value>;

pub(crate) type Answer<T> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(kind: &'static str, text: impl ToString) -> Failure {
        Failure { kind, text: text.to_string() }
    }

    /// The types of the API do not let a caller ask for this.
    pub(crate) fn invalid(text: impl ToString) -> Failure {
        Failure::new("invalid", text)
    }

    /// The replay does not know the operation, or not with these arguments.
    pub(crate) fn not_run(text: impl ToString) -> Failure {
        Failure::new("not_run", text)
    }

    pub(crate) fn outcome(&self) -> Value {
        json!({"error_kind": self.kind, "error": self.text})
    }
}

/// The operations on entries, of a store or inside a transaction.
pub(crate) trait Entries {
    fn get(&self, group: &str, key: &str) -> Answer<Option<Vec<u8>>>;
    fn set(&self, group: &str, key: &str, value: &[u8]) -> Answer<()>;
    fn set_with_ttl(&self, group: &str, key: &str, value: &[u8], ttl_ms: u64) -> Answer<()>;
    fn exists(&self, group: &str, key: &str) -> Answer<bool>;
    fn group_exists(&self, group: &str) -> Answer<bool>;
    fn count(&self, group: &str) -> Answer<u64>;
    fn count_all(&self, prefix: &str) -> Answer<u64>;
    fn delete(&self, group: &str, key: &str) -> Answer<()>;
    fn delete_group(&self, group: &str) -> Answer<()>;
    fn delete_prefix(&self, prefix: &str) -> Answer<()>;
    /// Every entry of a group, in order.
    fn all(&self, group: &str) -> Answer<Vec<(String, Vec<u8>)>>;
    /// May answer fewer than `limit`; none only when there are no more.
    fn page(&self, group: &str, offset: u64, limit: u32) -> Answer<Vec<(String, Vec<u8>)>>;
    fn groups(&self, prefix: &str) -> Answer<Vec<String>>;
    fn purge_expired(&self) -> Answer<u64>;
    fn get_split(&self, group: &str, key: &str, separator: &[u8]) -> Answer<Option<Vec<Vec<u8>>>>;
    fn get_fields(&self, group: &str, key: &str) -> Answer<Option<Vec<Vec<u8>>>>;
    fn render(&self, group: &str, template: &str) -> Answer<Vec<u8>>;
}

/// What a watcher or a callback gets.
pub(crate) trait Events {
    /// What has come since, in order; empty when there is nothing.
    fn next(&mut self) -> Answer<Vec<Value>>;
}

/// A workspace.
pub(crate) trait Buffer {
    fn put(&mut self, kind: &str, data: &str) -> Answer<()>;
    fn count(&self) -> Answer<u64>;
    fn aggregate(&self) -> Answer<BTreeMap<String, u64>>;
    fn query(&self, statement: &str) -> Answer<Vec<Row>>;
    fn commit(&mut self) -> Answer<BTreeMap<String, u64>>;
    fn discard(&mut self) -> Answer<()>;
    fn close(&mut self) -> Answer<()>;
}

/// A row of an archive.
pub(crate) struct ArchiveLine {
    pub(crate) bucket: String,
    pub(crate) measurement: String,
    pub(crate) fields_json: String,
    pub(crate) tags_json: String,
    pub(crate) committed_at_ms: i64,
}

/// A transaction that is open.
pub(crate) trait Open {
    fn entries(&self) -> &dyn Entries;
    fn commit(self: Box<Self>) -> Answer<()>;
    fn rollback(self: Box<Self>) -> Answer<()>;
}

/// A store and all that belongs to it.
pub(crate) trait Api {
    /// The scope that a label stands for.
    fn entries(&mut self, label: &str) -> Answer<&dyn Entries>;
    fn begin(&mut self, label: &str) -> Answer<Box<dyn Open>>;
    /// Watch one group, or everything.
    fn watch(&mut self, label: &str, group: Option<&str>) -> Answer<Box<dyn Events>>;
    /// Be called for everything; a guest, which nobody can call, watches.
    fn on_change(&mut self, label: &str) -> Answer<Box<dyn Events>>;
    /// Answers the row with the columns of the reference.
    fn journal_append(
        &mut self,
        label: &str,
        measurement: &str,
        fields: &str,
        tags: &BTreeMap<String, String>,
    ) -> Answer<Row>;
    fn journal_sql(&mut self, label: &str, statement: &str) -> Answer<Vec<Row>>;
    fn journal_flux(&mut self, label: &str, text: &str) -> Answer<Vec<Row>>;
    fn ws_new(&mut self, label: &str, name: &str) -> Answer<Box<dyn Buffer>>;
    /// Those that were left over, by name.
    fn ws_recover(&mut self, label: &str) -> Answer<Vec<(String, Box<dyn Buffer>)>>;
    /// The name of the archive that was written, and what is in it.
    fn compact(&mut self, label: &str, before_ms: i64, format: &str) -> Answer<Option<(String, Vec<ArchiveLine>)>>;
}
