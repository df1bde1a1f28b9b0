//! Why a command did not do what it was asked for, in words for a person and for a program.

use std::{fmt::Display, io, path::Path};

use larder::{
    GrantError, LoadError, ManifestError, RunError, RuntimeError,
    engine::{Error, FileError, SqlError},
    testing::KitError,
    triggers::TriggerError,
};

use serde::Serialize;

use crate::exit::Exit;

/// The result of a command.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// An error for the user.
#[derive(Debug, Serialize)]
pub(crate) struct Failure {
    #[serde(skip)]
    pub(crate) exit: Exit,
    /// A word for programs, such as `no-such-tenant`.
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
    /// More than most want to know, such as a backtrace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, kind: &'static str, message: impl Display) -> Failure {
        Failure { exit, kind, message: message.to_string(), hint: None, detail: None }
    }

    pub(crate) fn usage(message: impl Display) -> Failure {
        Failure::new(Exit::Usage, "usage", message)
    }

    /// A file of the user's that could not be read or written.
    pub(crate) fn io(doing: &str, path: &Path, error: &io::Error) -> Failure {
        let exit = match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::IsADirectory => Exit::Negative,
            _ => Exit::Storage,
        };
        Failure::new(exit, "io", format!("cannot {doing} {}: {error}", path.display()))
    }

    /// Standard output that could not be written. A reader that has seen enough and went is no failure.
    pub(crate) fn output(error: &io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::new(Exit::Ok, "broken-pipe", ""),
            _ => Failure::new(Exit::Storage, "io", format!("cannot write to standard output: {error}")),
        }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Failure {
        Failure { hint: Some(hint.into()), ..self }
    }

    /// Say what the error is about, before the message.
    pub(crate) fn about(self, what: impl Display) -> Failure {
        Failure { message: format!("{what}: {}", self.message), ..self }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let exit = match &error {
            Error::InvalidArgument { .. }
            | Error::InvalidName { .. }
            | Error::Flux { .. }
            | Error::TemplateParse(_) => Exit::Usage,
            Error::TooLarge { .. }
            | Error::QuotaExceeded { .. }
            | Error::WorkspaceFull { .. }
            | Error::TooManyWorkspaces { .. } => Exit::Limit,
            Error::AccessDenied => Exit::Refused,
            Error::InUse { .. } | Error::Busy { .. } | Error::Conflict => Exit::InUse,
            Error::NewerSchema { .. } | Error::LegacyTable { .. } | Error::Corrupt { .. } | Error::Refused { .. } => {
                Exit::Damaged
            }
            Error::DiskFull { .. } | Error::ReadOnly { .. } | Error::Io { .. } | Error::Storage { .. } => Exit::Storage,
            _ => Exit::Negative,
        };
        let (kind, hint) = (error.kind(), error.hint());
        Failure { hint, ..Failure::new(exit, kind, error) }
    }
}

