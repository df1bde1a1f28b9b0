//! What WASI does to a tenant's tree, and the ledger that pays for it.
//!
//! Every change of a tree runs under the ledger's lock for changes, so that a size that was measured is still the size when
//! it is accounted for, whichever instance and whichever interface the change comes from. Growth is charged before it
//! happens and shrinking is released after it has happened: between the two the ledger says too much, never too little.
//!
//! A file that is removed while descriptors are open on it takes space until the last of them is closed. Its name is
//! released at once and its bytes then.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak},
};

use cap_fs_ext::MetadataExt as _;
use cap_std::fs::Metadata;
use larder_engine::{FileError, FileLedger, TreeChange};
use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;

/// Which file this is, whatever its name. It stays the file's own as long as the file is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    pub(super) fn of(metadata: &Metadata) -> FileId {
        FileId { device: metadata.dev(), inode: metadata.ino() }
    }
}

/// The accounts that some instance uses, by the address of their ledger. An account keeps its ledger, so that no other
/// ledger can have the address as long as the account is there.
static ACCOUNTS: LazyLock<Mutex<HashMap<usize, Weak<Account>>>> = LazyLock::new(Mutex::default);

/// A ledger, and what is open in its tree.
pub(super) struct Account {
    ledger: Arc<FileLedger>,
    open: Mutex<HashMap<FileId, Open>>,
}

/// A file that is open.
#[derive(Default)]
struct Open {
    descriptors: usize,
    /// Bytes still charged for it, once its last name is gone.
    nameless: Option<u64>,
}

impl Account {
    /// The account over a ledger, the same for all who have the ledger.
    pub(super) fn of(ledger: &Arc<FileLedger>) -> Arc<Account> {
        let mut accounts = lock(&ACCOUNTS);
        let key = address(ledger);
        if let Some(account) = accounts.get(&key).and_then(Weak::upgrade) {
            return account;
        }
        let account = Arc::new(Account { ledger: Arc::clone(ledger), open: Mutex::default() });
        accounts.insert(key, Arc::downgrade(&account));
        account
    }

    /// Wait until nobody else changes the tree, and keep others from it. Only for threads that may block.
    pub(super) fn lock(&self) -> Result<Locked<'_>, ErrorCode> {
        Ok(Locked { account: self, _change: self.ledger.change().map_err(refusal)? })
    }

    /// A descriptor on the file was closed.
    pub(super) fn closed(&self, file: FileId) {
        let mut open = lock(&self.open);
        let Some(entry) = open.get_mut(&file) else { return };
        entry.descriptors = entry.descriptors.saturating_sub(1);
        if entry.descriptors == 0 {
            let charged = entry.nameless.unwrap_or(0);
            open.remove(&file);
            self.ledger.release_detached(charged);
        }
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let mut accounts = lock(&ACCOUNTS);
        let key = address(&self.ledger);
        // Since the last reference went, someone may have made the account anew.
        if accounts.get(&key).is_some_and(|account| account.strong_count() == 0) {
            accounts.remove(&key);
        }
    }
}

/// The right to change the tree and its account.
pub(super) struct Locked<'a> {
    account: &'a Account,
    _change: TreeChange<'a>,
}

impl Locked<'_> {
    /// A descriptor on the file was opened.
    pub(super) fn opened(&self, file: FileId) {
        lock(&self.account.open).entry(file).or_default().descriptors += 1;
    }

    /// Charge a file or directory that is about to be made.
    pub(super) fn charge_name(&self) -> Result<(), ErrorCode> {
        self.account.ledger.charge_file().map_err(refusal)
    }

    /// A file or directory is gone, or was not made after all.
    pub(super) fn release_name(&self) {
        self.account.ledger.release_file();
    }

    /// Charge bytes that are about to be added to an open file.
    pub(super) fn grow(&self, file: FileId, bytes: u64) -> Result<(), ErrorCode> {
        let ledger = &self.account.ledger;
        match lock(&self.account.open).get_mut(&file).and_then(|open| open.nameless.as_mut()) {
            None => ledger.charge_bytes(bytes).map_err(refusal),
            Some(charged) => {
                ledger.charge_detached(bytes).map_err(refusal)?;
                *charged = charged.saturating_add(bytes);
                Ok(())
            }
        }
    }

    /// An open file has lost bytes, or bytes that were charged were not added.
    pub(super) fn shrink(&self, file: FileId, bytes: u64) {
        let ledger = &self.account.ledger;
        match lock(&self.account.open).get_mut(&file).and_then(|open| open.nameless.as_mut()) {
            None => ledger.release_bytes(bytes),
            Some(charged) => {
                let released = bytes.min(*charged);
                *charged -= released;
                ledger.release_detached(released);
            }
        }
    }

    /// A name is gone; `metadata` is from just before.
    pub(super) fn name_gone(&self, metadata: &Metadata) {
        self.release_name();
        if !metadata.is_file() {
            return;
        }
        match lock(&self.account.open).get_mut(&FileId::of(metadata)) {
            // A file that has further names is counted under each of them, and this one is over.
            Some(open) if metadata.nlink() == 1 => {
                open.nameless = Some(metadata.len());
                self.account.ledger.detach_bytes(metadata.len());
            }
            _ => self.account.ledger.release_bytes(metadata.len()),
        }
    }

    /// Whether an open file without a name is still paid for. One that was removed by other ways than WASI is not.
    pub(super) fn is_paid_for(&self, file: FileId) -> bool {
        lock(&self.account.open).get(&file).is_some_and(|open| open.nameless.is_some())
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

fn address(ledger: &Arc<FileLedger>) -> usize {
    Arc::as_ptr(ledger).addr()
}

/// What the locks guard is whole at any time, so that a panic elsewhere takes nothing from it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
