use std::sync::Arc;

use larder_engine::Short;
use wasmtime::component::Resource;

use crate::{
    LarderCtxView,
    bindings::larder::store::{
        store::{GroupPage, Host, HostStore, PackedPage, Page, Query, Usage},
        types::{Entry, Error, Holding, Version},
    },
    convert,
    fault::StoreFault,
    handles::StoreHandle,
};

impl Host for LarderCtxView<'_> {}

impl HostStore for LarderCtxView<'_> {
    async fn open(&mut self, label: String) -> Result<Resource<StoreHandle>, StoreFault> {
        let grant = self.ctx.grant(&label);
        let call = self.ctx.call("store.open", grant.as_ref().map(|(_, grant)| grant.store.tenant()));
        call.run(async {
            let (label, grant) = grant.ok_or(Error::AccessDenied)?;
            self.ctx.may_hold(Holding::Stores)?;
            self.push_store(StoreHandle { store: Arc::new(grant.store), label, in_transaction: false })
        })
        .await
    }

    async fn get(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        key: String,
    ) -> Result<Option<Vec<u8>>, StoreFault> {
        self.read(&store, "store.get", move |view| view.get(&group, &key)).await
    }

    async fn get_entry(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        key: String,
    ) -> Result<Option<Entry>, StoreFault> {
        let entry = self.read_short(&store, "store.get-entry", move |view| view.entry(&group, &key)).await?;
        Ok(entry.map(convert::entry))
    }

    async fn exists(&mut self, store: Resource<StoreHandle>, group: String, key: String) -> Result<bool, StoreFault> {
        self.read_short(&store, "store.exists", move |view| view.exists(&group, &key)).await
    }

    async fn group_exists(&mut self, store: Resource<StoreHandle>, group: String) -> Result<bool, StoreFault> {
        self.read_short(&store, "store.group-exists", move |view| view.group_exists(&group)).await
    }

    async fn set(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        key: String,
        value: Vec<u8>,
    ) -> Result<Version, StoreFault> {
        self.write_short(&store, Short::One, "store.set", move |update| update.set(&group, &key, &value)).await
    }

    async fn set_with_ttl(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        key: String,
        value: Vec<u8>,
        ttl_ms: u64,
    ) -> Result<Version, StoreFault> {
        self.write_short(&store, Short::One, "store.set-with-ttl", move |update| {
            update.set_with_ttl(&group, &key, &value, ttl_ms)
        })
        .await
    }

    async fn touch(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        key: String,
        ttl_ms: Option<u64>,
    ) -> Result<bool, StoreFault> {
        self.write_short(&store, Short::One, "store.touch", move |update| update.touch(&group, &key, ttl_ms)).await
    }

    async fn delete(&mut self, store: Resource<StoreHandle>, group: String, key: String) -> Result<bool, StoreFault> {
        self.write_short(&store, Short::One, "store.delete", move |update| update.delete(&group, &key)).await
    }

    async fn delete_group(&mut self, store: Resource<StoreHandle>, group: String) -> Result<u64, StoreFault> {
        self.write(&store, "store.delete-group", move |update| update.delete_group(&group)).await
    }

    async fn delete_prefix(&mut self, store: Resource<StoreHandle>, group_prefix: String) -> Result<u64, StoreFault> {
        self.write(&store, "store.delete-prefix", move |update| update.delete_prefix(&group_prefix)).await
    }

    async fn count(&mut self, store: Resource<StoreHandle>, group: String) -> Result<u64, StoreFault> {
        self.read_page(&store, "store.count", move |view| view.count(&group)).await
    }

    async fn count_all(&mut self, store: Resource<StoreHandle>, group_prefix: String) -> Result<u64, StoreFault> {
        self.read(&store, "store.count-all", move |view| view.count_all(&group_prefix)).await
    }

    async fn groups(
        &mut self,
        store: Resource<StoreHandle>,
        group_prefix: String,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<GroupPage, StoreFault> {
        let groups = move |view: &larder_engine::View<'_>| view.groups(&group_prefix, cursor.as_deref(), limit);
        self.read(&store, "store.groups", groups).await.map(convert::group_page)
    }

    async fn scan(&mut self, store: Resource<StoreHandle>, query: Query) -> Result<Page, StoreFault> {
        let query = convert::query(query);
        self.read_page(&store, "store.scan", move |view| view.scan(&query)).await.map(convert::page)
    }

    async fn scan_packed(&mut self, store: Resource<StoreHandle>, query: Query) -> Result<PackedPage, StoreFault> {
        let query = convert::query(query);
        let page = self.read_page(&store, "store.scan-packed", move |view| view.scan_packed(&query)).await?;
        Ok(PackedPage { entries: page.bytes, number: page.number, next: page.next })
    }

    async fn page(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        offset: u64,
        limit: u32,
    ) -> Result<Page, StoreFault> {
        self.read(&store, "store.page", move |view| view.page(&group, offset, limit)).await.map(convert::page)
    }

    async fn purge_expired(&mut self, store: Resource<StoreHandle>) -> Result<u64, StoreFault> {
        self.write(&store, "store.purge-expired", |update| update.purge_expired()).await
    }

    async fn usage(&mut self, store: Resource<StoreHandle>) -> Result<Usage, StoreFault> {
        self.read(&store, "store.usage", |view| view.usage()).await.map(convert::usage)
    }

    async fn drop(&mut self, store: Resource<StoreHandle>) -> wasmtime::Result<()> {
        self.table.delete(store)?;
        self.ctx.release(Holding::Stores);
        Ok(())
    }
}