impl From<SqlError> for Failure {
    fn from(error: SqlError) -> Failure {
        let (exit, kind) = match error {
            SqlError::Store(error) => return error.into(),
            SqlError::NotAllowed(_) => (Exit::Refused, "sql-not-allowed"),
            SqlError::Parameters { .. } => (Exit::Usage, "sql-parameters"),
            SqlError::TooManyRows { .. } | SqlError::TooLarge { .. } => (Exit::Limit, "sql-too-large"),
            SqlError::TimeOut { .. } => (Exit::Limit, "sql-time-limit"),
            _ => (Exit::Usage, "sql"),
        };
        Failure::new(exit, kind, error)
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Failure {
        let (exit, kind) = match &error {
            FileError::AccessDenied => (Exit::Refused, "access-denied"),
            FileError::InvalidPath { .. } => (Exit::Usage, "invalid-path"),
            FileError::QuotaExceeded { .. } => (Exit::Limit, "quota-exceeded"),
            FileError::TooLarge { .. } => (Exit::Limit, "too-large"),
            FileError::NotFound => (Exit::Negative, "not-found"),
            FileError::NotAFile => (Exit::Damaged, "not-a-file"),
            FileError::Io { source, .. } => {
                let (kind, hint) = match source.kind() {
                    io::ErrorKind::StorageFull => ("disk-full", "free some room and try again"),
                    io::ErrorKind::ReadOnlyFilesystem => ("read-only", "the disk has to be mounted for writing"),
                    _ => return Failure::new(Exit::Storage, "io", error),
                };
                return Failure::new(Exit::Storage, kind, error).hint(hint);
            }
            _ => (Exit::Negative, "failed"),
        };
        let hint = match &error {
            FileError::QuotaExceeded { .. } => Some("remove files, or raise the quota on files".to_owned()),
            _ => None,
        };
        Failure { hint, ..Failure::new(exit, kind, error) }
    }
}

impl From<ManifestError> for Failure {
    fn from(error: ManifestError) -> Failure {
        match error {
            ManifestError::Engine(error) => error.into(),
            ManifestError::Grant(error) => error.into(),
            ManifestError::Read { path, source } => Failure::io("read", &path, &source),
            other => Failure::new(Exit::Usage, "manifest", other),
        }
    }
}

impl From<GrantError> for Failure {
    fn from(error: GrantError) -> Failure {
        Failure::usage(error)
    }
}

impl From<RuntimeError> for Failure {
    fn from(error: RuntimeError) -> Failure {
        Failure::new(Exit::Storage, "runtime", error)
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Failure {
        let (exit, kind) = match &error {
            LoadError::Read { path, source } => return Failure::io("read", path, source),
            LoadError::NotWasm => (Exit::NotAComponent, "not-wasm"),
            LoadError::CoreModule => {
                return Failure::new(Exit::NotAComponent, "core-module", "this is a core module, not a component").hint(
                    "build it for the target wasm32-wasip2 (`cargo build --target wasm32-wasip2`), or make a component \
                     of it with `wasm-tools component new`",
                );
            }
            LoadError::Missing { .. } => (Exit::Refused, "missing-imports"),
            LoadError::Engine { .. } => (Exit::Storage, "runtime"),
            LoadError::NotAHandler => (Exit::NotAComponent, "not-a-handler"),
            LoadError::Mismatch { .. } => (Exit::NotAComponent, "mismatch"),
            _ => (Exit::NotAComponent, "invalid-component"),
        };
        Failure::new(exit, kind, error)
    }
}

impl From<TriggerError> for Failure {
    fn from(error: TriggerError) -> Failure {
        match error {
            TriggerError::Engine(error) => error.into(),
            TriggerError::Setup { .. } => Failure::new(Exit::Refused, "grant", error),
            _ => Failure::new(Exit::NotAComponent, "no-trigger", error),
        }
    }
}

impl From<KitError> for Failure {
    fn from(error: KitError) -> Failure {
        match error {
            KitError::Store(error) => error.into(),
            KitError::Manifest(error) => error.into(),
            KitError::Load(error) => error.into(),
            other => Failure::new(Exit::Storage, "io", other),
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        let (exit, kind, hint) = match &error {
            RunError::TimeOut { .. } => {
                (Exit::Stopped, "time-limit", Some("give it longer with `--time`, such as --time 5min"))
            }
            RunError::OutOfMemory { .. } => {
                (Exit::Stopped, "memory-limit", Some("give it more with `--memory`, such as --memory 512MiB"))
            }
            RunError::TooManyHandles { .. } => {
                (Exit::Stopped, "handle-limit", Some("raise `resources` in [limits] of larder.toml"))
            }
            RunError::CallTooLarge { .. } => {
                (Exit::Stopped, "call-limit", Some("raise `call-bytes` in [limits] of larder.toml"))
            }
            RunError::Trap { backtrace, .. } => {
                let detail = backtrace.clone();
                let hint = detail.is_some().then(|| "`--verbose` shows where".to_owned());
                return Failure { detail, hint, ..Failure::new(Exit::Trapped, "trap", error) };
            }
            RunError::Exit { .. } => (Exit::Negative, "guest-exit", None),
            RunError::NotACommand => (Exit::NotAComponent, "not-a-command", None),
            RunError::NoSuchExport { .. } => (Exit::Usage, "no-such-export", None),
            RunError::Arguments { .. } => (Exit::Usage, "invalid-argument", None),
            _ => (Exit::Storage, "host", None),
        };
        Failure { hint: hint.map(str::to_owned), ..Failure::new(exit, kind, error) }
    }
}
