//! Facts of files and directories.

use std::time::UNIX_EPOCH;

use cap_std::fs::Metadata;

use crate::sandbox::Lies;

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, FIFO, socket or device, or a file with several hard links. It can only be removed.
    Other,
}

/// Facts of a file or directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// What it is.
    pub kind: FileKind,
    /// Bytes of a file; 0 for others.
    pub size: u64,
    /// When it was changed, in milliseconds since 1970-01-01T00:00:00Z.
    pub modified_ms: u64,
}

impl FileInfo {
    pub(super) fn of(metadata: &Metadata) -> FileInfo {
        let (kind, size) = match Lies::of(metadata) {
            Lies::File => (FileKind::File, metadata.len()),
            Lies::Directory => (FileKind::Directory, 0),
            Lies::HardLink | Lies::Symlink | Lies::Special => (FileKind::Other, 0),
        };
        let modified = metadata.modified().ok().and_then(|time| time.into_std().duration_since(UNIX_EPOCH).ok());
        let modified_ms = modified.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
        FileInfo { kind, size, modified_ms }
    }
}

/// One name in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileItem {
    /// The name, without the directory's path.
    pub name: String,
    /// What lies there.
    pub info: FileInfo,
}

/// A page of names in the order of their bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePage {
    /// The names.
    pub items: Vec<FileItem>,
    /// The cursor for the next page, if there is one.
    pub next: Option<String>,
}

/// What a tenant's files use, and the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileUsage {
    /// Bytes of all files together, those that are being written included.
    pub bytes: u64,
    /// The quota on bytes.
    pub max_bytes: Option<u64>,
    /// Files and directories together.
    pub files: u64,
    /// The quota on files and directories.
    pub max_files: Option<u64>,
}
