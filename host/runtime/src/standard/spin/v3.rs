//! `spin:key-value` 3.0.0: concurrent calls, and the keys as a stream.

use wasmtime::component::{Accessor, FutureReader, Resource, StreamReader};

use super::{
    super::{
        bindings::spin_3::spin::key_value::key_value::{Error, Host, HostStore, HostStoreWithStore},
        bucket::{BucketCall, BucketHandle},
        counters::little_endian,
        errors::Spin3Fault,
    },
    keys,
};
use crate::{LarderCtxView, LarderData};

impl Host for LarderCtxView<'_> {
    fn convert_error(&mut self, fault: Spin3Fault) -> wasmtime::Result<Error> {
        fault.told()
    }
}

impl HostStore for LarderCtxView<'_> {
    async fn drop(&mut self, store: Resource<BucketHandle>) -> wasmtime::Result<()> {
        self.drop_bucket(store)
    }
}

/// Begin a call, and let the state of the instance go.
fn begin<T: 'static>(
    accessor: &Accessor<T, LarderData>,
    store: &Resource<BucketHandle>,
    operation: &'static str,
) -> Result<BucketCall, Spin3Fault> {
    Ok(accessor.with(|mut access| access.get().on_bucket(store, operation))?)
}

impl<T: 'static> HostStoreWithStore<T> for LarderData {
    async fn open(accessor: &Accessor<T, Self>, label: String) -> Result<Resource<BucketHandle>, Spin3Fault> {
        Ok(accessor.with(|mut access| access.get().open_bucket("spin:key-value/key-value.open", None, &label))?)
    }

    async fn get(
        accessor: &Accessor<T, Self>,
        store: Resource<BucketHandle>,
        key: String,
    ) -> Result<Option<Vec<u8>>, Spin3Fault> {
        Ok(begin(accessor, &store, "spin:key-value/key-value.get")?.get(key).await?.map(little_endian))
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        store: Resource<BucketHandle>,
        key: String,
        value: Vec<u8>,
    ) -> Result<(), Spin3Fault> {
        Ok(begin(accessor, &store, "spin:key-value/key-value.set")?.set(key, value).await?)
    }

    async fn delete(
        accessor: &Accessor<T, Self>,
        store: Resource<BucketHandle>,
        key: String,
    ) -> Result<(), Spin3Fault> {
        Ok(begin(accessor, &store, "spin:key-value/key-value.delete")?.delete(key).await?)
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        store: Resource<BucketHandle>,
        key: String,
    ) -> Result<bool, Spin3Fault> {
        Ok(begin(accessor, &store, "spin:key-value/key-value.exists")?.exists(key).await?)
    }

    async fn get_keys(
        accessor: &Accessor<T, Self>,
        store: Resource<BucketHandle>,
    ) -> wasmtime::Result<(StreamReader<String>, FutureReader<Result<(), Error>>)> {
        keys::stream(accessor, &store)
    }
}
