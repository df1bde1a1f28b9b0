//! How a call ended, by the names that the contract has.

use crate::{
    bindings::larder::store::{
        archive::ArchiveError, files::FileError, journal::FluxError, sql::SqlError, text::RenderError, types::Error,
        workspaces::WorkspaceError,
    },
    fault::{ArchiveFault, FileFault, FluxFault, RenderFault, SqlFault, StoreFault, WorkspaceFault},
};

/// The end of a call that did not succeed.
pub(crate) trait Outcome {
    /// The case of the error that the guest sees, or `trap`.
    fn outcome(&self) -> &'static str;
}

const TRAP: &str = "trap";

impl Outcome for StoreFault {
    fn outcome(&self) -> &'static str {
        match self {
            StoreFault::Guest(error) => error.outcome(),
            StoreFault::Trap(_) => TRAP,
        }
    }
}

impl Outcome for FileFault {
    fn outcome(&self) -> &'static str {
        match self {
            FileFault::Guest(error) => error.outcome(),
            FileFault::Trap(_) => TRAP,
        }
    }
}

impl Outcome for RenderFault {
    fn outcome(&self) -> &'static str {
        match self {
            RenderFault::Guest(error) => error.outcome(),
            RenderFault::Trap(_) => TRAP,
        }
    }
}

impl Outcome for SqlFault {
    fn outcome(&self) -> &'static str {
        match self {
            SqlFault::Guest(error) => error.outcome(),
            SqlFault::Trap(_) => TRAP,
        }
    }
}

impl Outcome for WorkspaceFault {
    fn outcome(&self) -> &'static str {
        match self {
            WorkspaceFault::Guest(error) => error.outcome(),
            WorkspaceFault::Trap(_) => TRAP,
        }
    }
}

impl Outcome for FluxFault {
    fn outcome(&self) -> &'static str {
        match self {
            FluxFault::Guest(FluxError::Store(error)) => error.outcome(),
            FluxFault::Guest(FluxError::Flux(_)) => "flux",
            FluxFault::Trap(_) => TRAP,
        }
    }
}

impl Outcome for ArchiveFault {
    fn outcome(&self) -> &'static str {
        match self {
            ArchiveFault::Guest(ArchiveError::Store(error)) => error.outcome(),
            ArchiveFault::Guest(ArchiveError::NotFound) => "not-found",
            ArchiveFault::Guest(ArchiveError::Damaged(_)) => "damaged",
            ArchiveFault::Trap(_) => TRAP,
        }
    }
}

impl Outcome for Error {
    fn outcome(&self) -> &'static str {
        match self {
            Error::AccessDenied => "access-denied",
            Error::InvalidArgument(_) => "invalid-argument",
            Error::TooLarge(_) => "too-large",
            Error::QuotaExceeded(_) => "quota-exceeded",
            Error::TooMany(_) => "too-many",
            Error::NotACounter => "not-a-counter",
            Error::Overflow => "overflow",
            Error::TransactionOpen => "transaction-open",
            Error::TransactionExpired => "transaction-expired",
            Error::Conflict => "conflict",
            Error::Busy => "busy",
            Error::Closed => "closed",
            Error::Unavailable => "unavailable",
            Error::Unsupported(_) => "unsupported",
        }
    }
}

impl Outcome for FileError {
    fn outcome(&self) -> &'static str {
        match self {
            FileError::AccessDenied => "access-denied",
            FileError::InvalidPath(_) => "invalid-path",
            FileError::InvalidCursor => "invalid-cursor",
            FileError::NotFound => "not-found",
            FileError::AlreadyExists => "already-exists",
            FileError::NotADirectory => "not-a-directory",
            FileError::IsADirectory => "is-a-directory",
            FileError::NotEmpty => "not-empty",
            FileError::NotAFile => "not-a-file",
            FileError::QuotaExceeded(_) => "quota-exceeded",
            FileError::TooLarge(_) => "too-large",
            FileError::TooManyHandles(_) => "too-many-handles",
            FileError::Unavailable => "unavailable",
        }
    }
}

impl Outcome for RenderError {
    fn outcome(&self) -> &'static str {
        match self {
            RenderError::Store(error) => error.outcome(),
            RenderError::Parse(_) => "parse",
            RenderError::Execution(_) => "execution",
        }
    }
}

impl Outcome for SqlError {
    fn outcome(&self) -> &'static str {
        match self {
            SqlError::Store(error) => error.outcome(),
            SqlError::Statement(_) => "statement",
            SqlError::NotAllowed(_) => "not-allowed",
            SqlError::Parameters(_) => "parameters",
            SqlError::TooManyRows(_) => "too-many-rows",
            SqlError::TooLarge(_) => "too-large",
            SqlError::TimeOut(_) => "time-out",
        }
    }
}

impl Outcome for WorkspaceError {
    fn outcome(&self) -> &'static str {
        match self {
            WorkspaceError::Store(error) => error.outcome(),
            WorkspaceError::AlreadyExists => "already-exists",
            WorkspaceError::NotFound => "not-found",
            WorkspaceError::Full(_) => "full",
            WorkspaceError::TooMany(_) => "too-many",
        }
    }
}
