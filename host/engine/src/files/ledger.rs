//! The account of bytes and files of a tenant's tree.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cap_std::fs::Dir;

use super::{FileError, FileQuotaKind, FileResult, FileUsage, open_files::OpenFiles, walk};
use crate::{FileQuota, config::OwnFaults, sandbox::OwnerLock, telemetry::Meters};

/// The account of bytes and files of one tenant's tree, shared by all who write to it.
///
/// Charge before something is written and release after it is gone: so the account never says too little, and writers at
/// the same time never pass the quota together. The tree is counted once, when that is first needed; what changes it
/// from outside is not noticed until a [`recount`](FileLedger::recount). As long as somebody holds it and
/// the root is not [closed](crate::Larder::close), the tenant is not given to another owner.
#[derive(Debug)]
pub struct FileLedger {
    tree: Tree,
    quota: FileQuota,
    account: Mutex<Account>,
    /// Locked before the account where both are.
    open: Mutex<OpenFiles>,
    change: Mutex<()>,
    /// Nobody else may own the tenant while its files are in use. `None` once they are closed.
    owner: Mutex<Option<Arc<OwnerLock>>>,
}

/// The tree, and what goes with it.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) files: Dir,
    pub(super) temporary: Arc<Dir>,
    /// Largest file that is read at once.
    pub(super) read_bytes: u64,
    /// How reading piece by piece is made to fail.
    pub(super) read_faults: OwnFaults,
    pub(super) meters: Meters,
}

#[derive(Debug, Default)]
struct Account {
    /// What is in the tree; `None` until it was counted.
    tree: Option<Amount>,
    /// What is reserved for files that are still being written elsewhere, and for those that are open without a name.
    reserved: Amount,
}

/// So many bytes in so many files and directories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) bytes: u64,
    pub(super) files: u64,
}

impl Amount {
    pub(super) fn plus(self, other: Amount) -> Amount {
        Amount { bytes: self.bytes.saturating_add(other.bytes), files: self.files.saturating_add(other.files) }
    }

    pub(super) fn minus(self, other: Amount) -> Amount {
        Amount { bytes: self.bytes.saturating_sub(other.bytes), files: self.files.saturating_sub(other.files) }
    }
}

/// The right to change a tree. Nobody else changes it until this is dropped.
#[derive(Debug)]
pub struct TreeChange<'a> {
    pub(super) ledger: &'a Arc<FileLedger>,
    _held: MutexGuard<'a, ()>,
}

impl FileLedger {
    pub(super) fn new(tree: Tree, owner: Arc<OwnerLock>, quota: FileQuota) -> FileLedger {
        FileLedger {
            tree,
            quota,
            account: Mutex::default(),
            open: Mutex::default(),
            change: Mutex::default(),
            owner: Mutex::new(Some(owner)),
        }
    }

    /// Let the tenant go, once a change under way is done. All later ones answer [`FileError::Closed`].
    pub(super) fn close(&self) {
        let _held = locked(&self.change);
        *locked(&self.owner) = None;
    }

