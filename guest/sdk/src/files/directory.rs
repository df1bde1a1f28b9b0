//! A tree of files.

use super::{FileError, FileReader, FileUsage, FileWriter, Info, Item};
use std::vec::IntoIter;

use crate::bindings::files as raw;
use crate::paging::Pages;

/// A tree of files that the host granted under a label.
///
/// # Errors
/// Every call can answer [`FileError::InvalidPath`],
/// [`FileError::AccessDenied`] and [`FileError::Unavailable`]. What a call can
/// answer besides is written with it.
#[derive(Debug)]
pub struct Directory(raw::Directory);

impl Directory {
    /// Opens the tree that the host granted as `label`; `"default"` is the
    /// plugin's own.
    ///
    /// # Errors
    /// [`FileError::AccessDenied`] when the label is unknown or granted without
    /// files, [`FileError::TooManyHandles`].
    pub fn open(label: &str) -> Result<Self, FileError> {
        Ok(Self(raw::Directory::open(label)?))
    }

    /// A whole file.
    ///
    /// # Errors
    /// [`FileError::NotFound`], [`FileError::NotAFile`],
    /// [`FileError::IsADirectory`]; [`FileError::TooLarge`] (over 16 MiB unless
    /// the host changed it): use [`Directory::open_read`].
    pub fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        Ok(self.0.read(path)?)
    }

    /// A whole file as text.
    ///
    /// # Errors
    /// As [`Directory::read`], and [`FileError::NotText`].
    pub fn read_to_string(&self, path: &str) -> Result<String, FileError> {
        String::from_utf8(self.read(path)?).map_err(|_| FileError::NotText)
    }

    /// Creates or replaces a whole file in one step, and the directories on the
    /// way to it.
    ///
    /// # Errors
    /// [`FileError::IsADirectory`], [`FileError::NotADirectory`],
    /// [`FileError::NotAFile`], [`FileError::QuotaExceeded`].
    pub fn write(&self, path: &str, data: impl AsRef<[u8]>) -> Result<(), FileError> {
        Ok(self.0.write(path, data.as_ref())?)
    }

    /// Opens a file to be read piece by piece.
    ///
    /// # Errors
    /// [`FileError::NotFound`], [`FileError::NotAFile`],
    /// [`FileError::IsADirectory`], [`FileError::TooManyHandles`].
    pub fn open_read(&self, path: &str) -> Result<FileReader, FileError> {
        self.open_read_at(path, 0)
    }

    /// As [`Directory::open_read`], from byte `offset` on.
    ///
    /// # Errors
    /// As [`Directory::open_read`].
    pub fn open_read_at(&self, path: &str, offset: u64) -> Result<FileReader, FileError> {
        Ok(FileReader(self.0.open_read(path, offset)?))
    }

    /// Begins a file that takes the place of what is at `path` when
    /// [`FileWriter::finish`] is called.
    ///
    /// # Errors
    /// As [`Directory::write`], and [`FileError::TooManyHandles`].
    pub fn create(&self, path: &str) -> Result<FileWriter, FileError> {
        Ok(FileWriter(self.0.create(path)?))
    }

    /// Facts of what lies at `path`, or `None`.
    ///
    /// # Errors
    /// See [`Directory`].
    pub fn stat(&self, path: &str) -> Result<Option<Info>, FileError> {
        Ok(self.0.stat(path)?)
    }

    /// The names in a directory, in byte order; `""` is the tree itself. An
    /// error ([`FileError::NotFound`], [`FileError::NotADirectory`]) is the
    /// last item.
    pub fn list<'a>(&'a self, path: &'a str) -> Items<'a> {
        Items { directory: self, path, pages: Pages::new() }
    }

    /// Makes a directory and those on the way to it. One that is there is no
    /// error.
    ///
    /// # Errors
    /// [`FileError::AlreadyExists`] (as something else),
    /// [`FileError::NotADirectory`], [`FileError::QuotaExceeded`].
    pub fn create_directory(&self, path: &str) -> Result<(), FileError> {
        Ok(self.0.create_directory(path)?)
    }

    /// Removes a file, an empty directory, or a link (not what it points to).
    ///
    /// # Errors
    /// [`FileError::NotFound`], [`FileError::NotEmpty`].
    pub fn remove(&self, path: &str) -> Result<(), FileError> {
        Ok(self.0.remove(path)?)
    }

    /// Moves a file or directory to another place in the tree, in one step. A
    /// file at the new place is replaced.
    ///
    /// # Errors
    /// [`FileError::NotFound`], [`FileError::AlreadyExists`] (a directory),
    /// [`FileError::NotADirectory`], [`FileError::IsADirectory`],
    /// [`FileError::NotAFile`].
    pub fn rename(&self, from: &str, to: &str) -> Result<(), FileError> {
        Ok(self.0.rename(from, to)?)
    }

    /// What the files of the tenant use, and the limits.
    ///
    /// # Errors
    /// See [`Directory`].
    pub fn usage(&self) -> Result<FileUsage, FileError> {
        Ok(self.0.usage()?)
    }
}

/// The names in a directory; see [`Directory::list`].
#[derive(Debug)]
pub struct Items<'a> {
    directory: &'a Directory,
    path: &'a str,
    pages: Pages<IntoIter<Item>>,
}

impl Iterator for Items<'_> {
    type Item = Result<Item, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.pages.next(|cursor| {
            let page = self.directory.0.list(self.path, cursor, 0)?;
            Ok((page.items, page.next))
        })
    }
}
