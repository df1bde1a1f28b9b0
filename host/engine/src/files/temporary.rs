//! Files that are still being written, where no path of a guest leads.

use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    sync::Arc,
};

use cap_fs_ext::DirExt;
use cap_std::fs::Dir;

use crate::sandbox::{own_mark, private_file, temporary_name};

/// A file without a place yet. Dropping it removes it.
#[derive(Debug)]
pub(super) struct Temporary {
    dir: Arc<Dir>,
    name: String,
    file: File,
    placed: bool,
}

impl Temporary {
    pub(super) fn create(dir: &Arc<Dir>) -> io::Result<Temporary> {
        let name = temporary_name();
        let file = dir.open_with(&name, private_file().write(true).create_new(true))?.into_std();
        Ok(Temporary { dir: dir.clone(), name, file, placed: false })
    }

    /// Add `data` at the end, which is at `length`. On failure the file is as it was before.
    pub(super) fn append(&mut self, length: u64, data: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(length))?;
        self.file.write_all(data).inspect_err(|_| {
            // If this fails too, what is too much is cut off when the file is put in place.
            let _ = self.file.set_len(length);
        })
    }

    /// Make the content durable.
    pub(super) fn sync(&self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.file.sync_all()
    }

    /// Put the file in its place, replacing a file that is there.
    pub(super) fn place(&mut self, dir: &Dir, name: &str) -> io::Result<()> {
        self.dir.rename(&self.name, dir, name)?;
        self.placed = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.placed
            && let Err(error) = self.dir.remove_file(&self.name)
        {
            tracing::warn!(%error, file = self.name, "a temporary file was left behind");
        }
    }
}

/// Remove what processes that ended in the middle of a write left behind. Files of this process stay: somebody may be
/// writing them.
pub(super) fn clean(dir: &Dir) -> io::Result<()> {
    for entry in dir.entries()? {
        let entry = entry?;
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(own_mark()));
        if !ours && !entry.file_type()?.is_dir() {
            dir.remove_file_or_symlink(&name)?;
        }
    }
    Ok(())
}
