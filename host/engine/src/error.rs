//! What can go wrong, and what to do about it.

use std::{fmt, io, time::Duration};

use crate::TenantId;

/// The result of an engine operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a size limit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SizeLimit {
    /// A group name, in bytes.
    Group,
    /// A key, in bytes.
    Key,
    /// A value, in bytes.
    Value,
    /// The items of one call.
    Batch,
    /// The bytes of one answer.
    Response,
    /// A template, in bytes.
    Template,
    /// The entries of a group that a template is run over, in bytes.
    Entries,
}

impl fmt::Display for SizeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SizeLimit::Group => "group name",
            SizeLimit::Key => "key",
            SizeLimit::Value => "value",
            SizeLimit::Batch => "batch",
            SizeLimit::Response => "answer",
            SizeLimit::Template => "template",
            SizeLimit::Entries => "group of entries",
        })
    }
}

/// What a quota counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaKind {
    /// Live entries.
    Keys,
    /// Groups with an entry.
    Groups,
    /// Bytes of group names, keys and values.
    Bytes,
}

impl fmt::Display for QuotaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            QuotaKind::Keys => "keys",
            QuotaKind::Groups => "groups",
            QuotaKind::Bytes => "bytes",
        })
    }
}

/// Why an operation did not happen. Nothing of it was kept.
///
/// [`Error::is_callers_fault`] tells the errors that the caller can mend from those that are for the host's operator;
/// [`Error::hint`] says what to do.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An argument is not acceptable in itself.
    #[error("{argument}: {rule}")]
    InvalidArgument {
        /// The argument's name.
        argument: &'static str,
        /// The rule that it breaks.
        rule: String,
    },
    /// A name breaks the rules for names of its kind.
    #[error("{what} \"{name}\" is refused: {rule}")]
    InvalidName {
        /// The kind of name: tenant, scope.
        what: &'static str,
        /// The name, escaped and cut so that it can be shown.
        name: String,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// A Flux text has something that is not supported, or no Flux.
    #[error("line {line}, column {column}: {problem}")]
    Flux {
        /// Counted from 1.
        line: usize,
        /// In characters, counted from 1.
        column: usize,
        /// What is wrong there.
        problem: String,
        /// Whether it is about a moment or a duration.
        in_time: bool,
    },
    /// Something is larger than the limits allow.
    #[error("{what} of {size} is over the limit of {limit}")]
    TooLarge {
        /// What is too large.
        what: SizeLimit,
        /// Its size, in bytes or items.
        size: u64,
        /// The limit, in the same unit.
        limit: u64,
    },
    /// The write would have passed a quota.
    #[error("quota of {limit} {quota} exceeded: {used} in use")]
    QuotaExceeded {
        /// What the quota counts.
        quota: QuotaKind,
        /// In use before the refused write.
        used: u64,
        /// The quota.
        limit: u64,
    },
    /// The store was opened for reading only.
    #[error("access denied: the store is open for reading only")]
    AccessDenied,
    /// The value to be incremented is not a number.
    #[error("the value is not a counter: neither decimal digits nor eight bytes")]
    NotACounter,
    /// The increment would leave the range of a signed 64-bit number.
    #[error("the increment leaves the range of a signed 64-bit number")]
    Overflow,
    /// The template is not one; the text says what is wrong with it.
    #[error("the template cannot be parsed: {0}")]
    TemplateParse(String),
    /// The template failed while it ran; the text says at what. Nothing of what it printed is kept.
    #[error("the template failed: {0}")]
    TemplateExecution(String),
    /// A write beside a transaction that the same caller holds open; it would wait for itself.
    #[error("a transaction of the same caller is open on the tenant")]
    TransactionOpen,
    /// The transaction passed its deadline and was rolled back.
    #[error("the transaction passed its deadline and was rolled back")]
    TransactionExpired,
    /// The transaction lost against another writer and was rolled back.
    #[error("the transaction lost against another writer and was rolled back")]
    Conflict,
    /// Another writer held the tenant for too long.
    #[error("tenant {tenant} is busy: another writer held it for more than {} ms", waited.as_millis())]
    Busy {
        /// The tenant.
        tenant: TenantId,
        /// How long this caller waited.
        waited: Duration,
    },
    /// The transaction has ended, or the store is closed.
    #[error("closed")]
    Closed,
    /// There is no such tenant under the root.
    #[error("there is no tenant {tenant}")]
    TenantNotFound {
        /// The tenant.
        tenant: TenantId,
    },
    /// There is no such archive, or it is another scope's.
    #[error("there is no archive {name}")]
    ArchiveNotFound {
        /// The name, escaped and cut so that it can be shown.
        name: String,
    },
    /// Another process owns the tenant.
    #[error("tenant {tenant} is in use by {holder}")]
    InUse {
        /// The tenant.
        tenant: TenantId,
        /// Who owns it, as far as the lock file tells.
        holder: String,
    },
    /// The database was written by a newer version of larder. It was left untouched.
    #[error(
        "the database of tenant {tenant} has schema version {found}; this program knows versions up to {supported}"
    )]
    NewerSchema {
        /// The tenant.
        tenant: TenantId,
        /// The version of the file.
        found: i64,
        /// The newest version that this program knows.
        supported: i64,
    },
    /// A legacy table has a shape that is not known. The database was left untouched.
    #[error("the legacy table kv of tenant {tenant} cannot become entries: {detail}")]
    LegacyTable {
        /// The tenant.
        tenant: TenantId,
        /// Its columns and the number of its rows.
        detail: String,
    },
    /// A file is not what it should be. It was left as it is.
    #[error("{file} of tenant {tenant} is damaged: {detail}")]
    Corrupt {
        /// The tenant.
        tenant: TenantId,
        /// The file, relative to the root.
        file: String,
        /// What SQLite said.
        detail: String,
    },
    /// The disk has no room left.
    #[error("the disk is full: {operation} for tenant {tenant} was not done")]
    DiskFull {
        /// The tenant.
        tenant: TenantId,
        /// What was being done.
        operation: &'static str,
    },
    /// The disk or the file cannot be written.
    #[error("the disk cannot be written: {operation} for tenant {tenant} was not done")]
    ReadOnly {
        /// The tenant.
        tenant: TenantId,
        /// What was being done.
        operation: &'static str,
    },
    /// The sandbox refused what lies on the disk.
    #[error("{what} is refused: {rule}")]
    Refused {
        /// What was found, relative to the root.
        what: String,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// The storage failed in some other way.
    #[error("{operation} failed: {detail}")]
    Storage {
        /// What was being done.
        operation: &'static str,
        /// What the storage said.
        detail: String,
    },
    /// The operating system refused something.
    #[error("{operation} failed: {source}")]
    Io {
        /// What was being done, to what.
        operation: String,
        /// The operating system's answer.
        source: io::Error,
    },
    /// There is a workspace of this name, in use or left over.
    #[error("there is a workspace \"{name}\" already")]
    WorkspaceExists {
        /// Its name.
        name: String,
    },
    /// There is no left-over workspace of this name.
    #[error("there is no workspace \"{name}\" to recover")]
    WorkspaceNotFound {
        /// Its name.
        name: String,
    },
    /// The workspace has no room for this.
    #[error("the workspace would be larger than {limit} bytes")]
    WorkspaceFull {
        /// Most bytes.
        limit: u64,
    },
    /// The scope has as many workspaces as it may have.
    #[error("there are {limit} workspaces already")]
    TooManyWorkspaces {
        /// Most workspaces.
        limit: usize,
    },
    /// This kind of root does not offer the operation.
    #[error("not supported: {0}")]
    Unsupported(&'static str),
}

impl Error {
    /// Whether the caller can mend this (a bad argument, a quota, a lost race) rather than the host's operator.
    pub fn is_callers_fault(&self) -> bool {
        !matches!(
            self,
            Error::InUse { .. }
                | Error::NewerSchema { .. }
                | Error::LegacyTable { .. }
                | Error::Corrupt { .. }
                | Error::DiskFull { .. }
                | Error::ReadOnly { .. }
                | Error::Refused { .. }
                | Error::Storage { .. }
                | Error::Io { .. }
                | Error::Unsupported(_)
        )
    }

    /// The same error for somebody else whom it befell too.
    pub(crate) fn again(&self) -> Error {
        match self {
            Error::Closed => Error::Closed,
            Error::Conflict => Error::Conflict,
            Error::Busy { tenant, waited } => Error::Busy { tenant: tenant.clone(), waited: *waited },
            error => Error::Storage { operation: "commit", detail: error.to_string() },
        }
    }

    /// A word for its kind, for programs: metrics count errors by it. It does not change with the message.
    pub fn kind(&self) -> &'static str {
        match self {
            Error::InvalidArgument { .. } => "invalid-argument",
            Error::InvalidName { .. } => "invalid-name",
            Error::TooLarge { .. } => "too-large",
            Error::QuotaExceeded { .. } => "quota-exceeded",
            Error::AccessDenied => "access-denied",
            Error::NotACounter => "not-a-counter",
            Error::Overflow => "overflow",
            Error::TransactionOpen => "transaction-open",
            Error::TransactionExpired => "transaction-expired",
            Error::Conflict => "conflict",
            Error::Busy { .. } => "busy",
            Error::Closed => "closed",
            Error::TenantNotFound { .. } => "no-such-tenant",
            Error::InUse { .. } => "in-use",
            Error::NewerSchema { .. } => "newer-schema",
            Error::Corrupt { .. } => "corrupt",
            Error::DiskFull { .. } => "disk-full",
            Error::ReadOnly { .. } => "read-only",
            Error::Refused { .. } => "refused",
            Error::Storage { .. } => "storage",
            Error::Io { .. } => "io",
            Error::Unsupported(_) => "unsupported",
            Error::Flux { .. } => "flux",
            Error::ArchiveNotFound { .. } => "no-such-archive",
            Error::LegacyTable { .. } => "legacy-table",
            Error::TemplateParse(_) => "template-parse",
            Error::TemplateExecution(_) => "template-execution",
            Error::WorkspaceExists { .. } => "workspace-exists",
            Error::WorkspaceNotFound { .. } => "no-such-workspace",
            Error::WorkspaceFull { .. } => "workspace-full",
            Error::TooManyWorkspaces { .. } => "too-many-workspaces",
        }
    }

    /// What to do about it, in one sentence, where there is something to say.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Error::InUse { .. } => "one process owns a tenant at a time: stop the other one, or use it".into(),
            Error::NewerSchema { .. } => "run the version of larder that wrote it, or a newer one".into(),
            Error::LegacyTable { .. } => {
                "go-store did not make this table: give it another name with sqlite3 (`ALTER TABLE kv RENAME TO ..`)"
                    .into()
            }
            Error::Corrupt { file, .. } => format!(
                "the file was left as it is; restore {file} from a backup, or save what is readable with `sqlite3 {file} .recover`"
            ),
            Error::DiskFull { .. } => "free some room and try again; what was stored before is safe".into(),
            Error::ReadOnly { .. } => {
                "check the permissions of the root directory and that the disk is mounted for writing".into()
            }
            Error::Refused { .. } => {
                "larder opens its own regular files only; move the thing away if you did not put it there".into()
            }
            Error::QuotaExceeded { quota, .. } => format!("delete entries, or raise the quota on {quota}"),
            Error::TooLarge { .. } => "split it, or raise the limit in the host's configuration".into(),
            Error::Busy { .. } => "nothing was written; try again".into(),
            Error::Conflict => "run the transaction again from its start".into(),
            Error::TransactionExpired => {
                "make transactions shorter, or raise the deadline in the host's configuration".into()
            }
            Error::TransactionOpen => "write through the transaction's store, or end the transaction first".into(),
            Error::WorkspaceExists { .. } => "take another name, or recover the one that is left over".into(),
            Error::WorkspaceFull { .. } | Error::TooManyWorkspaces { .. } => {
                "commit or discard workspaces, or raise the limit in the host's configuration".into()
            }
            _ => return None,
        };
        Some(hint)
    }
}

/// A name as an error can show it: control characters escaped, cut to a readable length.
pub(crate) fn shown(name: &str) -> String {
    let mut shown = String::new();
    for (n, c) in name.chars().enumerate() {
        if n == crate::limits::NAME_IN_ERROR_CHARS {
            shown.push('…');
            break;
        }
        shown.extend(c.escape_debug());
    }
    shown
}
