//! The trees behind preopens, and directories in them.

use std::{fs::File, sync::Arc};

use cap_fs_ext::DirExt as _;
use cap_std::fs::{Dir, Metadata};
use larder_engine::{FileId, FileLedger};
use wasmtime_wasi::{FsPerms, OpenMode, filesystem, p2::bindings::filesystem::types::ErrorCode};

use super::{account::Account, errors::code, path::GuestPath, slots::Slot};

/// A tenant's directory that a guest has as a preopen.
pub(super) struct Tree {
    root: Dir,
    account: Account,
    writable: bool,
}

impl Tree {
    pub(super) fn new(root: Dir, ledger: Arc<FileLedger>, writable: bool) -> Tree {
        Tree { root, account: Account::new(ledger), writable }
    }

    /// The account of the tree, for those who change nothing.
    pub(super) fn account(&self) -> &Account {
        &self.account
    }

    /// The account that pays for a change. All that changes anything asks here first.
    pub(super) fn payer(&self) -> Result<&Account, ErrorCode> {
        if self.writable { Ok(&self.account) } else { Err(ErrorCode::NotPermitted) }
    }

    /// Whether what is charged for both trees is charged to the same account.
    pub(super) fn shares_account(&self, other: &Tree) -> bool {
        self.account.is_same(&other.account)
    }

    /// Open a directory. No symbolic link is followed, at no place of the path.
    pub(super) fn open_dir(&self, names: &[String]) -> Result<Dir, ErrorCode> {
        let mut dir = self.root.try_clone().map_err(code)?;
        for name in names {
            dir = dir.open_dir_nofollow(name).map_err(code)?;
        }
        Ok(dir)
    }
}

/// A directory that a guest has a descriptor of.
///
/// It is kept as a path from the top, and looked for anew each time: so its depth is always known. When something else, or
/// nothing, lies there now, the descriptor is stale, and everything by it answers `no-entry`.
pub(super) struct DirHandle {
    pub(super) tree: Arc<Tree>,
    pub(super) names: Vec<String>,
    /// What wasmtime-wasi sees: a directory that can only be read.
    pub(super) wasi: filesystem::Dir,
    id: FileId,
    _slot: Slot,
}

/// Where a path leads.
pub(super) struct Place {
    /// The directory that holds, or would hold, what is meant; for a path like `.` what is meant itself.
    pub(super) parent: Dir,
    /// The last name of the path.
    pub(super) name: Option<String>,
    /// All names from the top of the tree.
    pub(super) names: Vec<String>,
}

impl DirHandle {
    /// A descriptor of `dir`, which lies at `names`.
    pub(super) fn new(tree: Arc<Tree>, names: Vec<String>, dir: Dir, slot: Slot) -> Result<DirHandle, ErrorCode> {
        let id = FileId::of(&dir.dir_metadata().map_err(code)?);
        let mode = if tree.writable { OpenMode::READ | OpenMode::WRITE } else { OpenMode::READ };
        let wasi = filesystem::Dir::new(dir.into_std_file(), FsPerms::ReadOnly, mode, false);
        Ok(DirHandle { tree, names, wasi, id, _slot: slot })
    }

    /// The directory as the system has it.
    pub(super) fn file(&self) -> &Arc<File> {
        &self.wasi.dir
    }

    /// The directory itself.
    pub(super) fn open(&self) -> Result<Dir, ErrorCode> {
        let dir = self.tree.open_dir(&self.names)?;
        if FileId::of(&dir.dir_metadata().map_err(code)?) == self.id { Ok(dir) } else { Err(ErrorCode::NoEntry) }
    }

    /// Where `path` leads from here.
    pub(super) fn resolve(&self, path: &GuestPath) -> Result<Place, ErrorCode> {
        let mut parent = self.open()?;
        let mut names = self.names.clone();
        names.extend_from_slice(&path.names);
        let name = path.names.split_last().map(|(last, before)| (last.clone(), before));
        let Some((name, before)) = name else { return Ok(Place { parent, name: None, names }) };
        for name in before {
            parent = parent.open_dir_nofollow(name).map_err(code)?;
        }
        Ok(Place { parent, name: Some(name), names })
    }
}

impl Place {
    /// The last name, where a path like `.` makes no sense.
    pub(super) fn name(&self) -> Result<&str, ErrorCode> {
        self.name.as_deref().ok_or(ErrorCode::Invalid)
    }

    /// What lies here; links are not followed. `None` if nothing does.
    pub(super) fn look(&self) -> Result<Option<Metadata>, ErrorCode> {
        let found = match &self.name {
            None => self.parent.dir_metadata(),
            Some(name) => self.parent.symlink_metadata(name),
        };
        match found {
            Ok(metadata) => Ok(Some(metadata)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(code(error)),
        }
    }
}
