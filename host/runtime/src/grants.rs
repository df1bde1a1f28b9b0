//! What a label gives.

use std::{fmt, io, sync::Arc};

use larder_engine::{Files, Store};

use crate::{limits::LABEL, wasi_files::WasiFilesCtxBuilder};

/// What a guest gets under one label: a store and, if granted, the tenant's files.
///
/// The engine's [`Store`] carries the tenant, the scope and the quota, so that a grant cannot mix them up.
///
/// ```no_run
/// use larder::{Config, Grant, Larder, Quota, ScopeName, TenantId};
/// # fn main() -> Result<(), larder::engine::Error> {
/// let larder = Larder::open("data", Config::new())?;
/// let tenant = larder.tenant(&TenantId::parse("acme")?);
/// let scope = tenant.scope(ScopeName::parse("notes")?, Quota { keys: Some(1_000), ..Quota::default() });
/// let grant = Grant::store(scope).files(tenant.files()?);
/// let look_only = Grant::store(tenant.store()).read_only();
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Grant {
    pub(crate) store: Store,
    pub(crate) files: Option<Files>,
    pub(crate) bucket_group: Option<Arc<str>>,
}

impl Grant {
    /// Reading and writing a store, and no files.
    pub fn store(store: Store) -> Grant {
        Grant { store, files: None, bucket_group: None }
    }

    /// These files too, by the interface `files`.
    pub fn files(mut self, files: Files) -> Grant {
        self.files = Some(files);
        self
    }

    /// The group that [interfaces of others](crate::standard) show as the bucket of this label. Default: the label, so that two
    /// labels of one store are two buckets.
    pub fn bucket_group(mut self, group: impl Into<Arc<str>>) -> Grant {
        self.bucket_group = Some(group.into());
        self
    }

    /// Reading only: each write, and the begin of a transaction, answers `access-denied`. Holds for what was granted
    /// before this call.
    pub fn read_only(self) -> Grant {
        Grant { store: self.store.read_only(), files: self.files.map(Files::read_only), ..self }
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("tenant", self.store.tenant())
            .field("scope", &self.store.scope())
            .field("files", &self.files.is_some())
            .finish_non_exhaustive()
    }
}

/// The files of a tenant under a path, so that a guest uses them by the file functions of its language.
#[derive(Clone)]
pub struct Preopen {
    /// Where the guest sees the directory, such as `/data` or `.`.
    pub guest_path: String,
    /// The directory.
    pub files: Files,
    /// Whether the guest may write, if `files` allows it. What it writes counts in the quota of `files`.
    pub writable: bool,
}

impl Preopen {
    pub(crate) fn add_to(self, wasi: &mut WasiFilesCtxBuilder) -> Result<(), GrantError> {
        let writable = self.writable && !self.files.is_read_only();
        let path = self.guest_path;
        if path.is_empty() {
            return Err(GrantError::InvalidPreopen { path, rule: "the path is not empty" });
        }
        if path.contains(char::is_control) {
            return Err(GrantError::InvalidPreopen { path, rule: "the path holds no control character" });
        }
        let ledger = Arc::clone(self.files.ledger());
        match self.files.dir().try_clone() {
            Ok(dir) => wasi.preopen(&path, dir, ledger, writable),
            Err(source) => return Err(GrantError::Preopen { path, source }),
        };
        Ok(())
    }
}

/// Why a context could not be built. A mistake of the host's configuration.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// A label breaks the rules for labels.
    #[error("label {label:?} is refused: {rule}")]
    InvalidLabel {
        /// The label.
        label: String,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// Two grants have the same label.
    #[error("label {label:?} is granted twice")]
    DoubleLabel {
        /// The label.
        label: String,
    },
    /// A preopen cannot have this path.
    #[error("preopen {path:?} is refused: {rule}")]
    InvalidPreopen {
        /// The path that the guest was to see.
        path: String,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// The system did not open a preopened directory.
    #[error("preopen {path:?} cannot be opened: {source}")]
    Preopen {
        /// The path that the guest was to see.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Check that `label` is 1 to 64 of the characters `a`-`z`, `A`-`Z`, `0`-`9`, `-` and `_`.
pub(crate) fn check_label(label: &str) -> Result<(), GrantError> {
    let refuse = |rule| Err(GrantError::InvalidLabel { label: label.chars().take(LABEL).collect(), rule });
    if label.is_empty() {
        refuse("a label is not empty")
    } else if label.len() > LABEL {
        refuse("a label has at most 64 characters")
    } else if !label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        refuse("a label has only letters and digits of ASCII, `-` and `_`")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::check_label;

    #[test]
    fn labels_are_plain_words() {
        for good in ["default", "a", "A-1_b", &"x".repeat(64)] {
            assert!(check_label(good).is_ok(), "{good:?}");
        }
        for bad in ["", "a b", "../x", "a\0", "ä", &"x".repeat(65)] {
            assert!(check_label(bad).is_err(), "{bad:?}");
        }
    }
}
