use larder_engine::Short;
use wasmtime::component::Resource;

use crate::{
    LarderCtxView,
    bindings::larder::store::{
        atomics::{Host, Outcome},
        types::Version,
    },
    convert,
    fault::StoreFault,
    handles::StoreHandle,
};

impl Host for LarderCtxView<'_> {
    async fn increment(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        key: String,
        delta: i64,
    ) -> Result<i64, StoreFault> {
        self.write_short(&store, Short::One, "atomics.increment", move |update| update.increment(&group, &key, delta))
            .await
    }

    async fn compare_and_swap(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        key: String,
        expected: Option<Version>,
        value: Vec<u8>,
    ) -> Result<Outcome, StoreFault> {
        let swap =
            move |update: &mut larder_engine::Update<'_>| update.compare_and_swap(&group, &key, expected, &value);
        self.write_short(&store, Short::One, "atomics.compare-and-swap", swap).await.map(convert::outcome)
    }

    async fn compare_and_delete(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        key: String,
        expected: Version,
    ) -> Result<Outcome, StoreFault> {
        let delete = move |update: &mut larder_engine::Update<'_>| update.compare_and_delete(&group, &key, expected);
        self.write_short(&store, Short::One, "atomics.compare-and-delete", delete).await.map(convert::outcome)
    }
}
