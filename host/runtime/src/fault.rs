//! Why a host function did not do what it was asked for: the guest's fault becomes a variant of the contract, the
//! host's fault goes to the log and the guest learns no more than `unavailable`.

mod journal;

use std::fmt::Display;

use larder_engine::{self as engine, FileError, SqlError, TenantId};
use wasmtime::component::ResourceTableError;

use crate::{
    LarderCtxView,
    bindings::larder::store::{
        files::{self, FileError as WitFileError},
        sql::SqlError as WitSqlError,
        text::RenderError,
        types::{self, Error as WitError},
        workspaces::WorkspaceError,
    },
    convert,
    handles::{Origin, StoreHandle, TransactionHandle},
};

pub use journal::{ArchiveFault, FluxFault};

/// The end of a call of `store`, `batch`, `atomics` or `transactions` that did not succeed.
#[derive(Debug)]
pub enum StoreFault {
    /// An answer for the guest.
    Guest(WitError),
    /// The instance cannot go on: a handle that the host never gave out, or a full resource table.
    Trap(wasmtime::Error),
}

/// The end of a call of `files` that did not succeed.
#[derive(Debug)]
pub enum FileFault {
    /// An answer for the guest.
    Guest(WitFileError),
    /// The instance cannot go on: a handle that the host never gave out, or a full resource table.
    Trap(wasmtime::Error),
}

/// The end of a call of `render` that did not succeed.
#[derive(Debug)]
pub enum RenderFault {
    /// An answer for the guest.
    Guest(RenderError),
    /// The instance cannot go on: a handle that the host never gave out.
    Trap(wasmtime::Error),
}

/// The end of a call that runs SQL that did not succeed.
#[derive(Debug)]
pub enum SqlFault {
    /// An answer for the guest.
    Guest(WitSqlError),
    /// The instance cannot go on: a handle that the host never gave out, or a full resource table.
    Trap(wasmtime::Error),
}

/// The end of a call of `workspaces` that did not succeed.
#[derive(Debug)]
pub enum WorkspaceFault {
    /// An answer for the guest.
    Guest(WorkspaceError),
    /// The instance cannot go on: a handle that the host never gave out, or a full resource table.
    Trap(wasmtime::Error),
}

impl From<WitError> for SqlFault {
    fn from(error: WitError) -> SqlFault {
        SqlFault::Guest(WitSqlError::Store(error))
    }
}

impl From<ResourceTableError> for SqlFault {
    fn from(error: ResourceTableError) -> SqlFault {
        SqlFault::Trap(error.into())
    }
}

impl From<StoreFault> for WorkspaceFault {
    fn from(fault: StoreFault) -> WorkspaceFault {
        match fault {
            StoreFault::Guest(error) => WorkspaceFault::Guest(WorkspaceError::Store(error)),
            StoreFault::Trap(error) => WorkspaceFault::Trap(error),
        }
    }
}

impl From<WitError> for WorkspaceFault {
    fn from(error: WitError) -> WorkspaceFault {
        WorkspaceFault::Guest(WorkspaceError::Store(error))
    }
}

impl From<ResourceTableError> for WorkspaceFault {
    fn from(error: ResourceTableError) -> WorkspaceFault {
        WorkspaceFault::Trap(error.into())
    }
}

impl From<StoreFault> for RenderFault {
    fn from(fault: StoreFault) -> RenderFault {
        match fault {
            StoreFault::Guest(error) => RenderFault::Guest(RenderError::Store(error)),
            StoreFault::Trap(error) => RenderFault::Trap(error),
        }
    }
}

impl From<WitError> for StoreFault {
    fn from(error: WitError) -> StoreFault {
        StoreFault::Guest(error)
    }
}

impl From<ResourceTableError> for StoreFault {
    fn from(error: ResourceTableError) -> StoreFault {
        StoreFault::Trap(error.into())
    }
}

impl From<WitFileError> for FileFault {
    fn from(error: WitFileError) -> FileFault {
        FileFault::Guest(error)
    }
}

impl From<ResourceTableError> for FileFault {
    fn from(error: ResourceTableError) -> FileFault {
        FileFault::Trap(error.into())
    }
}

impl types::Host for LarderCtxView<'_> {
    fn convert_error(&mut self, fault: StoreFault) -> wasmtime::Result<WitError> {
        match fault {
            StoreFault::Guest(error) => Ok(error),
            StoreFault::Trap(error) => Err(error),
        }
    }
}

impl files::Host for LarderCtxView<'_> {
    fn convert_file_error(&mut self, fault: FileFault) -> wasmtime::Result<WitFileError> {
        match fault {
            FileFault::Guest(error) => Ok(error),
            FileFault::Trap(error) => Err(error),
        }
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
