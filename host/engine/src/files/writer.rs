//! Writing files: beside the tree first, then in one step into it.

use std::sync::Arc;

use cap_std::fs::{Dir, Metadata};

use super::{
    FileError, FileLedger, FileResult, TreeChange,
    directories::{Made, open_or_make},
    error::failed,
    ledger::Amount,
    path::FilePath,
    place::{Descent, descend, look},
    reservation::Reservation,
    temporary::Temporary,
};
use crate::{
    sandbox::{Lies, sync_dir},
    telemetry::Op,
};

/// A file being written piece by piece. It takes its place when it is finished; dropping it leaves no trace.
///
/// What is written counts at once, in addition to a file that is at the place. The replaced file is released when the new
/// one is in its place and nobody has the old one open any more.
#[derive(Debug)]
pub struct FileWriter {
    ledger: Arc<FileLedger>,
    path: FilePath,
    temporary: Temporary,
    share: Reservation,
    written: u64,
}

impl FileWriter {
    pub(super) fn create(ledger: &Arc<FileLedger>, path: FilePath) -> FileResult<FileWriter> {
        let mut share = Reservation::new(ledger);
        let names = survey(ledger, &path)?.new_names;
        share.hold(Amount { bytes: 0, files: names })?;
        FileWriter::start(ledger, path, share)
    }

    fn start(ledger: &Arc<FileLedger>, path: FilePath, share: Reservation) -> FileResult<FileWriter> {
        let temporary = Temporary::create(&ledger.tree().temporary).map_err(failed("creating a file"))?;
        Ok(FileWriter { ledger: ledger.clone(), path, temporary, share, written: 0 })
    }

    /// Add bytes at the end.
    ///
    /// # Errors
    ///
    /// [`FileError::QuotaExceeded`], [`FileError::Io`]. What was written before stays, nothing of `data` does, and the
    /// writer can be used on.
    pub fn write(&mut self, data: &[u8]) -> FileResult<()> {
        let meters = self.ledger.tree().meters.clone();
        meters.run(Op::FileWritePiece, || {
            let bytes = data.len() as u64;
            self.share.add_bytes(bytes)?;
            self.append(data).inspect_err(|_| self.share.release_bytes(bytes))?;
            meters.written(data.len());
            Ok(())
        })
    }

    fn append(&mut self, data: &[u8]) -> FileResult<()> {
        self.temporary.append(self.written, data).map_err(failed("writing a file"))?;
        self.written = self.written.saturating_add(data.len() as u64);
        Ok(())
    }

    /// Bytes written so far.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Make the content durable and put it in place, in one step. Directories that are missing on the way are made.
    ///
    /// # Errors
    ///
    /// [`FileError::IsADirectory`], [`FileError::NotADirectory`], [`FileError::NotAFile`] if what is there now is in the
    /// way; [`FileError::QuotaExceeded`] if more names are needed than when the writer was made; [`FileError::Io`].
    pub fn finish(self) -> FileResult<()> {
        let meters = self.ledger.tree().meters.clone();
        meters.run(Op::FileFinish, || self.put_in_place())
    }

    fn put_in_place(self) -> FileResult<()> {
        let FileWriter { ledger, path, mut temporary, mut share, written } = self;
        temporary.sync(written).map_err(failed("making a file durable"))?;
        let mut made = Made::default();
        let change = ledger.change()?;
        match put(&change, &path, &mut temporary, &mut share, &mut made, written) {
            Ok((dir, replaced)) => {
                let names = made.count().saturating_add(u64::from(replaced.is_none()));
                let released = replaced.map_or(0, |replaced| change.detach(&replaced));
                share.settle(Amount { bytes: written, files: names }, Amount { bytes: released, files: 0 });
                // Before another writer finds them there and answers for what it puts into them.
                made.sync()?;
                drop(change);
                sync_dir(&dir).map_err(failed("making a file durable"))
            }
            Err(error) => made.give_up(share, error),
        }
    }
}

/// Create or replace a whole file. Only what the new content takes more than the old one is charged, so that a full
/// quota lets a file that nobody has open be replaced by one of the same size.
pub(super) fn write_whole(ledger: &Arc<FileLedger>, path: FilePath, data: &[u8]) -> FileResult<()> {
    let bytes = data.len() as u64;
    let mut share = Reservation::new(ledger);
    let Survey { new_names, released } = survey(ledger, &path)?;
    share.hold(Amount { bytes: bytes.saturating_sub(released), files: new_names })?;
    let mut writer = FileWriter::start(ledger, path, share)?;
    writer.append(data)?;
    writer.put_in_place()
}

/// Put the file in place; answers the directory, and the facts of the file that was replaced.
fn put(
    change: &TreeChange<'_>,
    path: &FilePath,
    temporary: &mut Temporary,
    share: &mut Reservation,
    made: &mut Made,
    written: u64,
) -> FileResult<(Dir, Option<Metadata>)> {
    let Some((name, before)) = path.split() else { return Err(FileError::IsADirectory) };
    let dir = open_or_make(&change.ledger.tree().files, before, share, made)?;
    let replaced = replaceable(&dir, name)?;
    let released = replaced.as_ref().map_or(0, |replaced| change.ledger.releasable(replaced));
    share.hold(Amount {
        bytes: written.saturating_sub(released),
        files: made.count().saturating_add(u64::from(replaced.is_none())),
    })?;
    temporary.place(&dir, name).map_err(failed("putting a file in place"))?;
    Ok((dir, replaced))
}

/// What a file at a path would change, as far as can be told before it is put there.
struct Survey {
    /// Names that it adds to the tree.
    new_names: u64,
    /// Bytes that are released with the file that it replaces.
    released: u64,
}

fn survey(ledger: &FileLedger, path: &FilePath) -> FileResult<Survey> {
    let Some((name, before)) = path.split() else { return Err(FileError::IsADirectory) };
    match descend(&ledger.tree().files, before)? {
        Descent::Reached(dir) => {
            let replaced = replaceable(&dir, name)?;
            let released = replaced.as_ref().map_or(0, |replaced| ledger.releasable(replaced));
            Ok(Survey { new_names: u64::from(replaced.is_none()), released })
        }
        Descent::Missing { missing, .. } => {
            Ok(Survey { new_names: (missing.len() as u64).saturating_add(1), released: 0 })
        }
        Descent::Blocked(_) => Err(FileError::NotADirectory),
    }
}

/// Facts of the file that a new one would replace here; `None` if there is none.
fn replaceable(dir: &Dir, name: &str) -> FileResult<Option<Metadata>> {
    let Some(metadata) = look(dir, name)? else { return Ok(None) };
    match Lies::of(&metadata) {
        Lies::File => Ok(Some(metadata)),
        Lies::Directory => Err(FileError::IsADirectory),
        Lies::HardLink | Lies::Symlink | Lies::Special => Err(FileError::NotAFile),
    }
}