    pub(super) fn not_closed(&self) -> FileResult<()> {
        if locked(&self.owner).is_some() { Ok(()) } else { Err(FileError::Closed) }
    }

    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Wait until nobody else changes the tree, and keep others from it. Who measures something in the tree to charge or
    /// release it does so while holding this. The tree has been counted when it is given.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] if the tree could not be counted; [`FileError::Closed`].
    pub fn change(self: &Arc<Self>) -> FileResult<TreeChange<'_>> {
        let held = self.hold_still();
        self.not_closed()?;
        self.in_tree(&mut locked(&self.account))?;
        Ok(held)
    }

    /// The same for who only opens something: the tree need not have been counted.
    pub(super) fn hold_still(self: &Arc<Self>) -> TreeChange<'_> {
        TreeChange { ledger: self, _held: locked(&self.change) }
    }

    pub(super) fn open_files(&self) -> MutexGuard<'_, OpenFiles> {
        locked(&self.open)
    }

    /// Charge bytes that are about to be added to the tree.
    ///
    /// # Errors
    ///
    /// [`FileError::QuotaExceeded`], and then nothing is charged; [`FileError::Io`] if the tree could not be counted.
    pub fn charge_bytes(&self, bytes: u64) -> FileResult<()> {
        self.charge(Amount { bytes, files: 0 })
    }

    /// Release bytes that are no longer in the tree.
    pub fn release_bytes(&self, bytes: u64) {
        self.release(Amount { bytes, files: 0 });
    }

    /// Charge one file or directory that is about to be made.
    ///
    /// # Errors
    ///
    /// [`FileError::QuotaExceeded`], and then nothing is charged; [`FileError::Io`] if the tree could not be counted.
    pub fn charge_file(&self) -> FileResult<()> {
        self.charge(Amount { bytes: 0, files: 1 })
    }

    /// Release one file or directory that is no longer there.
    pub fn release_file(&self) {
        self.release(Amount { bytes: 0, files: 1 });
    }

    /// Take bytes out of the tree that stay on the disk: those of a file whose last name is gone while it is open. They
    /// stay charged, through a [`recount`](FileLedger::recount) too.
    pub(super) fn detach_bytes(&self, bytes: u64) {
        let bytes = Amount { bytes, files: 0 };
        let mut account = locked(&self.account);
        account.tree = account.tree.map(|tree| tree.minus(bytes));
        account.reserved = account.reserved.plus(bytes);
    }

    /// Release bytes that a file without a name no longer has.
    pub(super) fn release_detached(&self, bytes: u64) {
        self.settle(Amount { bytes, files: 0 }, Amount::default(), Amount::default());
    }

    /// What is in use, and the limits. Files that are being written are included, and the bytes of those that were removed but
    /// are still open.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] if the tree could not be counted.
    pub fn usage(&self) -> FileResult<FileUsage> {
        let used = self.used(&mut locked(&self.account))?;
        Ok(FileUsage { bytes: used.bytes, max_bytes: self.quota.bytes, files: used.files, max_files: self.quota.files })
    }

    /// Count the tree anew, for when something else than larder changed it.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] if the tree could not be counted; the account then stays as it was.
    pub fn recount(&self) -> FileResult<FileUsage> {
        {
            let _held = locked(&self.change);
            self.not_closed()?;
            let mut account = locked(&self.account);
            account.tree = Some(self.count()?);
        }
        self.usage()
    }

    fn charge(&self, amount: Amount) -> FileResult<()> {
        let mut account = locked(&self.account);
        self.check(&mut account, amount)?;
        let tree = self.in_tree(&mut account)?;
        account.tree = Some(tree.plus(amount));
        Ok(())
    }

    fn release(&self, amount: Amount) {
        let mut account = locked(&self.account);
        // A tree that was not counted yet will be counted without it.
        account.tree = account.tree.map(|tree| tree.minus(amount));
    }

    /// Charge what is not in the tree yet.
    pub(super) fn reserve(&self, amount: Amount) -> FileResult<()> {
        let mut account = locked(&self.account);
        self.check(&mut account, amount)?;
        account.reserved = account.reserved.plus(amount);
        Ok(())
    }

    /// End a reservation: `added` is in the tree now and `removed` no longer, both at once.
    pub(super) fn settle(&self, reserved: Amount, added: Amount, removed: Amount) {
        let mut account = locked(&self.account);
        account.reserved = account.reserved.minus(reserved);
        account.tree = account.tree.map(|tree| tree.plus(added).minus(removed));
    }

    fn check(&self, account: &mut Account, amount: Amount) -> FileResult<()> {
        self.not_closed()?;
        let used = self.used(account)?;
        for (quota, used, more, limit) in [
            (FileQuotaKind::Bytes, used.bytes, amount.bytes, self.quota.bytes),
            (FileQuotaKind::Files, used.files, amount.files, self.quota.files),
        ] {
            if let Some(limit) = limit
                && more > 0
                && used.saturating_add(more) > limit
            {
                return Err(FileError::QuotaExceeded { quota, used, limit });
            }
        }
        Ok(())
    }

    fn used(&self, account: &mut Account) -> FileResult<Amount> {
        Ok(self.in_tree(account)?.plus(account.reserved))
    }

    fn in_tree(&self, account: &mut Account) -> FileResult<Amount> {
        match account.tree {
            Some(tree) => Ok(tree),
            None => Ok(*account.tree.insert(self.count()?)),
        }
    }

    fn count(&self) -> FileResult<Amount> {
        let (bytes, files) = walk::count(&self.tree.files)?;
        Ok(Amount { bytes, files })
    }
}

/// What the locks guard is whole at any time, so that a panic elsewhere takes nothing from it.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
