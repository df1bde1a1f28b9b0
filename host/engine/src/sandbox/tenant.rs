//! The directory of one tenant.

use std::path::{Path, PathBuf};

use cap_fs_ext::MetadataExt;
use cap_std::fs::Dir;

use super::{ArchiveDir, Lies, TenantId, create_private_dir, disk_error, lies_at, open_dir, sync_dir, temporary_name};
use crate::{Error, Result};

/// The database.
const STORE: &str = "store.db";

/// The lock that says which process owns the tenant.
pub(super) const LOCK: &str = "owner.lock";

/// What guests may see.
const FILES: &str = "files";

/// Files that are still being written. Beside what guests see, so that no path of theirs leads to one, and on the same
/// disk, so that a rename puts one in place.
const TEMPORARY: &str = "tmp";

/// Workspaces.
pub(super) const STATE: &str = "state";

/// Files that nobody could read, each with a text that says why.
const QUARANTINE: &str = "quarantine";

/// Rows of the journal that have left the database.
const ARCHIVE: &str = "archive";

/// The store's own files. SQLite makes the ones with a suffix, and opens them by name.
const OWN_FILES: [&str; 5] = [STORE, "store.db-wal", "store.db-shm", "store.db-journal", LOCK];

/// The store's own directories, each made when it is first needed.
const OWN_DIRECTORIES: [&str; 5] = [FILES, TEMPORARY, STATE, ARCHIVE, QUARANTINE];

/// The directory of one tenant, held open.
#[derive(Debug)]
pub(crate) struct TenantDir {
    tenant: TenantId,
    dir: Dir,
    path: PathBuf,
}

impl TenantDir {
    pub(super) fn new(tenant: TenantId, dir: Dir, path: PathBuf) -> TenantDir {
        TenantDir { tenant, dir, path }
    }

    pub(crate) fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    pub(super) fn dir(&self) -> &Dir {
        &self.dir
    }

    /// Where SQLite opens the database: the root without links, the tenant's parsed name and a constant, no more. SQLite
    /// cannot be given a directory handle, so [`TenantDir::check_store_files`] goes before each open.
    pub(crate) fn store_path(&self) -> PathBuf {
        self.path.join(STORE)
    }

    /// Whether there is a database.
    ///
    /// # Errors
    ///
    /// [`Error::ReadOnly`], [`Error::Io`].
    pub(crate) fn has_store(&self) -> Result<bool> {
        let lies =
            lies_at(&self.dir, STORE).map_err(|source| disk_error(&self.tenant, "looking for the database", source))?;
        Ok(lies.is_some())
    }

    /// Where `file` lies, relative to the root, as errors name it.
    pub(crate) fn relative(&self, file: &str) -> String {
        format!("tenants/{}/{file}", self.tenant)
    }

    /// Make sure that SQLite, which opens by path, opens this tenant's own files: each of them is absent or a regular file
    /// with one name, and the path still leads to this directory. What somebody puts there between this and the open is
    /// not seen; to do that they need the rights of this user.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with what was found and the rule that it breaks.
    pub(crate) fn check_store_files(&self) -> Result<()> {
        let failed = |source| disk_error(&self.tenant, "checking the files", source);
        self.check_path()?;
        for name in OWN_FILES {
            let rule = match lies_at(&self.dir, name).map_err(failed)? {
                None | Some(Lies::File) => continue,
                Some(Lies::HardLink) => "a file of the store has one name, not hard links elsewhere",
                Some(Lies::Directory) => "a file of the store is a regular file, not a directory",
                Some(Lies::Symlink) => "a file of the store is a regular file, not a symbolic link",
                Some(Lies::Special) => "a file of the store is a regular file, not a FIFO, socket or device",
            };
            return Err(self.refused(name, rule));
        }
        for name in OWN_DIRECTORIES {
            if !matches!(lies_at(&self.dir, name).map_err(failed)?, None | Some(Lies::Directory)) {
                return Err(self.refused(name, "a directory of the store is a real directory, not a link or a file"));
            }
        }
        Ok(())
    }

    /// The directory that guests may see, made if it is missing.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if something else lies in its place; [`Error::DiskFull`] and [`Error::ReadOnly`].
    pub(crate) fn files_dir(&self) -> Result<Dir> {
        self.own_dir(FILES)
    }

