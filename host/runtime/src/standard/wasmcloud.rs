//! `wasmcloud:keyvalue` 0.2.0: concurrent calls, times to live, conditions.

use larder_engine::{Update, Value};
use wasmtime::component::{Accessor, Resource};

use super::{
    bindings::wasmcloud::wasmcloud::keyvalue::{
        atomics, batch, cas, store,
        types::{Error, Host, HostBucket, HostBucketWithStore, KeyResponse, SetOptions},
    },
    bucket::{BucketCall, BucketHandle},
    counters::decimal,
    errors::WasmcloudFault,
};
use crate::{LarderCtxView, LarderData, fault::Fault};

impl Host for LarderCtxView<'_> {
    fn convert_error(&mut self, fault: WasmcloudFault) -> wasmtime::Result<Error> {
        fault.told()
    }
}

impl HostBucket for LarderCtxView<'_> {
    async fn drop(&mut self, bucket: Resource<BucketHandle>) -> wasmtime::Result<()> {
        self.drop_bucket(bucket)
    }
}

impl store::Host for LarderCtxView<'_> {}
impl atomics::Host for LarderCtxView<'_> {}
impl cas::Host for LarderCtxView<'_> {}
impl batch::Host for LarderCtxView<'_> {}

/// Begin a call, and let the state of the instance go.
fn begin<T: 'static>(
    accessor: &Accessor<T, LarderData>,
    bucket: &Resource<BucketHandle>,
    operation: &'static str,
) -> Result<BucketCall, WasmcloudFault> {
    Ok(accessor.with(|mut access| access.get().on_bucket(bucket, operation))?)
}

impl<T: 'static> store::HostWithStore<T> for LarderData {
    async fn open(accessor: &Accessor<T, Self>, identifier: String) -> Result<Resource<BucketHandle>, WasmcloudFault> {
        let open = "wasmcloud:keyvalue/store.open";
        Ok(accessor.with(|mut access| access.get().open_bucket(open, None, &identifier))?)
    }
}

impl<T: 'static> HostBucketWithStore<T> for LarderData {
    async fn get(
        accessor: &Accessor<T, Self>,
        bucket: Resource<BucketHandle>,
        key: String,
    ) -> Result<Option<Vec<u8>>, WasmcloudFault> {
        Ok(begin(accessor, &bucket, "wasmcloud:keyvalue/types.bucket.get")?.get(key).await?.map(decimal))
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        bucket: Resource<BucketHandle>,
        key: String,
        value: Vec<u8>,
        options: Option<SetOptions>,
    ) -> Result<(), WasmcloudFault> {
        let call = begin(accessor, &bucket, "wasmcloud:keyvalue/types.bucket.set")?;
        let Some(options) = options else { return Ok(call.set(key, value).await?) };
        let set = move |update: &mut Update<'_>, group: &str| {
            if options.if_not_exists && update.view()?.exists(group, &key)? {
                return Ok(false);
            }
            match options.ttl_ms {
                Some(ttl_ms) => update.set_with_ttl(group, &key, &value, ttl_ms)?,
                None => update.set(group, &key, &value)?,
            };
            Ok(true)
        };
        if call.write(set).await? { Ok(()) } else { Err(Fault::Guest(Error::PreconditionFailed)) }
    }

    async fn delete(
        accessor: &Accessor<T, Self>,
        bucket: Resource<BucketHandle>,
        key: String,
    ) -> Result<(), WasmcloudFault> {
        Ok(begin(accessor, &bucket, "wasmcloud:keyvalue/types.bucket.delete")?.delete(key).await?)
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        bucket: Resource<BucketHandle>,
        key: String,
    ) -> Result<bool, WasmcloudFault> {
        Ok(begin(accessor, &bucket, "wasmcloud:keyvalue/types.bucket.exists")?.exists(key).await?)
    }

    async fn list_keys(
        accessor: &Accessor<T, Self>,
        bucket: Resource<BucketHandle>,
        prefix: Option<String>,
        cursor: Option<String>,
    ) -> Result<KeyResponse, WasmcloudFault> {
        let call = begin(accessor, &bucket, "wasmcloud:keyvalue/types.bucket.list-keys")?;
        let (keys, cursor) = call.keys(prefix.unwrap_or_default(), cursor).await?;
        Ok(KeyResponse { keys, cursor })
    }
}

impl<T: 'static> atomics::HostWithStore<T> for LarderData {
    async fn increment(
        accessor: &Accessor<T, Self>,
        bucket: Resource<BucketHandle>,
        key: String,
        delta: i64,
    ) -> Result<i64, WasmcloudFault> {
        Ok(begin(accessor, &bucket, "wasmcloud:keyvalue/atomics.increment")?.increment(key, delta).await?)
    }
}

/// An entry as this interface shows it.
fn entry(value: Value) -> cas::Entry {
    cas::Entry { version: value.version.to_string(), value: decimal(value) }
}

impl<T: 'static> cas::HostWithStore<T> for LarderData {
    async fn current(
        accessor: &Accessor<T, Self>,
        bucket: Resource<BucketHandle>,
        key: String,
    ) -> Result<Option<cas::Entry>, WasmcloudFault> {
        Ok(begin(accessor, &bucket, "wasmcloud:keyvalue/cas.current")?.get(key).await?.map(entry))
    }

    async fn swap(
        accessor: &Accessor<T, Self>,
        bucket: Resource<BucketHandle>,
        key: String,
        value: Vec<u8>,
        options: cas::CasOptions,
    ) -> Result<cas::CasResult, WasmcloudFault> {
        let call = begin(accessor, &bucket, "wasmcloud:keyvalue/cas.swap")?;
        if options.require_version.is_none() && options.require_value.is_none() {
            return Err(Fault::Guest(Error::InvalidArgument));
        }
        let swap = move |update: &mut Update<'_>, group: &str| {
            let now = update.view()?.value(group, &key)?.map(entry);
            let holds = now.as_ref().is_some_and(|now| {
                options.require_version.is_none_or(|version| version == now.version)
                    && options.require_value.is_none_or(|value| value == now.value)
            });
            if !holds {
                return Ok(cas::CasResult::Stale(now));
            }
            update.set(group, &key, &value)?;
            Ok(cas::CasResult::Swapped)
        };
        Ok(call.write(swap).await?)
    }
}

impl<T: 'static> batch::HostWithStore<T> for LarderData {
    async fn get_many(
        accessor: &Accessor<T, Self>,
        bucket: Resource<BucketHandle>,
        keys: Vec<String>,
    ) -> Result<Vec<Option<(String, Vec<u8>)>>, WasmcloudFault> {
        let found = begin(accessor, &bucket, "wasmcloud:keyvalue/batch.get-many")?.get_many(keys).await?;
        Ok(found.into_iter().map(|(key, value)| value.map(|value| (key, decimal(value)))).collect())
    }

    async fn set_many(
        accessor: &Accessor<T, Self>,
        bucket: Resource<BucketHandle>,
        entries: Vec<(String, Vec<u8>)>,
    ) -> Result<(), WasmcloudFault> {
        Ok(begin(accessor, &bucket, "wasmcloud:keyvalue/batch.set-many")?.set_many(entries).await?)
    }

    async fn delete_many(
        accessor: &Accessor<T, Self>,
        bucket: Resource<BucketHandle>,
        keys: Vec<String>,
    ) -> Result<(), WasmcloudFault> {
        Ok(begin(accessor, &bucket, "wasmcloud:keyvalue/batch.delete-many")?.delete_many(keys).await?)
    }
}
