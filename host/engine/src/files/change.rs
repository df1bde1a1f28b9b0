//! Making, removing and moving names in the tree.

use std::{io, sync::Arc};

use cap_fs_ext::DirExt;
use cap_std::fs::{Dir, Metadata};

use super::{
    FileError, FileId, FileLedger, FileResult,
    directories::{Made, open_or_make},
    error::{failed, missing_or_failed},
    ledger::Amount,
    path::{FilePath, TOO_DEEP},
    place::{Descent, descend, look},
    reservation::Reservation,
    walk,
};
use crate::{
    limits,
    sandbox::{Lies, open_dir, sync_dir},
};

/// Make a directory and those on the way to it.
pub(super) fn create_directory(ledger: &Arc<FileLedger>, path: &FilePath) -> FileResult<()> {
    let mut share = Reservation::new(ledger);
    let mut made = Made::default();
    let _change = ledger.change()?;
    if let Err(error) = make(&ledger.tree().files, path, &mut share, &mut made) {
        return made.give_up(share, error);
    }
    share.settle(Amount { bytes: 0, files: made.count() }, Amount::default());
    // Before somebody else finds them there and answers for what it puts into them.
    made.sync()
}

fn make(top: &Dir, path: &FilePath, share: &mut Reservation, made: &mut Made) -> FileResult<()> {
    let Some((name, before)) = path.split() else { return Ok(()) };
    if let Descent::Reached(dir) = descend(top, before)?
        && look(&dir, name)?.is_some_and(|there| !there.is_dir())
    {
        return Err(FileError::AlreadyExists);
    }
    open_or_make(top, path.names(), share, made).map(drop)
}

/// Remove what lies at the path, whatever it is; a directory must be empty.
pub(super) fn remove(ledger: &Arc<FileLedger>, path: &FilePath) -> FileResult<()> {
    let Some((name, before)) = path.split() else {
        return Err(invalid("", "the directory itself is not removed"));
    };
    let change = ledger.change()?;
    let Descent::Reached(dir) = descend(&ledger.tree().files, before)? else { return Err(FileError::NotFound) };
    let there = look(&dir, name)?.ok_or(FileError::NotFound)?;
    if there.is_dir() {
        dir.remove_dir(name).map_err(|source| match source.kind() {
            // POSIX lets a system answer either.
            io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists => FileError::NotEmpty,
            _ => missing_or_failed("removing a directory")(source),
        })?;
    } else {
        dir.remove_file_or_symlink(name).map_err(missing_or_failed("removing a file"))?;
    }
    change.name_gone(&there);
    drop(change);
    sync_dir(&dir).map_err(failed("removing a file"))
}

/// Move a file or directory, replacing a file.
pub(super) fn rename(ledger: &Arc<FileLedger>, from: &FilePath, to: &FilePath) -> FileResult<()> {
    let Some((old, old_before)) = from.split() else {
        return Err(invalid("", "the directory itself is not moved"));
    };
    let Some((new, new_before)) = to.split() else { return Err(FileError::IsADirectory) };
    let change = ledger.change()?;
    let old_dir = parent(&ledger.tree().files, old_before)?;
    let moved = movable(&old_dir, old)?;
    if moved.is_dir() && to.is_inside(from) {
        return Err(invalid(&to.names().join("/"), "a directory is not moved into itself"));
    }
    let new_dir = parent(&ledger.tree().files, new_before)?;
    // On a file system that ignores case, a name that differs in case is the same file: it is renamed and none replaced.
    let replaced = look(&new_dir, new)?.filter(|there| FileId::of(there) != FileId::of(&moved));
    if let Some(there) = &replaced {
        check_replaceable(&moved, there)?;
    }
    if moved.is_dir() {
        check_depth(&old_dir, old, to)?;
    }
    old_dir.rename(old, &new_dir, new).map_err(failed("renaming a file"))?;
    if let Some(there) = replaced {
        change.name_gone(&there);
    }
    drop(change);
    sync_dir(&old_dir).and_then(|()| sync_dir(&new_dir)).map_err(failed("renaming a file"))
}

fn parent(top: &Dir, names: &[String]) -> FileResult<Dir> {
    match descend(top, names)? {
        Descent::Reached(dir) => Ok(dir),
        Descent::Missing { .. } => Err(FileError::NotFound),
        Descent::Blocked(_) => Err(FileError::NotADirectory),
    }
}

fn movable(dir: &Dir, name: &str) -> FileResult<Metadata> {
    let there = look(dir, name)?.ok_or(FileError::NotFound)?;
    match Lies::of(&there) {
        Lies::File | Lies::Directory => Ok(there),
        Lies::HardLink | Lies::Symlink | Lies::Special => Err(FileError::NotAFile),
    }
}

fn check_replaceable(moved: &Metadata, there: &Metadata) -> FileResult<()> {
    match Lies::of(there) {
        Lies::Directory => Err(FileError::AlreadyExists),
        Lies::HardLink | Lies::Symlink | Lies::Special => Err(FileError::NotAFile),
        Lies::File if moved.is_dir() => Err(FileError::NotADirectory),
        Lies::File => Ok(()),
    }
}

/// What is in a directory can be named at the new place too.
fn check_depth(dir: &Dir, name: &str, to: &FilePath) -> FileResult<()> {
    let moved = open_dir(dir, name).map_err(missing_or_failed("opening a directory"))?;
    if to.names().len().saturating_add(walk::height(&moved)?) > limits::FILE_PATH_NAMES {
        return Err(invalid(&to.names().join("/"), TOO_DEEP));
    }
    Ok(())
}

fn invalid(path: &str, rule: &'static str) -> FileError {
    FileError::InvalidPath { path: crate::error::shown(path), rule }
}
