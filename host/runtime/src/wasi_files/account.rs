//! What WASI does to a tenant's tree, and the ledger that pays for it.
//!
//! Every change of a tree runs under the ledger's lock for changes, so that a size that was measured is still the size when
//! it is accounted for, whichever instance and whichever interface the change comes from. Growth is charged before it
//! happens and shrinking is released after it has happened: between the two the ledger says too much, never too little.
//!
//! A file that is removed while it is open, here or by way of `larder:store/files`, takes space until it is closed. The
//! ledger knows what is open: it releases the name at once and the bytes then.

use std::sync::Arc;

use cap_std::fs::Metadata;
use larder_engine::{FileError, FileLedger, OpenedFile, TreeChange};
use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;

/// A ledger, with refusals in the guest's words.
pub(super) struct Account {
    ledger: Arc<FileLedger>,
}

impl Account {
    pub(super) fn new(ledger: Arc<FileLedger>) -> Account {
        Account { ledger }
    }

    /// Whether both charge the same ledger.
    pub(super) fn is_same(&self, other: &Account) -> bool {
        Arc::ptr_eq(&self.ledger, &other.ledger)
    }

    /// Wait until nobody else changes the tree, and keep others from it. Only for threads that may block.
    pub(super) fn lock(&self) -> Result<Locked<'_>, ErrorCode> {
        Ok(Locked { ledger: &self.ledger, change: self.ledger.change().map_err(refusal)? })
    }
}

/// The right to change the tree and its account.
pub(super) struct Locked<'a> {
    ledger: &'a FileLedger,
    change: TreeChange<'a>,
}

impl Locked<'_> {
    /// Take note of a file that was opened.
    pub(super) fn opened(&self, metadata: &Metadata) -> OpenedFile {
        self.change.opened(metadata)
    }

    /// Charge a file or directory that is about to be made.
    pub(super) fn charge_name(&self) -> Result<(), ErrorCode> {
        self.ledger.charge_file().map_err(refusal)
    }

    /// A file or directory is gone, or was not made after all.
    pub(super) fn release_name(&self) {
        self.ledger.release_file();
    }

    /// Charge bytes that are about to be added to an open file.
    pub(super) fn grow(&self, file: &OpenedFile, bytes: u64) -> Result<(), ErrorCode> {
        self.change.grow(file, bytes).map_err(refusal)
    }

    /// An open file has lost bytes, or bytes that were charged were not added.
    pub(super) fn shrink(&self, file: &OpenedFile, bytes: u64) {
        self.change.shrink(file, bytes);
    }

    /// A name is gone; `metadata` is from just before.
    pub(super) fn name_gone(&self, metadata: &Metadata) {
        self.change.name_gone(metadata);
    }
}

fn refusal(error: FileError) -> ErrorCode {
    match error {
        FileError::QuotaExceeded { .. } => ErrorCode::Quota,
        other => {
            tracing::error!(error = %other, "charging a file failed");
            ErrorCode::Io
        }
    }
}
