//! What lies in the resource table for each resource of the contract.

use std::{
    fmt,
    sync::{Arc, Weak},
    vec,
};

use larder_engine::{
    self as engine, ArchiveReader, Archives, FileReader, FileWriter, Files, SqlValue, Store, TenantId, Transaction,
    Watcher, Workspace,
};

/// The host's side of the resource `store`.
#[derive(Clone)]
pub struct StoreHandle {
    pub(crate) store: Arc<Store>,
    pub(crate) label: Arc<str>,
    pub(crate) in_transaction: bool,
}

/// The host's side of the resource `transaction`.
pub struct TransactionHandle {
    pub(crate) transaction: Arc<Transaction>,
    pub(crate) tenant: TenantId,
    pub(crate) label: Arc<str>,
}

/// The host's side of the resource `watcher`.
pub struct WatcherHandle {
    /// `None` only while a read is under way.
    pub(crate) watcher: Option<Watcher>,
    pub(crate) origin: Origin,
}

/// The host's side of the resource `directory`.
#[derive(Clone)]
pub struct DirectoryHandle {
    pub(crate) files: Files,
    pub(crate) origin: Origin,
}

/// The host's side of the resource `reader`.
pub struct ReaderHandle {
    /// `None` only while a read is under way on another thread.
    pub(crate) reader: Option<FileReader>,
    pub(crate) origin: Origin,
}

/// The host's side of the resource `writer`.
pub struct WriterHandle {
    /// `None` only while a write is under way on another thread.
    pub(crate) writer: Option<FileWriter>,
    pub(crate) origin: Origin,
}

/// The host's side of the resource `workspace`.
#[derive(Clone)]
pub struct WorkspaceHandle {
    pub(crate) workspace: Workspace,
    pub(crate) origin: Origin,
}

/// The host's side of the resource `rows`.
pub struct RowsHandle {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: vec::IntoIter<Vec<SqlValue>>,
}

/// The host's side of the resource `reader` of archives.
pub struct ArchiveReaderHandle {
    /// `None` only while a read is under way on another thread.
    pub(crate) reader: Option<ArchiveReader>,
    /// What ended the last page, and is the answer to what comes next.
    pub(crate) ended: Option<engine::Error>,
    pub(crate) archives: Archives,
    pub(crate) origin: Origin,
}

/// Whose data a handle is about, for the host's log.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) tenant: TenantId,
    pub(crate) label: Arc<str>,
}

/// The transactions that one instance has open.
#[derive(Default)]
pub(crate) struct OpenTransactions(Vec<(TenantId, Weak<Transaction>)>);

impl OpenTransactions {
    /// Remember a transaction that was begun.
    pub(crate) fn add(&mut self, tenant: TenantId, transaction: &Arc<Transaction>) {
        self.0.retain(|(_, other)| is_open(other));
        self.0.push((tenant, Arc::downgrade(transaction)));
    }

    /// Whether one of them is still open on `tenant`.
    pub(crate) fn has(&self, tenant: &TenantId) -> bool {
        self.0.iter().any(|(of, transaction)| of == tenant && is_open(transaction))
    }
}

/// The streams of changes that one instance has open. Their ends lie in the wasmtime store, and go without a look at the
/// instance's state: each has a place here, and gives it back by being dropped.
#[derive(Debug, Default)]
pub(crate) struct OpenStreams(Arc<()>);

/// What a stream holds while it is open.
pub(crate) struct StreamPlace {
    _place: Arc<()>,
}

impl OpenStreams {
    /// How many there are.
    pub(crate) fn number(&self) -> u32 {
        u32::try_from(Arc::strong_count(&self.0).saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// A place for one more.
    pub(crate) fn add(&self) -> StreamPlace {
        StreamPlace { _place: self.0.clone() }
    }
}

fn is_open(transaction: &Weak<Transaction>) -> bool {
    transaction.upgrade().is_some_and(|transaction| transaction.is_open())
}

impl fmt::Debug for StoreHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreHandle")
            .field("label", &self.label)
            .field("in_transaction", &self.in_transaction)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TransactionHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionHandle").field("label", &self.label).finish_non_exhaustive()
    }
}

impl fmt::Debug for WatcherHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatcherHandle").field("label", &self.origin.label).finish_non_exhaustive()
    }
}

impl fmt::Debug for DirectoryHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectoryHandle").field("label", &self.origin.label).finish_non_exhaustive()
    }
}

impl fmt::Debug for ReaderHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReaderHandle").field("label", &self.origin.label).finish_non_exhaustive()
    }
}

impl fmt::Debug for WriterHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriterHandle").field("label", &self.origin.label).finish_non_exhaustive()
    }
}

impl fmt::Debug for WorkspaceHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkspaceHandle").field("label", &self.origin.label).finish_non_exhaustive()
    }
}

impl fmt::Debug for RowsHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowsHandle").field("remaining", &self.rows.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for ArchiveReaderHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArchiveReaderHandle").field("label", &self.origin.label).finish_non_exhaustive()
    }
}
