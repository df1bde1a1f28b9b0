//! Walking a tree without following links.

use std::{ffi::OsString, io};

use cap_std::fs::{Dir, Metadata};

use super::{FileError, FileResult, error::failed};
use crate::{limits, sandbox::open_dir};

/// A directory on the way down, and those in it that are still to be walked.
struct Level {
    dir: Dir,
    left: Vec<OsString>,
}

/// Show everything below `top` to `visit`, with its level: 1 for what lies in `top` itself.
///
/// One handle a level is held. What goes away during the walk is left out.
pub(super) fn walk(top: &Dir, mut visit: impl FnMut(usize, &Metadata)) -> FileResult<()> {
    let failed = failed("walking the files");
    let top = top.try_clone().map_err(failed)?;
    let mut levels = vec![read(top, 1, &mut visit).map_err(failed)?];
    while let Some(level) = levels.last_mut() {
        let Some(name) = level.left.pop() else {
            levels.pop();
            continue;
        };
        let dir = match open_dir(&level.dir, &name) {
            Ok(dir) => dir,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(error)),
        };
        if levels.len() > limits::FILE_TREE_LEVELS {
            let source =
                io::Error::other(format!("directories are nested more than {} deep", limits::FILE_TREE_LEVELS));
            return Err(FileError::Io { operation: "walking the files", source });
        }
        let level = read(dir, levels.len() + 1, &mut visit).map_err(failed)?;
        levels.push(level);
    }
    Ok(())
}

fn read(dir: Dir, depth: usize, visit: &mut impl FnMut(usize, &Metadata)) -> io::Result<Level> {
    let mut left = Vec::new();
    for entry in dir.entries()? {
        let entry = entry?;
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        visit(depth, &metadata);
        if metadata.is_dir() {
            left.push(entry.file_name());
        }
    }
    Ok(Level { dir, left })
}

/// How many levels lie below `top`: 0 if it is empty.
pub(super) fn height(top: &Dir) -> FileResult<usize> {
    let mut height = 0;
    walk(top, |depth, _| height = height.max(depth))?;
    Ok(height)
}

/// Bytes and number of what lies below `top`. A file with several names counts under each.
pub(super) fn count(top: &Dir) -> FileResult<(u64, u64)> {
    let (mut bytes, mut files) = (0u64, 0u64);
    walk(top, |_, metadata| {
        bytes = bytes.saturating_add(size(metadata));
        files = files.saturating_add(1);
    })?;
    Ok((bytes, files))
}

/// What something counts on the quota on bytes.
pub(super) fn size(metadata: &Metadata) -> u64 {
    if metadata.is_file() { metadata.len() } else { 0 }
}
