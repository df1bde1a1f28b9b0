//! Finding what a path is about.

use std::io;

use cap_std::fs::{Dir, Metadata};

use super::{FileResult, error::failed};
use crate::sandbox::{Lies, lies_at, open_dir};

/// Where a descent through directories ended.
pub(super) enum Descent<'a> {
    /// At the directory that was asked for.
    Reached(Dir),
    /// At `last`, in which the first of the names `missing` is not there.
    Missing { last: Dir, missing: &'a [String] },
    /// At something that is no directory: a file, or a link, wherever it points.
    Blocked(Lies),
}

/// Go down from `top`, opening each directory by itself, so that a link on the way is seen and never followed.
pub(super) fn descend<'a>(top: &Dir, names: &'a [String]) -> FileResult<Descent<'a>> {
    let failed = failed("opening a directory");
    let mut dir = top.try_clone().map_err(failed)?;
    let mut left = names;
    while let Some((name, rest)) = left.split_first() {
        dir = match open_dir(&dir, name) {
            Ok(next) => next,
            Err(error) => {
                return match lies_at(&dir, name).map_err(failed)? {
                    None => Ok(Descent::Missing { last: dir, missing: left }),
                    Some(Lies::Directory) => Err(failed(error)),
                    Some(other) => Ok(Descent::Blocked(other)),
                };
            }
        };
        left = rest;
    }
    Ok(Descent::Reached(dir))
}

/// Facts of what lies under a name; links are not followed. `None` if nothing does.
pub(super) fn look(dir: &Dir, name: &str) -> FileResult<Option<Metadata>> {
    match dir.symlink_metadata(name) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("looking at a file")(error)),
    }
}
