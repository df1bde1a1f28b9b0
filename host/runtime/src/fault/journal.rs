//! What Flux and archives answer.

use larder_engine as engine;

use super::{ArchiveFault, FluxFault, store_fault};
use crate::{
    bindings::larder::store::{
        archive::ArchiveError,
        journal::{FluxError, FluxProblem},
    },
    handles::{Origin, StoreHandle},
};

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
