//! The one door to a tenant's files.

use std::sync::{Arc, Weak};

use cap_std::fs::Dir;

use super::{
    FileError, FileInfo, FileLedger, FilePage, FileReader, FileResult, FileUsage, FileWriter, change,
    ledger::Tree,
    list,
    path::FilePath,
    place::{Descent, descend, look},
    reader, temporary, writer,
};
use crate::{
    FileQuota, Limits, Result,
    config::OwnFaults,
    sandbox::{OwnerLock, TenantDir},
    telemetry::{Meters, Op},
};

/// The files of a tenant: a tree in a directory of its own, with a quota.
///
/// A path is relative, with `/` between names, and has at most 32 of them; `""` is the directory itself. A name is 1 to
/// 255 bytes without `/`, `\`, `:` and control characters, is not `.` or `..`, does not end in a dot or a space and is no
/// device name of Windows. Symbolic links are never followed and never made. Every function can answer
/// [`FileError::InvalidPath`], [`FileError::Io`] and, after [`Larder::close`](crate::Larder::close), [`FileError::Closed`]; those
/// that write also [`FileError::AccessDenied`].
///
/// Calls block. Clones share the quota, and so do all that were opened for the same tenant.
#[derive(Clone, Debug)]
pub struct Files {
    ledger: Arc<FileLedger>,
    writable: bool,
}

/// The files of a tenant as long as somebody uses them.
#[derive(Debug, Default)]
pub(crate) struct WeakFiles(Weak<FileLedger>);

impl WeakFiles {
    pub(crate) fn upgrade(&self) -> Option<Files> {
        self.0.upgrade().map(|ledger| Files { ledger, writable: true })
    }
}

impl Files {
    /// The first handle of a tenant's files; further ones are clones of it, because the ledger must be the same.
    ///
    /// To be called by the owner of the tenant, since it removes what an earlier owner left unfinished.
    pub(crate) fn open(
        directory: &TenantDir,
        owner: Arc<OwnerLock>,
        quota: FileQuota,
        limits: Limits,
        read_faults: OwnFaults,
        meters: Meters,
    ) -> Result<Files> {
        let files = directory.files_dir()?;
        let temporary = Arc::new(directory.temporary_dir()?);
        if let Err(error) = temporary::clean(&temporary) {
            // They take room but are in nobody's way, and on a disk that is only read they have to stay.
            tracing::warn!(tenant = %directory.tenant(), %error, "unfinished files of an earlier run stay");
        }
        let read_bytes = limits.file_read_bytes as u64;
        let tree = Tree { files, temporary, read_bytes, read_faults, meters };
        Ok(Files { ledger: Arc::new(FileLedger::new(tree, owner, quota)), writable: true })
    }

    /// Let the tenant go. Every later call answers [`FileError::Closed`]; what is open can be read to its end.
    pub(crate) fn close(&self) {
        self.ledger.close();
    }

    /// The same, but it keeps nothing open.
    pub(crate) fn downgrade(&self) -> WeakFiles {
        WeakFiles(Arc::downgrade(&self.ledger))
    }

    /// The same files, for reading: all that writes answers [`FileError::AccessDenied`].
    pub fn read_only(mut self) -> Files {
        self.writable = false;
        self
    }

    /// Whether it was made [read-only](Files::read_only).
    pub fn is_read_only(&self) -> bool {
        !self.writable
    }

    /// A whole file.
    ///
    /// # Errors
    ///
    /// [`FileError::NotFound`], [`FileError::NotAFile`], [`FileError::IsADirectory`], [`FileError::TooLarge`] over
    /// [`Limits::file_read_bytes`](crate::Limits::file_read_bytes).
    pub fn read(&self, path: &str) -> FileResult<Vec<u8>> {
        self.measured(Op::FileRead, || {
            let tree = self.ledger.tree();
            let content = reader::read_whole(&tree.files, &FilePath::parse(path)?, tree.read_bytes)?;
            tree.meters.read(content.len());
            Ok(content)
        })
    }

    /// Create or replace a whole file, making missing directories on the way. Readers see the old content or the new one,
    /// after a crash too. The new content counts in place of the old one, which counts on as long as somebody has it open.
    ///
    /// # Errors
    ///
    /// [`FileError::IsADirectory`], [`FileError::NotADirectory`], [`FileError::NotAFile`],
    /// [`FileError::QuotaExceeded`].
    pub fn write(&self, path: &str, data: &[u8]) -> FileResult<()> {
        self.measured(Op::FileWrite, || {
            writer::write_whole(&self.ledger, self.to_change(path)?, data)?;
            self.ledger.tree().meters.written(data.len());
            Ok(())
        })
    }

