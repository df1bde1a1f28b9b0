//! Files that are open, and the bytes of those that lose their last name meanwhile.
//!
//! Such a file stays on the disk until it is closed by the last who has it open. Its name is released at once and its bytes
//! then.

use std::{
    collections::{HashMap, hash_map},
    sync::Arc,
};

use cap_fs_ext::MetadataExt;
use cap_std::fs::Metadata;

use super::{FileLedger, FileResult, TreeChange, ledger::Amount, walk};

/// Which file this is, whatever its name. It stays the file's own as long as the file is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// Which file the facts are of.
    pub fn of(metadata: &Metadata) -> FileId {
        FileId { device: metadata.dev(), inode: metadata.ino() }
    }
}

/// The files of a tree that are open, by whichever interface.
#[derive(Debug, Default)]
pub(super) struct OpenFiles(HashMap<FileId, Open>);

#[derive(Debug, Default)]
struct Open {
    handles: usize,
    /// Bytes still charged for it, once its last name is gone.
    nameless: Option<u64>,
}

impl OpenFiles {
    /// The bytes that the file is charged for without a name; `None` if it has one.
    fn nameless(&mut self, file: FileId) -> Option<&mut u64> {
        self.0.get_mut(&file)?.nameless.as_mut()
    }

    /// What is open and has no other name than the one that these facts were found under.
    fn last_named(&mut self, metadata: &Metadata) -> Option<&mut Open> {
        // A file that has further names is counted under each of them, and loses only this one.
        if metadata.is_file() && metadata.nlink() == 1 { self.0.get_mut(&FileId::of(metadata)) } else { None }
    }

    /// One handle less; answers the bytes that nobody keeps on the disk any more.
    fn close(&mut self, file: FileId) -> u64 {
        let hash_map::Entry::Occupied(mut entry) = self.0.entry(file) else { return 0 };
        entry.get_mut().handles = entry.get().handles.saturating_sub(1);
        if entry.get().handles > 0 { 0 } else { entry.remove().nameless.unwrap_or(0) }
    }
}

/// The account's knowledge that a file is open.
///
/// Drop it before the file is closed: afterwards another file may be known by the same [`FileId`].
#[derive(Debug)]
pub struct OpenedFile {
    ledger: Arc<FileLedger>,
    id: FileId,
}

impl OpenedFile {
    /// Whether the file is charged although its last name is gone. One that another program has removed is not: its bytes
    /// leave the account with the next recount.
    pub fn is_paid_for(&self) -> bool {
        self.ledger.open_files().nameless(self.id).is_some()
    }
}

impl Drop for OpenedFile {
    fn drop(&mut self) {
        let mut open = self.ledger.open_files();
        let bytes = open.close(self.id);
        self.ledger.release_detached(bytes);
    }
}

impl TreeChange<'_> {
    /// Take note of a file in the tree that has been opened since the change began.
    pub fn opened(&self, metadata: &Metadata) -> OpenedFile {
        let ledger = Arc::clone(self.ledger);
        let id = FileId::of(metadata);
        ledger.open_files().0.entry(id).or_default().handles += 1;
        OpenedFile { ledger, id }
    }

    /// Charge bytes that are about to be added to an open file, with or without a name.
    ///
    /// # Errors
    ///
    /// As [`FileLedger::charge_bytes`].
    pub fn grow(&self, file: &OpenedFile, bytes: u64) -> FileResult<()> {
        match self.ledger.open_files().nameless(file.id) {
            None => self.ledger.charge_bytes(bytes),
            Some(charged) => {
                self.ledger.reserve(Amount { bytes, files: 0 })?;
                *charged = charged.saturating_add(bytes);
                Ok(())
            }
        }
    }

    /// Release bytes that an open file has lost, or that it was charged for and has not got.
    pub fn shrink(&self, file: &OpenedFile, bytes: u64) {
        match self.ledger.open_files().nameless(file.id) {
            None => self.ledger.release_bytes(bytes),
            Some(charged) => {
                let released = bytes.min(*charged);
                *charged -= released;
                self.ledger.release_detached(released);
            }
        }
    }

    /// Release what was removed, or what is the same, replaced by something that has brought its own name. `metadata` is from
    /// just before.
    pub fn name_gone(&self, metadata: &Metadata) {
        let bytes = self.detach(metadata);
        self.ledger.release_bytes(bytes);
        self.ledger.release_file();
    }

    /// Take note that a name is gone, and answer the bytes that are to be released for it: none of a file that is open.
    pub(super) fn detach(&self, metadata: &Metadata) -> u64 {
        let bytes = walk::size(metadata);
        match self.ledger.open_files().last_named(metadata) {
            None => bytes,
            Some(open) => {
                open.nameless = Some(bytes);
                self.ledger.detach_bytes(bytes);
                0
            }
        }
    }
}

impl FileLedger {
    /// The bytes that would be released if the name were gone. While a [`TreeChange`] is held it does not become less.
    pub(super) fn releasable(&self, metadata: &Metadata) -> u64 {
        if self.open_files().last_named(metadata).is_some() { 0 } else { walk::size(metadata) }
    }
}
