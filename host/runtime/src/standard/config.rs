//! `wasi:config`: settings of the tenant and of the plugin, which are in memory.

use std::collections::BTreeMap;

use super::bindings::config::wasi::config::store::{Error, Host};
use crate::{LarderCtxView, fault::StoreFault};

/// Settings by name.
pub(crate) type Config = BTreeMap<String, String>;

impl Host for LarderCtxView<'_> {
    fn get(&mut self, key: String) -> wasmtime::Result<Result<Option<String>, Error>> {
        Ok(Ok(self.configured("wasi:config/store.get", |config| config.get(&key).cloned())))
    }

    fn get_all(&mut self) -> wasmtime::Result<Result<Vec<(String, String)>, Error>> {
        Ok(Ok(self.configured("wasi:config/store.get-all", |config| config.clone().into_iter().collect())))
    }
}

impl LarderCtxView<'_> {
    /// A call that cannot fail, measured like all others.
    fn configured<R>(&self, operation: &'static str, read: impl FnOnce(&Config) -> R) -> R {
        let call = self.ctx.call(operation, None);
        let answer = read(self.ctx.config());
        call.end::<_, StoreFault>(&Ok(()));
        answer
    }
}
