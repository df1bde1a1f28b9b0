//! What the operations of a transcript need of a store: the engine's API natively, the SDK in a guest.

use serde_json::{Value, json};

/// Why an operation was refused, by the kinds that transcripts have.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

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
}
