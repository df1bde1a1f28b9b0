//! `fermyon:spin/key-value` 2.0.0.

use wasmtime::component::Resource;

use super::super::{
    bindings::spin_2::fermyon::spin::key_value::{Error, Host, HostStore},
    bucket::BucketHandle,
    counters::little_endian,
    errors::Spin2Fault,
};
use crate::LarderCtxView;

impl Host for LarderCtxView<'_> {
    fn convert_error(&mut self, fault: Spin2Fault) -> wasmtime::Result<Error> {
        fault.told()
    }
}

impl HostStore for LarderCtxView<'_> {
    async fn open(&mut self, label: String) -> Result<Resource<BucketHandle>, Spin2Fault> {
        Ok(self.open_bucket("fermyon:spin/key-value.open", None, &label)?)
    }

    async fn get(&mut self, store: Resource<BucketHandle>, key: String) -> Result<Option<Vec<u8>>, Spin2Fault> {
        Ok(self.on_bucket(&store, "fermyon:spin/key-value.get")?.get(key).await?.map(little_endian))
    }

    async fn set(&mut self, store: Resource<BucketHandle>, key: String, value: Vec<u8>) -> Result<(), Spin2Fault> {
        Ok(self.on_bucket(&store, "fermyon:spin/key-value.set")?.set(key, value).await?)
    }

    async fn delete(&mut self, store: Resource<BucketHandle>, key: String) -> Result<(), Spin2Fault> {
        Ok(self.on_bucket(&store, "fermyon:spin/key-value.delete")?.delete(key).await?)
    }

    async fn exists(&mut self, store: Resource<BucketHandle>, key: String) -> Result<bool, Spin2Fault> {
        Ok(self.on_bucket(&store, "fermyon:spin/key-value.exists")?.exists(key).await?)
    }

    async fn get_keys(&mut self, store: Resource<BucketHandle>) -> Result<Vec<String>, Spin2Fault> {
        Ok(self.on_bucket(&store, "fermyon:spin/key-value.get-keys")?.all_keys().await?)
    }

    async fn drop(&mut self, store: Resource<BucketHandle>) -> wasmtime::Result<()> {
        self.drop_bucket(store)
    }
}
