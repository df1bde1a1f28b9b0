use larder_engine::{FeedItem, TenantId};

use super::trigger::{Trigger, TriggerError};
use crate::{RunError, convert, runtime::instance::bounded};

impl Trigger {
    /// Call an instance of its own for `items`. The text says why they are not done with.
    pub(super) async fn call(&self, tenant: &TenantId, items: &[FeedItem]) -> Result<(), String> {
        match self.try_call(tenant, items).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => Err(error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    async fn try_call(
        &self,
        tenant: &TenantId,
        items: &[FeedItem],
    ) -> Result<Result<Result<(), String>, RunError>, TriggerError> {
        if let Some(watcher) = &self.watcher {
            return self.tell(watcher, tenant, items).await;
        }
        let failed = |message: String| TriggerError::Setup { name: self.name.clone(), message };
        let setup = (self.setup)(tenant)?;
        let on_change = self.plugin.on_change().map_err(|error| failed(format!("{error:#}")))?;
        let mut store = setup.into_store(&self.plugin.program().machine().engine);
        let limit = store.data_mut().start();
        let items = convert::items(items.to_vec());
        let call = async {
            let instance = on_change.instantiate_async(&mut store).await?;
            instance.larder_store_on_change().call_on_change(&mut store, &self.label, &items).await
        };
        let ended = bounded(limit, call).await;
        Ok(RunError::check(ended, &store))
    }
}
