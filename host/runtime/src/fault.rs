//! Why a host function did not do what it was asked for: the guest's fault becomes a variant of the contract, the
//! host's fault goes to the log and the guest learns no more than `unavailable`.

mod journal;

use std::fmt::Display;

use larder_engine::{self as engine, FileError, SqlError, TenantId};
use wasmtime::component::ResourceTableError;

use crate::{
    LarderCtxView,
    bindings::larder::store::{
        archive::ArchiveError,
        files::{self, FileError as WitFileError},
        journal::FluxError,
        sql::SqlError as WitSqlError,
        text::RenderError,
        types::{self, Error as WitError},
        workspaces::WorkspaceError,
    },
    convert,
    handles::{Origin, StoreHandle, TransactionHandle},
};

/// The end of a call that did not succeed.
#[derive(Debug)]
pub enum Fault<E> {
    /// An answer for the guest.
    Guest(E),
    /// The instance cannot go on: a handle that the host never gave out, or a full resource table.
    Trap(wasmtime::Error),
}

/// The end of a call of `store`, `batch`, `atomics`, `transactions`, `events` or `journal` that did not succeed.
pub type StoreFault = Fault<WitError>;

/// The end of a call of `files` that did not succeed.
pub type FileFault = Fault<WitFileError>;

/// The end of a call of `render` that did not succeed.
pub type RenderFault = Fault<RenderError>;

/// The end of a call that runs SQL that did not succeed.
pub type SqlFault = Fault<WitSqlError>;

/// The end of a call of `workspaces` that did not succeed.
pub type WorkspaceFault = Fault<WorkspaceError>;

/// The end of a call that runs Flux that did not succeed.
pub type FluxFault = Fault<FluxError>;

/// The end of a call of `archive` that did not succeed.
pub type ArchiveFault = Fault<ArchiveError>;

impl<E> Fault<E> {
    /// What the guest is told, or the end of the instance.
    pub(crate) fn told(self) -> wasmtime::Result<E> {
        match self {
            Fault::Guest(error) => Ok(error),
            Fault::Trap(error) => Err(error),
        }
    }
}

impl<E: From<WitError>> From<WitError> for Fault<E> {
    fn from(error: WitError) -> Fault<E> {
        Fault::Guest(error.into())
    }
}

impl From<WitFileError> for FileFault {
    fn from(error: WitFileError) -> FileFault {
        Fault::Guest(error)
    }
}

impl<E> From<ResourceTableError> for Fault<E> {
    fn from(error: ResourceTableError) -> Fault<E> {
        Fault::Trap(error.into())
    }
}

/// Errors of interfaces of their own, with a case for those that any call on a store can answer.
macro_rules! with_errors_of_stores {
    ($($error:ident)*) => {
        $(impl From<WitError> for $error {
            fn from(error: WitError) -> $error {
                $error::Store(error)
            }
        }

        impl From<StoreFault> for Fault<$error> {
            fn from(fault: StoreFault) -> Fault<$error> {
                match fault {
                    Fault::Guest(error) => error.into(),
                    Fault::Trap(error) => Fault::Trap(error),
                }
            }
        })*
    };
}

with_errors_of_stores! { ArchiveError FluxError RenderError WitSqlError WorkspaceError }

impl types::Host for LarderCtxView<'_> {
    fn convert_error(&mut self, fault: StoreFault) -> wasmtime::Result<WitError> {
        fault.told()
    }
}

impl files::Host for LarderCtxView<'_> {
    fn convert_file_error(&mut self, fault: FileFault) -> wasmtime::Result<WitFileError> {
        fault.told()
    }
}

impl StoreHandle {
    /// Turn what the engine answered to `operation` into the guest's answer.
    pub(crate) fn answer<R>(&self, operation: &'static str, result: engine::Result<R>) -> Result<R, StoreFault> {
        result.map_err(|error| store_fault(error, self.store.tenant(), &self.label, operation))
    }
}

impl TransactionHandle {
    /// Turn what the engine answered to `operation` into the guest's answer.
    pub(crate) fn answer<R>(&self, operation: &'static str, result: engine::Result<R>) -> Result<R, StoreFault> {
        result.map_err(|error| store_fault(error, &self.tenant, &self.label, operation))
    }
}

impl Origin {
    /// Turn what the engine answered to `operation` on a store into the guest's answer.
    pub(crate) fn store_answer<R>(&self, operation: &'static str, result: engine::Result<R>) -> Result<R, StoreFault> {
        result.map_err(|error| store_fault(error, &self.tenant, &self.label, operation))
    }

    /// Turn what the engine answered to `operation` into the guest's answer.
    pub(crate) fn answer<R>(&self, operation: &'static str, result: engine::FileResult<R>) -> Result<R, FileFault> {
        result.map_err(|error| file_fault(error, self, operation))
    }
}

impl Origin {
    /// Turn what the engine answered to a statement into the guest's answer.
    pub(crate) fn sql_answer<R>(&self, result: Result<R, SqlError>) -> Result<R, SqlFault> {
        result.map_err(|error| {
            SqlFault::Guest(convert::sql_error(error).unwrap_or_else(|error| {
                log(&error, &self.tenant, &self.label, "query");
                WitSqlError::Store(WitError::Unavailable)
            }))
        })
    }

    /// Turn what the engine answered to `operation` on workspaces into the guest's answer.
    pub(crate) fn workspace_answer<R>(
        &self,
        operation: &'static str,
        result: engine::Result<R>,
    ) -> Result<R, WorkspaceFault> {
        use engine::Error;
        result.map_err(|error| match error {
            Error::WorkspaceExists { .. } => WorkspaceFault::Guest(WorkspaceError::AlreadyExists),
            Error::WorkspaceNotFound { .. } => WorkspaceFault::Guest(WorkspaceError::NotFound),
            Error::WorkspaceFull { limit } => WorkspaceFault::Guest(WorkspaceError::Full(limit)),
            Error::TooManyWorkspaces { limit } => {
                WorkspaceFault::Guest(WorkspaceError::TooMany(u32::try_from(limit).unwrap_or(u32::MAX)))
            }
            error => store_fault(error, &self.tenant, &self.label, operation).into(),
        })
    }
}

fn store_fault(error: engine::Error, tenant: &TenantId, label: &str, operation: &'static str) -> StoreFault {
    StoreFault::Guest(convert::error(error).unwrap_or_else(|error| {
        log(&error, tenant, label, operation);
        WitError::Unavailable
    }))
}

fn file_fault(error: FileError, origin: &Origin, operation: &'static str) -> FileFault {
    FileFault::Guest(convert::file_error(error).unwrap_or_else(|error| {
        log(&error, &origin.tenant, &origin.label, operation);
        WitFileError::Unavailable
    }))
}

fn log(error: &dyn Display, tenant: &TenantId, label: &str, operation: &'static str) {
    tracing::error!(%tenant, label, operation, "{error}");
}
