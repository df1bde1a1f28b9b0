//! Open files, and the two ways to change what is in them.

use std::{fs::File, io, sync::Arc};

use cap_fs_ext::MetadataExt as _;
use cap_std::fs::Metadata;
use larder_engine::OpenedFile;
use wasmtime_wasi::{FsPerms, OpenMode, filesystem, p2::bindings::filesystem::types::ErrorCode};

use super::{account::Locked, errors::code, slots::Slot, tree::Tree};

/// A regular file that a guest has a descriptor of. Streams on the file keep it too: the file is closed when the last goes.
pub(super) struct OpenFile {
    // Dropped before the file is closed.
    opened: OpenedFile,
    /// What wasmtime-wasi sees: a file that can only be read.
    pub(super) wasi: filesystem::File,
    pub(super) tree: Arc<Tree>,
    _slot: Slot,
}

/// Where bytes are put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Position {
    At(u64),
    End,
}

impl OpenFile {
    pub(super) fn new(file: File, opened: OpenedFile, tree: Arc<Tree>, mode: OpenMode, slot: Slot) -> OpenFile {
        OpenFile { opened, wasi: filesystem::File::new(file, FsPerms::ReadOnly, mode, false), tree, _slot: slot }
    }

    /// The file as the system has it.
    pub(super) fn file(&self) -> &Arc<File> {
        &self.wasi.file
    }

    /// Put all of `data` into the file; answers where the last byte of it ends. Blocks.
    ///
    /// What grows the file is charged before the first byte is written. If it passes the quota nothing is written.
    pub(super) fn write(&self, data: &[u8], position: Position) -> Result<u64, ErrorCode> {
        let lock = self.payer()?;
        let size = self.measure(&lock)?;
        let start = match position {
            Position::At(offset) => offset,
            Position::End => size,
        };
        let length = u64::try_from(data.len()).map_err(|_| ErrorCode::FileTooLarge)?;
        let end = start.checked_add(length).ok_or(ErrorCode::FileTooLarge)?;
        if length == 0 {
            return Ok(end);
        }
        let growth = end.saturating_sub(size);
        lock.grow(&self.opened, growth)?;
        write_all_at(self.file(), data, start).map_err(|error| {
            self.give_back(&lock, size, growth);
            code(error)
        })?;
        Ok(end)
    }

    /// Give the file another size. Bytes that are added are zeros and count whether they take space on the disk or not.
    /// Blocks.
    pub(super) fn set_size(&self, wanted: u64) -> Result<(), ErrorCode> {
        let lock = self.payer()?;
        self.resize(&lock, wanted)
    }

    /// [`set_size`](Self::set_size) for who has the lock already.
    pub(super) fn resize(&self, lock: &Locked<'_>, wanted: u64) -> Result<(), ErrorCode> {
        let size = self.measure(lock)?;
        let growth = wanted.saturating_sub(size);
        lock.grow(&self.opened, growth)?;
        self.file().set_len(wanted).map_err(|error| {
            self.give_back(lock, size, growth);
            code(error)
        })?;
        lock.shrink(&self.opened, size.saturating_sub(wanted));
        Ok(())
    }

    /// Whether the file may be written at all; the same answer as [`write`](Self::write) gives.
    pub(super) fn check_writable(&self) -> Result<(), ErrorCode> {
        self.tree.payer()?;
        if self.wasi.open_mode.contains(OpenMode::WRITE) { Ok(()) } else { Err(ErrorCode::BadDescriptor) }
    }

    fn payer(&self) -> Result<Locked<'_>, ErrorCode> {
        self.check_writable()?;
        self.tree.payer()?.lock()
    }

    /// The file's size, if what is added to it now can be accounted for: not if it has got another name since it was opened,
    /// nor if it was removed by another program, after which nobody releases its bytes.
    fn measure(&self, _lock: &Locked<'_>) -> Result<u64, ErrorCode> {
        let metadata = Metadata::from_file(self.file()).map_err(code)?;
        match metadata.nlink() {
            1 => Ok(metadata.len()),
            0 if self.opened.is_paid_for() => Ok(metadata.len()),
            _ => Err(ErrorCode::NotPermitted),
        }
    }

    /// After a failure: of `growth` bytes that were charged, release what the file did not grow. Where that cannot be seen,
    /// the ledger keeps saying too much until the next recount.
    fn give_back(&self, lock: &Locked<'_>, size: u64, growth: u64) {
        if let Ok(metadata) = self.file().metadata() {
            lock.shrink(&self.opened, growth.saturating_sub(metadata.len().saturating_sub(size)));
        }
    }
}

#[cfg(unix)]
fn write_all_at(file: &File, data: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, data, offset)
}

#[cfg(windows)]
fn write_all_at(file: &File, mut data: &[u8], mut offset: u64) -> io::Result<()> {
    use std::os::windows::fs::FileExt as _;
    while !data.is_empty() {
        let written = file.seek_write(data, offset)?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        data = data.get(written..).unwrap_or_default();
        offset = offset.saturating_add(written as u64);
    }
    Ok(())
}
