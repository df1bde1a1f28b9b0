//! Why nothing came of a command.

use std::fmt;

use larder_guest::files::FileError;
use larder_guest::{Error, Quota};

use crate::exit;

/// Why nothing came of a command. What was stored is as it was.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The files of the tenant cannot be read at all.
    Files(FileError),
    /// The store refused.
    Store(Error),
    /// The store refused what a scan found.
    Record { error: Error, packages: usize },
}

impl Failure {
    /// The exit code that tells it.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Files(_) => exit::UNREAD,
            Self::Store(_) | Self::Record { .. } => exit::REFUSED,
        }
    }

    /// What the quota counts that was in the way, and how much there may be.
    pub(crate) fn quota(&self) -> Option<(&'static str, u64)> {
        let (Self::Store(error) | Self::Record { error, .. }) = self else {
            return None;
        };
        match error {
            Error::QuotaExceeded { quota, limit, .. } => Some((name(*quota), *limit)),
            _ => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Files(error) => write!(f, "The files of this tenant cannot be read: {error}."),
            Self::Store(error) => write!(f, "The store refused: {error}."),
            Self::Record { error: Error::QuotaExceeded { quota, limit, .. }, packages } => write!(
                f,
                "The store refused: {packages} packages do not fit into the quota of {limit} {}. Ask the host for more. \
                 The last inventory is as it was.",
                name(*quota)
            ),
            Self::Record { error, .. } => write!(f, "The store refused: {error}. The last inventory is as it was."),
        }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::Files(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Store(error.into())
    }
}

fn name(quota: Quota) -> &'static str {
    match quota {
        Quota::Keys => "keys",
        Quota::Groups => "groups",
        Quota::Bytes => "bytes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_says_which_and_how_much() {
        let error = Error::QuotaExceeded { quota: Quota::Keys, used: 30, limit: 30 };
        let failure = Failure::Record { error, packages: 301 };
        assert_eq!(
            failure.to_string(),
            "The store refused: 301 packages do not fit into the quota of 30 keys. Ask the host for more. \
             The last inventory is as it was."
        );
        assert_eq!(failure.quota(), Some(("keys", 30)));
        assert_eq!(failure.code(), 3);
    }
}