    /// Read a file piece by piece, from byte `offset` on.
    ///
    /// # Errors
    ///
    /// [`FileError::NotFound`], [`FileError::NotAFile`], [`FileError::IsADirectory`].
    pub fn open_read(&self, path: &str, offset: u64) -> FileResult<FileReader> {
        self.measured(Op::FileOpenRead, || FileReader::open(&self.ledger, &FilePath::parse(path)?, offset))
    }

    /// Write a file piece by piece. It takes the place of what is there when the writer is finished.
    ///
    /// # Errors
    ///
    /// As [`Files::write`].
    pub fn create(&self, path: &str) -> FileResult<FileWriter> {
        self.measured(Op::FileCreate, || FileWriter::create(&self.ledger, self.to_change(path)?))
    }

    /// Facts of what lies at `path`; `None` if nothing does.
    ///
    /// # Errors
    ///
    /// None but those of every function.
    pub fn stat(&self, path: &str) -> FileResult<Option<FileInfo>> {
        self.measured(Op::FileStat, || self.look_at(&FilePath::parse(path)?))
    }

    fn look_at(&self, path: &FilePath) -> FileResult<Option<FileInfo>> {
        let Some((name, before)) = path.split() else {
            let top = self.ledger.tree().files.dir_metadata();
            return Ok(Some(FileInfo::of(&top.map_err(super::error::failed("looking at a file"))?)));
        };
        match descend(&self.ledger.tree().files, before)? {
            Descent::Reached(dir) => Ok(look(&dir, name)?.as_ref().map(FileInfo::of)),
            Descent::Missing { .. } | Descent::Blocked(_) => Ok(None),
        }
    }

    /// The names in a directory in the order of their bytes, a page at a time: at most `limit` of them, and at most 1,000,
    /// which 0 stands for.
    ///
    /// Pages that follow each other by their cursors have each name once that was there all the time.
    ///
    /// # Errors
    ///
    /// [`FileError::NotFound`], [`FileError::NotADirectory`], [`FileError::InvalidCursor`].
    pub fn list(&self, path: &str, cursor: Option<&str>, limit: u32) -> FileResult<FilePage> {
        self.measured(Op::FileList, || list::list(&self.ledger.tree().files, &FilePath::parse(path)?, cursor, limit))
    }

    /// Make a directory and those on the way to it. One that is there already is no error.
    ///
    /// # Errors
    ///
    /// [`FileError::AlreadyExists`] as something else, [`FileError::NotADirectory`], [`FileError::QuotaExceeded`].
    pub fn create_directory(&self, path: &str) -> FileResult<()> {
        self.measured(Op::FileCreateDirectory, || change::create_directory(&self.ledger, &self.to_change(path)?))
    }

    /// Remove a file, an empty directory, or a link, not what it points to.
    ///
    /// # Errors
    ///
    /// [`FileError::NotFound`], [`FileError::NotEmpty`].
    pub fn remove(&self, path: &str) -> FileResult<()> {
        self.measured(Op::FileRemove, || change::remove(&self.ledger, &self.to_change(path)?))
    }

    /// Move a file or directory to another place in the tree, in one step. A file at the new place is replaced. Moving
    /// something to where it is does nothing.
    ///
    /// # Errors
    ///
    /// [`FileError::NotFound`], also if the new place is in a directory that is not there;
    /// [`FileError::AlreadyExists`] if a directory is there; [`FileError::NotADirectory`] for a directory in the place of a
    /// file, and if something else than a directory is on the way; [`FileError::IsADirectory`] if the new place is `""`;
    /// [`FileError::NotAFile`]; [`FileError::InvalidPath`] for a directory that would be in itself or too deep.
    pub fn rename(&self, from: &str, to: &str) -> FileResult<()> {
        self.measured(Op::FileRename, || change::rename(&self.ledger, &self.to_change(from)?, &self.to_change(to)?))
    }

    /// What the tenant's files use, and the limits.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] if the tree could not be counted.
    pub fn usage(&self) -> FileResult<FileUsage> {
        self.measured(Op::FileUsage, || self.ledger.usage())
    }

    /// The account of the tree, for who writes to it by other ways.
    pub fn ledger(&self) -> &Arc<FileLedger> {
        &self.ledger
    }

    /// The directory itself, for who hands it out in another way. Who writes to it charges the [ledger](Files::ledger).
    pub fn dir(&self) -> &Dir {
        &self.ledger.tree().files
    }

    fn measured<R>(&self, op: Op, run: impl FnOnce() -> FileResult<R>) -> FileResult<R> {
        self.ledger.tree().meters.run(op, || {
            self.ledger.not_closed()?;
            run()
        })
    }

    fn to_change(&self, path: &str) -> FileResult<FilePath> {
        if self.writable { FilePath::parse(path) } else { Err(FileError::AccessDenied) }
    }
}
