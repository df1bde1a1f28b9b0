//! Version 0.2.0-draft2, in both of its shapes.

use wasmtime::{
    StoreContextMut,
    component::{LinkerInstance, Resource},
};

use super::super::{
    bindings::keyvalue_draft2::wasi::keyvalue::{
        atomics, batch,
        store::{Error, Host, HostBucket, KeyResponse},
    },
    bucket::{BucketHandle, CasHandle},
    counters::little_endian,
    errors::{CasError, CasFault, Draft2Fault},
};
use crate::{LarderCtxView, LarderView, fault::Fault};

impl Host for LarderCtxView<'_> {
    async fn open(&mut self, identifier: String) -> Result<Resource<BucketHandle>, Draft2Fault> {
        Ok(self.open_bucket("wasi:keyvalue/store.open", None, &identifier)?)
    }

    fn convert_error(&mut self, fault: Draft2Fault) -> wasmtime::Result<Error> {
        fault.told()
    }
}

impl HostBucket for LarderCtxView<'_> {
    async fn get(&mut self, bucket: Resource<BucketHandle>, key: String) -> Result<Option<Vec<u8>>, Draft2Fault> {
        Ok(self.on_bucket(&bucket, "wasi:keyvalue/store.get")?.get(key).await?.map(little_endian))
    }

    async fn set(&mut self, bucket: Resource<BucketHandle>, key: String, value: Vec<u8>) -> Result<(), Draft2Fault> {
        Ok(self.on_bucket(&bucket, "wasi:keyvalue/store.set")?.set(key, value).await?)
    }

    async fn delete(&mut self, bucket: Resource<BucketHandle>, key: String) -> Result<(), Draft2Fault> {
        Ok(self.on_bucket(&bucket, "wasi:keyvalue/store.delete")?.delete(key).await?)
    }

    async fn exists(&mut self, bucket: Resource<BucketHandle>, key: String) -> Result<bool, Draft2Fault> {
        Ok(self.on_bucket(&bucket, "wasi:keyvalue/store.exists")?.exists(key).await?)
    }

    async fn list_keys(
        &mut self,
        bucket: Resource<BucketHandle>,
        cursor: Option<String>,
    ) -> Result<KeyResponse, Draft2Fault> {
        let call = self.on_bucket(&bucket, "wasi:keyvalue/store.list-keys")?;
        let (keys, cursor) = call.keys(String::new(), cursor).await?;
        Ok(KeyResponse { keys, cursor })
    }

    async fn drop(&mut self, bucket: Resource<BucketHandle>) -> wasmtime::Result<()> {
        self.drop_bucket(bucket)
    }
}

impl atomics::Host for LarderCtxView<'_> {
    async fn increment(&mut self, bucket: Resource<BucketHandle>, key: String, delta: i64) -> Result<i64, Draft2Fault> {
        Ok(self.on_bucket(&bucket, "wasi:keyvalue/atomics.increment")?.increment(key, delta).await?)
    }

    async fn swap(&mut self, cas: Resource<CasHandle>, value: Vec<u8>) -> Result<(), CasFault> {
        match LarderCtxView::swap(self, "wasi:keyvalue/atomics.swap", cas, value).await? {
            None => Ok(()),
            Some(now) => Err(Fault::Guest(CasError::CasFailed(now))),
        }
    }

    fn convert_cas_error(&mut self, fault: CasFault) -> wasmtime::Result<CasError> {
        fault.told()
    }
}

impl atomics::HostCas for LarderCtxView<'_> {
    async fn new(&mut self, bucket: Resource<BucketHandle>, key: String) -> Result<Resource<CasHandle>, Draft2Fault> {
        Ok(self.new_cas("wasi:keyvalue/atomics.cas.new", bucket, key).await?)
    }

    async fn current(&mut self, cas: Resource<CasHandle>) -> Result<Option<Vec<u8>>, Draft2Fault> {
        Ok(self.look_again("wasi:keyvalue/atomics.cas.current", cas).await?.map(little_endian))
    }

    async fn drop(&mut self, cas: Resource<CasHandle>) -> wasmtime::Result<()> {
        self.table.delete(cas)?;
        Ok(())
    }
}

impl batch::Host for LarderCtxView<'_> {
    async fn get_many(
        &mut self,
        bucket: Resource<BucketHandle>,
        keys: Vec<String>,
    ) -> Result<Vec<Option<(String, Vec<u8>)>>, Draft2Fault> {
        let found = self.on_bucket(&bucket, "wasi:keyvalue/batch.get-many")?.get_many(keys).await?;
        Ok(found.into_iter().map(|(key, value)| value.map(|value| (key, little_endian(value)))).collect())
    }

    async fn set_many(
        &mut self,
        bucket: Resource<BucketHandle>,
        entries: Vec<(String, Vec<u8>)>,
    ) -> Result<(), Draft2Fault> {
        Ok(self.on_bucket(&bucket, "wasi:keyvalue/batch.set-many")?.set_many(entries).await?)
    }

    async fn delete_many(&mut self, bucket: Resource<BucketHandle>, keys: Vec<String>) -> Result<(), Draft2Fault> {
        Ok(self.on_bucket(&bucket, "wasi:keyvalue/batch.delete-many")?.delete_many(keys).await?)
    }
}

/// The values as Spin's components expect them: each key with what it has.
type SpinValues = Vec<(String, Option<Vec<u8>>)>;

/// Put `get-many` as Spin has it in place of the other one. The linker allows shadowing.
pub(in crate::standard) fn spin_get_many<T: LarderView>(batch: &mut LinkerInstance<'_, T>) -> wasmtime::Result<()> {
    batch.func_wrap_async(
        "get-many",
        |mut cx: StoreContextMut<'_, T>, (bucket, keys): (Resource<BucketHandle>, Vec<String>)| {
            Box::new(async move {
                let mut view = cx.data_mut().larder();
                match get_many_with_keys(&mut view, bucket, keys).await {
                    Ok(values) => Ok((Ok(values),)),
                    Err(fault) => Ok((Err(fault.told()?),)),
                }
            })
        },
    )
}

async fn get_many_with_keys(
    view: &mut LarderCtxView<'_>,
    bucket: Resource<BucketHandle>,
    keys: Vec<String>,
) -> Result<SpinValues, Draft2Fault> {
    let found = view.on_bucket(&bucket, "wasi:keyvalue/batch.get-many")?.get_many(keys).await?;
    Ok(found.into_iter().map(|(key, value)| (key, value.map(little_endian))).collect())
}
