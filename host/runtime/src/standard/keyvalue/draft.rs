//! Version 0.2.0-draft: numbers as cursors, counters without a sign.

use wasmtime::component::Resource;

use super::super::{
    bindings::keyvalue_draft::wasi::keyvalue::{
        atomics, batch,
        store::{Error, Host, HostBucket, KeyResponse},
    },
    bucket::BucketHandle,
    counters::decimal,
    errors::DraftFault,
};
use crate::{LarderCtxView, fault::Fault};

impl Host for LarderCtxView<'_> {
    async fn open(&mut self, identifier: String) -> Result<Resource<BucketHandle>, DraftFault> {
        let opened = self.open_bucket("wasi:keyvalue/store.open", None, &identifier);
        opened.map_err(|fault| not_there(fault.into()))
    }

    fn convert_error(&mut self, fault: DraftFault) -> wasmtime::Result<Error> {
        fault.told()
    }
}

/// The hosts of this version do not tell a bucket that is not granted from one that is not there.
pub(in crate::standard) fn not_there(fault: DraftFault) -> DraftFault {
    match fault {
        Fault::Guest(Error::AccessDenied) => Fault::Guest(Error::NoSuchStore),
        fault => fault,
    }
}

impl HostBucket for LarderCtxView<'_> {
    async fn get(&mut self, bucket: Resource<BucketHandle>, key: String) -> Result<Option<Vec<u8>>, DraftFault> {
        Ok(self.on_bucket(&bucket, "wasi:keyvalue/store.get")?.get(key).await?.map(decimal))
    }

    async fn set(&mut self, bucket: Resource<BucketHandle>, key: String, value: Vec<u8>) -> Result<(), DraftFault> {
        Ok(self.on_bucket(&bucket, "wasi:keyvalue/store.set")?.set(key, value).await?)
    }

    async fn delete(&mut self, bucket: Resource<BucketHandle>, key: String) -> Result<(), DraftFault> {
        Ok(self.on_bucket(&bucket, "wasi:keyvalue/store.delete")?.delete(key).await?)
    }

    async fn exists(&mut self, bucket: Resource<BucketHandle>, key: String) -> Result<bool, DraftFault> {
        Ok(self.on_bucket(&bucket, "wasi:keyvalue/store.exists")?.exists(key).await?)
    }

    async fn list_keys(
        &mut self,
        bucket: Resource<BucketHandle>,
        cursor: Option<u64>,
    ) -> Result<KeyResponse, DraftFault> {
        let (keys, cursor) = self.keys_by_number("wasi:keyvalue/store.list-keys", bucket, cursor).await?;
        Ok(KeyResponse { keys, cursor })
    }

    async fn drop(&mut self, bucket: Resource<BucketHandle>) -> wasmtime::Result<()> {
        self.drop_bucket(bucket)
    }
}

impl atomics::Host for LarderCtxView<'_> {
    async fn increment(&mut self, bucket: Resource<BucketHandle>, key: String, delta: u64) -> Result<u64, DraftFault> {
        let call = self.on_bucket(&bucket, "wasi:keyvalue/atomics.increment")?;
        Ok(call.increment_unsigned(key, delta).await?)
    }
}

impl batch::Host for LarderCtxView<'_> {
    async fn get_many(
        &mut self,
        bucket: Resource<BucketHandle>,
        keys: Vec<String>,
    ) -> Result<Vec<Option<(String, Vec<u8>)>>, DraftFault> {
        let found = self.on_bucket(&bucket, "wasi:keyvalue/batch.get-many")?.get_many(keys).await?;
        Ok(found.into_iter().map(|(key, value)| value.map(|value| (key, decimal(value)))).collect())
    }

    async fn set_many(
        &mut self,
        bucket: Resource<BucketHandle>,
        entries: Vec<(String, Vec<u8>)>,
    ) -> Result<(), DraftFault> {
        Ok(self.on_bucket(&bucket, "wasi:keyvalue/batch.set-many")?.set_many(entries).await?)
    }

    async fn delete_many(&mut self, bucket: Resource<BucketHandle>, keys: Vec<String>) -> Result<(), DraftFault> {
        Ok(self.on_bucket(&bucket, "wasi:keyvalue/batch.delete-many")?.delete_many(keys).await?)
    }
}
