//! Making the directories on the way to a place.

use std::io;

use cap_std::fs::Dir;

use super::{
    FileError, FileResult,
    error::failed,
    ledger::Amount,
    place::{Descent, descend},
    reservation::Reservation,
};
use crate::sandbox::{create_private_dir, open_dir, sync_dir};

/// Directories that were made, each with the one that holds it, the upper ones first.
#[derive(Default)]
pub(super) struct Made(Vec<(Dir, String)>);

impl Made {
    pub(super) fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// Make them durable.
    pub(super) fn sync(&self) -> FileResult<()> {
        self.0.iter().try_for_each(|(holder, _)| sync_dir(holder)).map_err(failed("making directories durable"))
    }

    /// Take them away again, and answer how many could not be.
    pub(super) fn undo(self) -> u64 {
        self.0.iter().rev().filter(|(holder, name)| holder.remove_dir(name).is_err()).count() as u64
    }

    /// Take them away again after a failure; what cannot be taken away stays charged.
    pub(super) fn give_up<T>(self, share: Reservation, error: FileError) -> FileResult<T> {
        share.settle(Amount { bytes: 0, files: self.undo() }, Amount::default());
        Err(error)
    }
}

/// Open the directory at `names`, making what is missing of it. `share` then holds what was made, and `made` tells of it
/// after a failure too.
///
/// # Errors
///
/// [`FileError::NotADirectory`] if something else is on the way; [`FileError::QuotaExceeded`].
pub(super) fn open_or_make(top: &Dir, names: &[String], share: &mut Reservation, made: &mut Made) -> FileResult<Dir> {
    let (mut dir, missing) = match descend(top, names)? {
        Descent::Reached(dir) => return Ok(dir),
        Descent::Missing { last, missing } => (last, missing),
        Descent::Blocked(_) => return Err(FileError::NotADirectory),
    };
    let failed = failed("making a directory");
    for name in missing {
        share.hold(Amount { bytes: 0, files: made.count().saturating_add(1) })?;
        create_private_dir(&dir, name).map_err(failed)?;
        let next = open_dir(&dir, name).map_err(|error| match error.kind() {
            io::ErrorKind::NotADirectory => FileError::NotADirectory,
            _ => failed(error),
        })?;
        made.0.push((dir, name.clone()));
        dir = next;
    }
    Ok(dir)
}
