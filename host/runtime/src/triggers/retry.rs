use larder_engine::{FeedItem, ParkedEvent, Tenant};

use super::trigger::{Trigger, TriggerError};

/// What a parked event came to when it was tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Retried {
    /// It is done with, and no longer parked.
    Done,
    /// It failed again, and stays parked.
    Failed(String),
}

impl Trigger {
    /// Call for an event that is parked; when that succeeds, it is parked no longer.
    ///
    /// # Errors
    /// [`TriggerError::Engine`].
    pub async fn retry(&self, tenant: &Tenant, parked: &ParkedEvent) -> Result<Retried, TriggerError> {
        let mut event = parked.event.clone();
        if let Some(scope) = (self.store)(tenant.id())?.scope() {
            // As the plugin knows it.
            let prefix = format!("{scope}:");
            event.group = event.group.strip_prefix(&prefix).unwrap_or(&event.group).to_owned();
        }
        if let Err(error) = self.call(tenant.id(), &[FeedItem::Event(event)]).await {
            return Ok(Retried::Failed(error));
        }
        let (tenant, id) = (tenant.clone(), parked.id);
        blocking::unblock(move || tenant.unpark(id)).await?;
        Ok(Retried::Done)
    }
}
