//! The ends of calls of `journal` and `archive`.

use larder_engine as engine;
use wasmtime::component::ResourceTableError;

use super::{StoreFault, store_fault};
use crate::{
    bindings::larder::store::{
        archive::ArchiveError, journal::FluxError, journal::FluxProblem, types::Error as WitError,
    },
    handles::{Origin, StoreHandle},
};

/// The end of a call that runs Flux that did not succeed.
#[derive(Debug)]
pub enum FluxFault {
    /// An answer for the guest.
    Guest(FluxError),
    /// The instance cannot go on: a handle that the host never gave out.
    Trap(wasmtime::Error),
}

/// The end of a call of `archive` that did not succeed.
#[derive(Debug)]
pub enum ArchiveFault {
    /// An answer for the guest.
    Guest(ArchiveError),
    /// The instance cannot go on: a handle that the host never gave out, or a full resource table.
    Trap(wasmtime::Error),
}

impl From<StoreFault> for FluxFault {
    fn from(fault: StoreFault) -> FluxFault {
        match fault {
            StoreFault::Guest(error) => FluxFault::Guest(FluxError::Store(error)),
            StoreFault::Trap(error) => FluxFault::Trap(error),
        }
    }
}

impl From<ResourceTableError> for FluxFault {
    fn from(error: ResourceTableError) -> FluxFault {
        FluxFault::Trap(error.into())
    }
}

impl From<StoreFault> for ArchiveFault {
    fn from(fault: StoreFault) -> ArchiveFault {
        match fault {
            StoreFault::Guest(error) => ArchiveFault::Guest(ArchiveError::Store(error)),
            StoreFault::Trap(error) => ArchiveFault::Trap(error),
        }
    }
}

impl From<WitError> for ArchiveFault {
    fn from(error: WitError) -> ArchiveFault {
        ArchiveFault::Guest(ArchiveError::Store(error))
    }
}

impl From<ResourceTableError> for ArchiveFault {
    fn from(error: ResourceTableError) -> ArchiveFault {
        ArchiveFault::Trap(error.into())
    }
}

impl StoreHandle {
    /// Turn what the engine answered to a Flux text into the guest's answer.
    pub(crate) fn flux_answer<R>(&self, result: engine::Result<R>) -> Result<R, FluxFault> {
        result.map_err(|error| match error {
            engine::Error::Flux { line, column, problem, .. } => {
                let (line, column) = (narrow(line), narrow(column));
                FluxFault::Guest(FluxError::Flux(FluxProblem { line, column, problem }))
            }
            error => store_fault(error, self.store.tenant(), &self.label, "journal.flux").into(),
        })
    }
}

impl Origin {
    /// Turn what the engine answered to `operation` on archives into the guest's answer.
    pub(crate) fn archive_answer<R>(
        &self,
        operation: &'static str,
        result: engine::Result<R>,
    ) -> Result<R, ArchiveFault> {
        result.map_err(|error| match error {
            engine::Error::ArchiveNotFound { .. } | engine::Error::InvalidName { .. } => {
                ArchiveFault::Guest(ArchiveError::NotFound)
            }
            engine::Error::Corrupt { file, detail, .. } if file.starts_with("archive/") => {
                ArchiveFault::Guest(ArchiveError::Damaged(detail))
            }
            error => store_fault(error, &self.tenant, &self.label, operation).into(),
        })
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
