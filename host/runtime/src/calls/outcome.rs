//! How a call ended, by the names that the contract has.

use crate::{
    bindings::larder::store::{
        archive::ArchiveError,
        files::{FileError, FileQuota, FileQuotaExceeded},
        journal::FluxError,
        sql::SqlError,
        text::RenderError,
        types::{Error, Quota, QuotaExceeded},
        workspaces::WorkspaceError,
    },
    fault::Fault,
    testing::TestFault,
};

/// What a quota is that a test says is used up, in bytes or whatever it counts.
const TEST_QUOTA: u64 = 1 << 20;

/// The end of a call that did not succeed.
pub(crate) trait Outcome {
    /// The case of the error that the guest sees, or `trap`.
    fn outcome(&self) -> &'static str;
    /// What a test wants to be answered.
    fn of_test(fault: TestFault) -> Self;
}

impl<E: Outcome> Outcome for Fault<E> {
    fn outcome(&self) -> &'static str {
        match self {
            Fault::Guest(error) => error.outcome(),
            Fault::Trap(_) => "trap",
        }
    }

    fn of_test(fault: TestFault) -> Fault<E> {
        match fault {
            TestFault::Trap => Fault::Trap(wasmtime::Error::msg("the test let the call trap")),
            fault => Fault::Guest(E::of_test(fault)),
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

    fn of_test(fault: TestFault) -> Error {
        match fault {
            TestFault::Busy => Error::Busy,
            TestFault::Conflict => Error::Conflict,
            TestFault::QuotaExceeded => {
                Error::QuotaExceeded(QuotaExceeded { quota: Quota::Bytes, used: TEST_QUOTA, limit: TEST_QUOTA })
            }
            TestFault::Unavailable | TestFault::Trap => Error::Unavailable,
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

    fn of_test(fault: TestFault) -> FileError {
        match fault {
            TestFault::QuotaExceeded => FileError::QuotaExceeded(FileQuotaExceeded {
                quota: FileQuota::Bytes,
                used: TEST_QUOTA,
                limit: TEST_QUOTA,
            }),
            _ => FileError::Unavailable,
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

    fn of_test(fault: TestFault) -> RenderError {
        RenderError::Store(Error::of_test(fault))
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

    fn of_test(fault: TestFault) -> SqlError {
        SqlError::Store(Error::of_test(fault))
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

    fn of_test(fault: TestFault) -> WorkspaceError {
        WorkspaceError::Store(Error::of_test(fault))
    }
}

impl Outcome for FluxError {
    fn outcome(&self) -> &'static str {
        match self {
            FluxError::Store(error) => error.outcome(),
            FluxError::Flux(_) => "flux",
        }
    }

    fn of_test(fault: TestFault) -> FluxError {
        FluxError::Store(Error::of_test(fault))
    }
}

impl Outcome for ArchiveError {
    fn outcome(&self) -> &'static str {
        match self {
            ArchiveError::Store(error) => error.outcome(),
            ArchiveError::NotFound => "not-found",
            ArchiveError::Damaged(_) => "damaged",
        }
    }

    fn of_test(fault: TestFault) -> ArchiveError {
        ArchiveError::Store(Error::of_test(fault))
    }
}
