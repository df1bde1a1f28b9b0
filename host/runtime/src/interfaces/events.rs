use std::time::Duration;

use larder_engine::{Error as EngineError, FeedItem, Result as EngineResult, Watcher};
use wasmtime::component::Resource;
use wasmtime_wasi::{
    async_trait,
    p2::{DynPollable, Pollable, subscribe},
};

use crate::{
    LarderCtxView,
    bindings::larder::store::{
        events::{Host, HostWatcher},
        types::{Filter, Holding, Item, Version},
    },
    convert,
    fault::StoreFault,
    handles::{Origin, StoreHandle, WatcherHandle},
};

/// Items in an answer when the guest leaves it to the host.
const ITEMS: u32 = 100;

impl Host for LarderCtxView<'_> {}

impl HostWatcher for LarderCtxView<'_> {
    async fn watch(
        &mut self,
        store: Resource<StoreHandle>,
        what: Filter,
        after: Option<Version>,
    ) -> Result<Resource<WatcherHandle>, StoreFault> {
        let handle = self.table.get(&store)?.clone();
        let call = self.ctx.call("events.watch", Some(handle.store.tenant()));
        call.run(async {
            self.ctx.may_hold(Holding::Watchers)?;
            let watcher = handle.answer("events.watch", handle.store.watch_async(convert::watch(what), after).await)?;
            let origin = Origin { tenant: handle.store.tenant().clone(), label: handle.label };
            let resource = self.table.push(WatcherHandle { watcher: Some(watcher), origin })?;
            self.ctx.hold(Holding::Watchers);
            Ok(resource)
        })
        .await
    }

    async fn next(
        &mut self,
        watcher: Resource<WatcherHandle>,
        max: u32,
        timeout_ms: Option<u64>,
    ) -> Result<Vec<Item>, StoreFault> {
        self.take_items(watcher, "events.next", async |watcher| match timeout_ms {
            None => watcher.next_async(most(max)).await,
            Some(ms) => {
                let next = watcher.next_async(most(max));
                tokio::time::timeout(Duration::from_millis(ms), next).await.unwrap_or(Ok(Vec::new()))
            }
        })
        .await
    }

    async fn try_next(&mut self, watcher: Resource<WatcherHandle>, max: u32) -> Result<Vec<Item>, StoreFault> {
        self.take_items(watcher, "events.try-next", async |watcher| watcher.try_next_async(most(max)).await).await
    }

    async fn subscribe(&mut self, watcher: Resource<WatcherHandle>) -> wasmtime::Result<Resource<DynPollable>> {
        subscribe(self.table, watcher)
    }

    async fn position(&mut self, watcher: Resource<WatcherHandle>) -> wasmtime::Result<Version> {
        Ok(self.table.get(&watcher)?.watcher.as_ref().map_or(0, Watcher::position))
    }

    async fn drop(&mut self, watcher: Resource<WatcherHandle>) -> wasmtime::Result<()> {
        self.table.delete(watcher)?;
        self.ctx.release(Holding::Watchers);
        Ok(())
    }
}

#[async_trait]
impl Pollable for WatcherHandle {
    async fn ready(&mut self) {
        if let Some(watcher) = &self.watcher {
            watcher.ready().await;
        }
    }
}

impl LarderCtxView<'_> {
    async fn take_items(
        &mut self,
        watcher: Resource<WatcherHandle>,
        operation: &'static str,
        take: impl AsyncFnOnce(&mut Watcher) -> EngineResult<Vec<FeedItem>>,
    ) -> Result<Vec<Item>, StoreFault> {
        let handle = self.table.get_mut(&watcher)?;
        let call = self.ctx.call(operation, Some(&handle.origin.tenant));
        call.run(async {
            let items = match &mut handle.watcher {
                Some(watcher) => take(watcher).await,
                None => Err(EngineError::Closed),
            };
            handle.origin.store_answer(operation, items).map(convert::items)
        })
        .await
    }
}

fn most(max: u32) -> usize {
    usize::try_from(if max == 0 { ITEMS } else { max }).unwrap_or(usize::MAX)
}