    /// The directory for files that are still being written, made if it is missing. Errors as [`TenantDir::files_dir`].
    pub(crate) fn temporary_dir(&self) -> Result<Dir> {
        self.own_dir(TEMPORARY)
    }

    /// The directory of workspaces, made if it is missing. Errors as [`TenantDir::files_dir`].
    pub(crate) fn state_dir(&self) -> Result<Dir> {
        let failed = |source| disk_error(&self.tenant, "creating the directory of workspaces", source);
        create_private_dir(&self.dir, STATE).map_err(failed)?;
        sync_dir(&self.dir).map_err(failed)?;
        self.own_dir(STATE)
    }

    /// A place in the directory for temporary files that nobody uses: the directory, the name, and the path for SQLite.
    /// Errors as [`TenantDir::files_dir`].
    pub(super) fn temporary_place(&self) -> Result<(Dir, String, PathBuf)> {
        let dir = self.temporary_dir()?;
        self.check_path()?;
        let name = temporary_name();
        let path = self.path.join(TEMPORARY).join(&name);
        Ok((dir, name, path))
    }

    /// The directory of archives, made if it is missing. Errors as [`TenantDir::files_dir`].
    pub(crate) fn archive_dir(&self) -> Result<ArchiveDir> {
        let failed = |source| disk_error(&self.tenant, "creating the archive directory", source);
        if lies_at(&self.dir, ARCHIVE).map_err(failed)?.is_none() {
            create_private_dir(&self.dir, ARCHIVE).map_err(failed)?;
            sync_dir(&self.dir).map_err(failed)?;
        }
        Ok(ArchiveDir::new(self.tenant.clone(), self.own_dir(ARCHIVE)?))
    }

    /// Make the directories that files need, all at once.
    pub(super) fn create_file_dirs(&self) -> Result<()> {
        let failed = |source| disk_error(&self.tenant, "creating the files directory", source);
        create_private_dir(&self.dir, FILES).map_err(failed)?;
        create_private_dir(&self.dir, TEMPORARY).map_err(failed)?;
        sync_dir(&self.dir).map_err(failed)
    }

    /// The directory for what nobody could read, made if it is missing. Errors as [`TenantDir::files_dir`].
    pub(super) fn quarantine_dir(&self) -> Result<Dir> {
        let failed = |source| disk_error(&self.tenant, "creating the quarantine", source);
        create_private_dir(&self.dir, QUARANTINE).map_err(failed)?;
        sync_dir(&self.dir).map_err(failed)?;
        self.own_dir(QUARANTINE)
    }

    /// The path to this directory, once it is sure that it leads here.
    pub(super) fn checked_path(&self) -> Result<&Path> {
        self.check_path().map(|()| self.path.as_path())
    }

    fn own_dir(&self, name: &'static str) -> Result<Dir> {
        let failed = |source| disk_error(&self.tenant, "opening the files directory", source);
        if lies_at(&self.dir, name).map_err(failed)?.is_none() {
            self.create_file_dirs()?;
        }
        if lies_at(&self.dir, name).map_err(failed)? != Some(Lies::Directory) {
            return Err(self.refused(name, "a directory of the store is a real directory, not a link or a file"));
        }
        open_dir(&self.dir, name).map_err(failed)
    }

    /// The path that SQLite gets leads to the directory that is held open: nobody moved the root or put a link on the way.
    fn check_path(&self) -> Result<()> {
        let same = std::fs::symlink_metadata(&self.path).and_then(|there| {
            let held = self.dir.dir_metadata()?;
            Ok(there.is_dir() && is_same(&there, &held))
        });
        match same {
            Ok(true) => Ok(()),
            _ => Err(Error::Refused {
                what: format!("tenants/{}", self.tenant),
                rule: "the directory of a tenant stays where it was when the root was opened",
            }),
        }
    }

    pub(super) fn refused(&self, name: &str, rule: &'static str) -> Error {
        Error::Refused { what: self.relative(name), rule }
    }
}

#[cfg(unix)]
fn is_same(there: &std::fs::Metadata, held: &cap_std::fs::Metadata) -> bool {
    (there.dev(), there.ino()) == (held.dev(), held.ino())
}

/// Elsewhere a directory that is open cannot be moved away.
#[cfg(not(unix))]
fn is_same(_there: &std::fs::Metadata, _held: &cap_std::fs::Metadata) -> bool {
    true
}
