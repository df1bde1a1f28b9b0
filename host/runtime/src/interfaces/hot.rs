//! The reads that guests make most, without what the generated bindings cost each call: the names are read where they lie in
//! the guest's memory, and the value goes from the cache into it without a copy between.
//!
//! They stand in place of the generated functions of the same name.

use std::sync::Arc;

use wasmtime::{
    StoreContextMut,
    component::{Linker, Resource, WasmStr},
};

use super::executor;
use crate::{LarderView, bindings::larder::store::types, fault::StoreFault, handles::StoreHandle};

const STORE: &str = "larder:store/store@0.1.0";

/// A value as it lies in the cache.
type Value = Option<Arc<[u8]>>;

pub(super) fn add_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let added = linker.instance(STORE).and_then(|mut store| store.func_wrap("[method]store.get", get::<T>));
    linker.allow_shadowing(false);
    added
}

/// Not async: to be able to wait costs a call a third more, and this one hardly ever does. When it has to, for a tenant to be opened or
/// for readers, it takes itself off the executor's threads.
fn get<T: LarderView>(
    mut cx: StoreContextMut<'_, T>,
    (handle, group, key): (Resource<StoreHandle>, WasmStr, WasmStr),
) -> wasmtime::Result<(Result<Value, types::Error>,)> {
    let view = cx.data_mut().larder();
    let store = view.table.get(&handle)?.store.clone();
    let call = view.ctx.call_if_seen("store.get", store.tenant());
    let (group, key) = (group.to_str(&cx)?, key.to_str(&cx)?);
    let answer = match store.get_at_once(&group, &key) {
        Some(answer) => answer,
        None => executor::aside(|| store.get_shared(&group, &key)),
    };
    let answer = match answer {
        Ok(value) => Ok(value),
        Err(error) => cx.data_mut().larder().table.get(&handle)?.answer("store.get", Err(error)),
    };
    if let Some(call) = call {
        call.end(&answer);
    }
    told(answer).map(|answer| (answer,))
}

/// The answer to the guest, or the end of the instance.
fn told<R>(answer: Result<R, StoreFault>) -> wasmtime::Result<Result<R, types::Error>> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(fault) => fault.told().map(Err),
    }
}
