//! Reading files.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

use cap_std::fs::{Dir, Metadata, OpenOptions};

use super::{
    FileError, FileLedger, FileResult, OpenedFile,
    error::{failed, missing_or_failed},
    path::FilePath,
    place::{Descent, descend},
};
use crate::{
    config::OwnFaults,
    limits,
    sandbox::{Lies, open_regular},
    telemetry::{Meters, Op},
};

/// A file being read piece by piece. It stays readable when the file is replaced or removed; its bytes then count until all
/// its readers are dropped.
///
/// The tenant is not given to another owner while it is there.
#[derive(Debug)]
pub struct FileReader {
    // Dropped before the file is closed.
    _opened: OpenedFile,
    file: File,
    size: u64,
    at_end: bool,
    faults: OwnFaults,
    meters: Meters,
}

impl FileReader {
    pub(super) fn open(ledger: &Arc<FileLedger>, path: &FilePath, offset: u64) -> FileResult<FileReader> {
        let still = ledger.hold_still();
        let (mut file, metadata) = open_file(&ledger.tree().files, path)?;
        let opened = still.opened(&metadata);
        drop(still);
        let size = metadata.len();
        // Systems refuse to go far beyond the end of a file; nothing is there anyway.
        file.seek(SeekFrom::Start(offset.min(size))).map_err(failed("reading a file"))?;
        let tree = ledger.tree();
        let (faults, meters) = (tree.read_faults.clone(), tree.meters.clone());
        Ok(FileReader { _opened: opened, file, size, at_end: offset > size, faults, meters })
    }

    /// The next bytes: at most `max`, and at most 1 MiB. Empty at the end of the file.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`].
    pub fn read(&mut self, max: u32) -> FileResult<Vec<u8>> {
        let meters = self.meters.clone();
        meters.run(Op::FileReadPiece, || self.piece(max)).inspect(|piece| meters.read(piece.len()))
    }

    fn piece(&mut self, max: u32) -> FileResult<Vec<u8>> {
        self.faults.next().map_err(io::Error::other).map_err(failed("reading a file"))?;
        let mut piece = Vec::new();
        if !self.at_end {
            let max = u64::from(max).min(limits::FILE_PIECE_BYTES);
            (&mut self.file).take(max).read_to_end(&mut piece).map_err(failed("reading a file"))?;
        }
        Ok(piece)
    }

    /// The size of the file when it was opened, in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// A whole file of at most `limit` bytes.
pub(super) fn read_whole(top: &Dir, path: &FilePath, limit: u64) -> FileResult<Vec<u8>> {
    let (file, metadata) = open_file(top, path)?;
    let size = metadata.len();
    if size > limit {
        return Err(FileError::TooLarge { size, limit });
    }
    let mut content = Vec::new();
    // It may grow while it is read.
    file.take(limit.saturating_add(1)).read_to_end(&mut content).map_err(failed("reading a file"))?;
    let size = content.len() as u64;
    if size > limit { Err(FileError::TooLarge { size, limit }) } else { Ok(content) }
}

fn open_file(top: &Dir, path: &FilePath) -> FileResult<(File, Metadata)> {
    let Some((name, before)) = path.split() else { return Err(FileError::IsADirectory) };
    let dir = match descend(top, before)? {
        Descent::Reached(dir) => dir,
        Descent::Missing { .. } | Descent::Blocked(Lies::File) => return Err(FileError::NotFound),
        Descent::Blocked(_) => return Err(FileError::NotAFile),
    };
    match open_regular(&dir, name, OpenOptions::new().read(true)).map_err(missing_or_failed("opening a file"))? {
        Ok((file, metadata)) => Ok((file.into_std(), metadata)),
        Err(Lies::Directory) => Err(FileError::IsADirectory),
        Err(_) => Err(FileError::NotAFile),
    }
}
