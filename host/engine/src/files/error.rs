//! What can go wrong with files.

use std::{fmt, io};

/// The result of an operation on files.
pub type FileResult<T> = std::result::Result<T, FileError>;

/// What a quota on files counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileQuotaKind {
    /// Bytes of all files together.
    Bytes,
    /// Files and directories together.
    Files,
}

impl fmt::Display for FileQuotaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FileQuotaKind::Bytes => "bytes of files",
            FileQuotaKind::Files => "files and directories",
        })
    }
}

/// Why an operation on files did not happen.
///
/// All but [`FileError::Io`] are for the caller.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The files were opened for reading only.
    #[error("access denied: the files are open for reading only")]
    AccessDenied,
    /// The path breaks a rule.
    #[error("path \"{path}\" is refused: {rule}")]
    InvalidPath {
        /// The path, escaped and cut so that it can be shown.
        path: String,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// The cursor was altered, or belongs to another directory.
    #[error("the cursor was altered or belongs to another directory")]
    InvalidCursor,
    /// Nothing lies at the path.
    #[error("not found")]
    NotFound,
    /// Something lies at the path already.
    #[error("something is there already")]
    AlreadyExists,
    /// What should be a directory is something else.
    #[error("not a directory")]
    NotADirectory,
    /// What should be a file is a directory.
    #[error("a directory is there")]
    IsADirectory,
    /// The directory holds something, be it something that cannot be named here.
    #[error("the directory is not empty")]
    NotEmpty,
    /// What lies there is neither file nor directory, or a file with further names that may lie anywhere on the disk.
    #[error("not a file: links, FIFOs, sockets and devices are never opened, nor files with several hard links")]
    NotAFile,
    /// The write would have passed a quota.
    #[error("quota of {limit} {quota} exceeded: {used} in use")]
    QuotaExceeded {
        /// What the quota counts.
        quota: FileQuotaKind,
        /// In use before the refused write.
        used: u64,
        /// The quota.
        limit: u64,
    },
    /// The file has more bytes than one call answers.
    #[error("file of {size} bytes is over the limit of {limit} for reading it at once")]
    TooLarge {
        /// The size of the file, in bytes.
        size: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The root was closed.
    #[error("the store is closed")]
    Closed,
    /// The operating system refused something.
    #[error("{operation} failed: {source}")]
    Io {
        /// What was being done.
        operation: &'static str,
        /// The operating system's answer.
        source: io::Error,
    },
}

impl FileError {
    /// A word for its kind, for programs: metrics count errors by it. It does not change with the message.
    pub fn kind(&self) -> &'static str {
        match self {
            FileError::AccessDenied => "access-denied",
            FileError::InvalidPath { .. } => "invalid-path",
            FileError::InvalidCursor => "invalid-cursor",
            FileError::NotFound => "not-found",
            FileError::AlreadyExists => "already-exists",
            FileError::NotADirectory => "not-a-directory",
            FileError::IsADirectory => "is-a-directory",
            FileError::NotEmpty => "not-empty",
            FileError::NotAFile => "not-a-file",
            FileError::QuotaExceeded { .. } => "quota-exceeded",
            FileError::TooLarge { .. } => "too-large",
            FileError::Closed => "closed",
            FileError::Io { .. } => "io",
        }
    }
}

/// The error of an operation that the system refused.
pub(super) fn failed(operation: &'static str) -> impl Fn(io::Error) -> FileError + Copy {
    move |source| FileError::Io { operation, source }
}

/// The same for an operation on something that may not be there.
pub(super) fn missing_or_failed(operation: &'static str) -> impl Fn(io::Error) -> FileError + Copy {
    move |source| match source.kind() {
        io::ErrorKind::NotFound => FileError::NotFound,
        _ => FileError::Io { operation, source },
    }
}
