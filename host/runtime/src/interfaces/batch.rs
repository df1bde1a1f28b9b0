use larder_engine::Short;
use wasmtime::component::Resource;

use crate::{
    LarderCtxView,
    bindings::larder::store::{
        batch::{Change, Host},
        types::Version,
    },
    convert,
    fault::StoreFault,
    handles::StoreHandle,
};

impl Host for LarderCtxView<'_> {
    async fn get_many(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        keys: Vec<String>,
    ) -> Result<Vec<Option<Vec<u8>>>, StoreFault> {
        self.read_page(&store, "batch.get-many", move |view| view.get_many(&group, &keys)).await
    }

    async fn set_many(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        entries: Vec<(String, Vec<u8>)>,
    ) -> Result<Version, StoreFault> {
        self.write_short(&store, Short::Many, "batch.set-many", move |update| update.set_many(&group, &entries)).await
    }

    async fn delete_many(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        keys: Vec<String>,
    ) -> Result<u64, StoreFault> {
        self.write_short(&store, Short::Many, "batch.delete-many", move |update| update.delete_many(&group, &keys))
            .await
    }

    async fn apply(&mut self, store: Resource<StoreHandle>, changes: Vec<Change>) -> Result<Version, StoreFault> {
        let changes: Vec<_> = changes.into_iter().map(convert::change).collect();
        // A group can take as long as much is in it, and others would wait for that.
        if changes.iter().any(|change| matches!(change, larder_engine::Change::DeleteGroup { .. })) {
            return self.write(&store, "batch.apply", move |update| update.apply(&changes)).await;
        }
        self.write_short(&store, Short::Many, "batch.apply", move |update| update.apply(&changes)).await
    }
}
