//! Who may read and write, and who waits for it.

use std::{sync::Arc, time::Duration};

use super::OpenTenant;
use crate::{
    Error, Result,
    gate::{Gate, Permit, Place},
    store::{Job, Queue},
};

impl OpenTenant {
    /// Leave a short write to whoever commits next. Answers the place in which its caller waits with others.
    pub(crate) fn submit(&self, job: Box<dyn Job>) -> Arc<Place> {
        self.queue.push(job, &self.writer)
    }

    pub(crate) fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Done when a wait for the writer has taken too long, or the root is closed.
    pub(crate) fn busy_timeout(&self) -> Result<impl Future<Output = ()> + use<>> {
        let larder = self.larder.upgrade().ok_or(Error::Closed)?;
        Ok(larder.scheduler.sleep(self.config.busy_timeout))
    }

    /// What is answered after that.
    pub(crate) fn too_late(&self) -> Error {
        if self.is_closed() { Error::Closed } else { self.busy() }
    }

    pub(crate) fn enter_as_reader(&self) -> Result<Permit> {
        self.readers.enter(self.config.busy_timeout).ok_or_else(|| self.busy())
    }

    pub(crate) fn enter_as_writer(&self) -> Result<Permit> {
        self.writer.enter(self.config.busy_timeout).ok_or_else(|| self.busy())
    }

    pub(crate) fn try_enter_as_reader(&self) -> Option<Permit> {
        self.readers.try_enter()
    }

    pub(crate) fn try_enter_as_writer(&self) -> Option<Permit> {
        self.writer.try_enter()
    }

    /// Refused at once, because whoever is there may take minutes.
    pub(crate) fn enter_archives(&self) -> Result<Permit> {
        self.archives.try_enter().ok_or_else(|| Error::Busy { tenant: self.id.clone(), waited: Duration::ZERO })
    }

    pub(crate) async fn enter_as_reader_async(&self) -> Result<Permit> {
        self.enter_async(&self.readers).await
    }

    pub(crate) async fn enter_as_writer_async(&self) -> Result<Permit> {
        self.enter_async(&self.writer).await
    }

    async fn enter_async(&self, gate: &Arc<Gate>) -> Result<Permit> {
        if let Some(permit) = gate.try_enter() {
            return Ok(permit);
        }
        gate.enter_async(self.busy_timeout()?).await.ok_or_else(|| self.too_late())
    }

    pub(super) fn busy(&self) -> Error {
        Error::Busy { tenant: self.id.clone(), waited: self.config.busy_timeout }
    }
}
