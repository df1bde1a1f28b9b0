//! Why a call on files was refused.

use core::fmt;
use std::io;

use super::FileQuota;
use crate::bindings::files as raw;

/// Why a call on files was refused.
///
/// The text of an error says what to do about it. It becomes a
/// [`std::io::Error`] of the fitting kind.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileError {
    /// The label is unknown or not granted, or the grant does not allow
    /// writing.
    AccessDenied,
    /// The path breaks a rule; the text says which.
    InvalidPath(String),
    /// The cursor was altered or belongs to another directory.
    InvalidCursor,
    /// There is nothing at the path.
    NotFound,
    /// There is something at the path already.
    AlreadyExists,
    /// A name on the way is not a directory.
    NotADirectory,
    /// A file was asked for, and the path leads to a directory.
    IsADirectory,
    /// A directory that is to be removed still holds something.
    NotEmpty,
    /// What lies at the path is neither file nor directory.
    NotAFile,
    /// The write would have passed a quota.
    QuotaExceeded {
        /// What the quota counts.
        quota: FileQuota,
        /// What was in use before the refused write.
        used: u64,
        /// How much there may be.
        limit: u64,
    },
    /// The file has more bytes than one call answers.
    TooLarge {
        /// How many bytes a call answers.
        limit: u64,
    },
    /// The instance holds as many directories, readers and writers as it may.
    TooManyHandles {
        /// How many there may be.
        limit: u32,
    },
    /// The host's storage failed; the host's log says how.
    Unavailable,
    /// The file is not UTF-8, and text was asked for.
    NotText,
}

impl From<raw::FileError> for FileError {
    fn from(error: raw::FileError) -> Self {
        match error {
            raw::FileError::AccessDenied => Self::AccessDenied,
            raw::FileError::InvalidPath(rule) => Self::InvalidPath(rule),
            raw::FileError::InvalidCursor => Self::InvalidCursor,
            raw::FileError::NotFound => Self::NotFound,
            raw::FileError::AlreadyExists => Self::AlreadyExists,
            raw::FileError::NotADirectory => Self::NotADirectory,
            raw::FileError::IsADirectory => Self::IsADirectory,
            raw::FileError::NotEmpty => Self::NotEmpty,
            raw::FileError::NotAFile => Self::NotAFile,
            raw::FileError::QuotaExceeded(raw::FileQuotaExceeded { quota, used, limit }) => {
                Self::QuotaExceeded { quota, used, limit }
            }
            raw::FileError::TooLarge(limit) => Self::TooLarge { limit },
            raw::FileError::TooManyHandles(limit) => Self::TooManyHandles { limit },
            raw::FileError::Unavailable => Self::Unavailable,
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessDenied => "access denied: ask the host to grant files, and writing if you write",
            Self::InvalidPath(rule) => return write!(f, "invalid path: {rule}"),
            Self::InvalidCursor => "the listing cannot go on from here: start it again",
            Self::NotFound => "there is nothing at this path",
            Self::AlreadyExists => "there is something at this path already: remove it first",
            Self::NotADirectory => "a name in this path is not a directory",
            Self::IsADirectory => "there is a directory at this path, not a file",
            Self::NotEmpty => "the directory is not empty: remove what it holds first",
            Self::NotAFile => "a link or a device lies at this path, which cannot be used here",
            Self::QuotaExceeded { quota, used, limit } => {
                let quota = match quota {
                    FileQuota::Bytes => "bytes",
                    FileQuota::Files => "files",
                };
                return write!(
                    f,
                    "quota exceeded, {used} of {limit} {quota} are in use: \
                     remove something, or ask the host for more"
                );
            }
            Self::TooLarge { limit } => {
                return write!(f, "the file is over the {limit} bytes that one call answers: read it in pieces");
            }
            Self::TooManyHandles { limit } => {
                return write!(f, "{limit} open files are the most there may be: drop one");
            }
            Self::Unavailable => "the host's storage failed: see the host's log",
            Self::NotText => "the file is not UTF-8 text: read it as bytes",
        })
    }
}

impl std::error::Error for FileError {}

/// For functions of a WIT world that answer `result<_, string>`.
impl From<FileError> for String {
    fn from(error: FileError) -> Self {
        error.to_string()
    }
}

impl From<FileError> for io::Error {
    fn from(error: FileError) -> Self {
        use io::ErrorKind as Kind;
        let kind = match error {
            FileError::AccessDenied => Kind::PermissionDenied,
            FileError::InvalidPath(_) | FileError::InvalidCursor => Kind::InvalidInput,
            FileError::NotFound => Kind::NotFound,
            FileError::AlreadyExists => Kind::AlreadyExists,
            FileError::NotADirectory => Kind::NotADirectory,
            FileError::IsADirectory => Kind::IsADirectory,
            FileError::NotEmpty => Kind::DirectoryNotEmpty,
            FileError::QuotaExceeded { .. } => Kind::QuotaExceeded,
            FileError::TooLarge { .. } => Kind::FileTooLarge,
            FileError::NotText => Kind::InvalidData,
            FileError::NotAFile | FileError::TooManyHandles { .. } | FileError::Unavailable => Kind::Other,
        };
        Self::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_io_error_keeps_kind_and_text() {
        let error = io::Error::from(FileError::QuotaExceeded { quota: FileQuota::Files, used: 3, limit: 3 });
        assert_eq!(error.kind(), io::ErrorKind::QuotaExceeded);
        assert!(error.to_string().starts_with("quota exceeded, 3 of 3 files"));
    }
}
