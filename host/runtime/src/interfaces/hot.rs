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
use larder_engine::{self as engine, Store};

use crate::{
    LarderView, bindings::larder::store::types, calls::Call, convert, fault::StoreFault, handles::StoreHandle,
};

const STORE: &str = "larder:store/store@0.1.0";

/// A value as it lies in the cache.
type Value = Option<Arc<[u8]>>;

pub(super) fn add_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let added = linker.instance(STORE).and_then(|mut store| {
        store.func_wrap("[method]store.get", get::<T>)?;
        store.func_wrap("[method]store.get-entry", get_entry::<T>)?;
        store.func_wrap("[method]store.exists", exists::<T>)
    });
    linker.allow_shadowing(false);
    added
}

/// The handle, the group and the key.
type Place = (Resource<StoreHandle>, WasmStr, WasmStr);

type Answer<R> = wasmtime::Result<(Result<R, types::Error>,)>;

fn get<T: LarderView>(cx: StoreContextMut<'_, T>, place: Place) -> Answer<Value> {
    read(cx, place, "store.get", |store, group, key| match store.get_at_once(group, key) {
        Some(answer) => answer,
        None => executor::aside(|| store.get_shared(group, key)),
    })
}

fn get_entry<T: LarderView>(cx: StoreContextMut<'_, T>, place: Place) -> Answer<Option<types::Entry>> {
    read(cx, place, "store.get-entry", |store, group, key| {
        let entry = match store.entry_at_once(group, key) {
            Some(answer) => answer,
            None => executor::aside(|| store.entry(group, key)),
        };
        entry.map(|entry| entry.map(convert::entry))
    })
}

fn exists<T: LarderView>(cx: StoreContextMut<'_, T>, place: Place) -> Answer<bool> {
    read(cx, place, "store.exists", |store, group, key| match store.exists_at_once(group, key) {
        Some(answer) => answer,
        None => executor::aside(|| store.exists(group, key)),
    })
}

/// Not async: to be able to wait costs a call a third more, and these hardly ever do. When one has to, for a tenant to be opened or
/// for readers, it takes itself off the executor's threads.
fn read<T: LarderView, R>(
    mut cx: StoreContextMut<'_, T>,
    (handle, group, key): Place,
    operation: &'static str,
    read: impl FnOnce(&Store, &str, &str) -> engine::Result<R>,
) -> Answer<R> {
    let view = cx.data_mut().larder();
    let store = view.table.get(&handle)?.store.clone();
    let call = view.ctx.call_if_seen(operation, store.tenant());
    let (group, key) = (group.to_str(&cx)?, key.to_str(&cx)?);
    let fault = call.as_ref().map_or(Ok(()), Call::fault);
    let answer = match fault.map(|()| read(&store, &group, &key)) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => cx.data_mut().larder().table.get(&handle)?.answer(operation, Err(error)),
        Err(fault) => Err(fault),
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
