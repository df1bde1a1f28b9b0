//! Making, removing and moving names in a tree.

use cap_fs_ext::DirExt as _;
use cap_std::fs::{Dir, DirBuilder, Metadata};
use larder_engine::FileId;
use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;

use super::{
    errors::code,
    path::{GuestPath, MAX_DEPTH, check_new},
    tree::{DirHandle, Place},
};

/// Make a directory. Blocks.
pub(super) fn make_directory(from: &DirHandle, path: &GuestPath) -> Result<(), ErrorCode> {
    let lock = from.tree.payer()?.lock()?;
    let place = from.resolve(path)?;
    if place.look()?.is_some() {
        return Err(ErrorCode::Exist);
    }
    check_new(&place.names)?;
    lock.charge_name()?;
    #[cfg_attr(not(unix), allow(unused_mut, reason = "only unix has modes"))]
    let mut private = DirBuilder::new();
    #[cfg(unix)]
    {
        use cap_std::fs::DirBuilderExt as _;
        private.mode(0o700);
    }
    place.parent.create_dir_with(place.name()?, &private).map_err(|error| {
        lock.release_name();
        code(error)
    })
}

/// Remove an empty directory. Blocks.
pub(super) fn remove_directory(from: &DirHandle, path: &GuestPath) -> Result<(), ErrorCode> {
    let lock = from.tree.payer()?.lock()?;
    let place = from.resolve(path)?;
    let name = place.name()?;
    match place.look()? {
        None => return Err(ErrorCode::NoEntry),
        Some(metadata) if !metadata.is_dir() => return Err(ErrorCode::NotDirectory),
        Some(_) => {}
    }
    place.parent.remove_dir(name).map_err(code)?;
    lock.release_name();
    Ok(())
}

/// Remove a file, or a link, FIFO or device that somebody has put there. Blocks.
pub(super) fn remove_file(from: &DirHandle, path: &GuestPath) -> Result<(), ErrorCode> {
    let lock = from.tree.payer()?.lock()?;
    let place = from.resolve(path)?;
    let metadata = match place.look()? {
        None => return Err(ErrorCode::NoEntry),
        Some(metadata) if metadata.is_dir() => return Err(ErrorCode::IsDirectory),
        Some(_) if path.directory => return Err(ErrorCode::NotDirectory),
        Some(metadata) => metadata,
    };
    place.parent.remove_file_or_symlink(place.name()?).map_err(code)?;
    lock.name_gone(&metadata);
    Ok(())
}

/// Move a file or directory; a file or an empty directory at the new place is replaced. Blocks.
pub(super) fn rename(from: &DirHandle, old: &GuestPath, to: &DirHandle, new: &GuestPath) -> Result<(), ErrorCode> {
    let payer = from.tree.payer()?;
    to.tree.payer()?;
    if !from.tree.shares_account(&to.tree) {
        return Err(ErrorCode::CrossDevice);
    }
    let lock = payer.lock()?;
    let (source, target) = (from.resolve(old)?, to.resolve(new)?);
    let moved = source.look()?.ok_or(ErrorCode::NoEntry)?;
    let replaced = target.look()?;
    check_kinds(&moved, replaced.as_ref(), old.directory || new.directory)?;
    if replaced.as_ref().is_some_and(|replaced| FileId::of(replaced) == FileId::of(&moved)) {
        return Ok(());
    }
    check_new(&target.names)?;
    if moved.is_dir() && target.names.len() > source.names.len() {
        check_height(&source.parent.open_dir_nofollow(source.name()?).map_err(code)?, target.names.len())?;
    }
    move_name(&source, &target)?;
    if let Some(replaced) = replaced {
        lock.name_gone(&replaced);
    }
    Ok(())
}

fn check_kinds(moved: &Metadata, replaced: Option<&Metadata>, directory: bool) -> Result<(), ErrorCode> {
    let known = |metadata: &Metadata| metadata.is_dir() || metadata.is_file();
    if !known(moved) || !replaced.is_none_or(known) {
        return Err(ErrorCode::NotPermitted);
    }
    match replaced {
        Some(replaced) if replaced.is_dir() && !moved.is_dir() => Err(ErrorCode::IsDirectory),
        Some(replaced) if !replaced.is_dir() && moved.is_dir() => Err(ErrorCode::NotDirectory),
        _ if directory && !moved.is_dir() => Err(ErrorCode::NotDirectory),
        _ => Ok(()),
    }
}

/// Whether all that lies in a directory still lies at most [`MAX_DEPTH`] deep when the directory itself is at `depth`.
fn check_height(dir: &Dir, depth: usize) -> Result<(), ErrorCode> {
    for entry in dir.entries().map_err(code)? {
        let entry = entry.map_err(code)?;
        if depth >= MAX_DEPTH {
            return Err(ErrorCode::NameTooLong);
        }
        if entry.file_type().map_err(code)?.is_dir() {
            check_height(&dir.open_dir_nofollow(entry.file_name()).map_err(code)?, depth + 1)?;
        }
    }
    Ok(())
}

fn move_name(source: &Place, target: &Place) -> Result<(), ErrorCode> {
    source.parent.rename(source.name()?, &target.parent, target.name()?).map_err(code)
}
