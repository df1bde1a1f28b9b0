//! `fermyon:spin/key-value` without a version: numbers as handles.

use wasmtime::component::Resource;

use super::super::{
    bindings::spin_unversioned::fermyon::spin::key_value::{Error, Host, Store},
    bucket::{BucketCall, BucketHandle},
    counters::little_endian,
    errors::SpinUnversionedFault,
};
use crate::{LarderCtxView, fault::Fault};

impl LarderCtxView<'_> {
    /// A call on what the guest says is a handle. A number that stands for something else of the instance is none.
    fn on_number(&mut self, store: Store, operation: &'static str) -> Result<BucketCall, SpinUnversionedFault> {
        let found = self.on_bucket(&Resource::<BucketHandle>::new_borrow(store), operation);
        found.map_err(|_| Fault::Guest(Error::InvalidStore))
    }
}

impl Host for LarderCtxView<'_> {
    async fn open(&mut self, name: String) -> Result<Store, SpinUnversionedFault> {
        Ok(self.open_bucket("fermyon:spin/key-value.open", None, &name)?.rep())
    }

    async fn get(&mut self, store: Store, key: String) -> Result<Vec<u8>, SpinUnversionedFault> {
        let value = self.on_number(store, "fermyon:spin/key-value.get")?.get(key).await?;
        value.map(little_endian).ok_or(Fault::Guest(Error::NoSuchKey))
    }

    async fn set(&mut self, store: Store, key: String, value: Vec<u8>) -> Result<(), SpinUnversionedFault> {
        Ok(self.on_number(store, "fermyon:spin/key-value.set")?.set(key, value).await?)
    }

    async fn delete(&mut self, store: Store, key: String) -> Result<(), SpinUnversionedFault> {
        Ok(self.on_number(store, "fermyon:spin/key-value.delete")?.delete(key).await?)
    }

    async fn exists(&mut self, store: Store, key: String) -> Result<bool, SpinUnversionedFault> {
        Ok(self.on_number(store, "fermyon:spin/key-value.exists")?.exists(key).await?)
    }

    async fn get_keys(&mut self, store: Store) -> Result<Vec<String>, SpinUnversionedFault> {
        Ok(self.on_number(store, "fermyon:spin/key-value.get-keys")?.all_keys().await?)
    }

    async fn close(&mut self, store: Store) -> wasmtime::Result<()> {
        // One that is not open is closed.
        let _ = self.drop_bucket(Resource::new_own(store));
        Ok(())
    }

    fn convert_error(&mut self, fault: SpinUnversionedFault) -> wasmtime::Result<Error> {
        fault.told()
    }
}
