//! The reads that guests make most, without what the generated bindings cost each call: the names are read where they lie in
//! the guest's memory, and the value goes from the cache into it without a copy between.
//!
//! They stand in place of the generated functions of the same name, which answer what cannot be answered at once.

use std::sync::Arc;

use wasmtime::{
    StoreContextMut,
    component::{Linker, Resource, WasmStr},
};

use crate::{
    LarderView,
    bindings::larder::store::{store::HostStore, types},
    fault::StoreFault,
    handles::StoreHandle,
};

const STORE: &str = "larder:store/store@0.1.0";

/// A value as it lies in the cache.
type Value = Option<Arc<[u8]>>;

pub(super) fn add_to_linker<T: LarderView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let added = linker.instance(STORE).and_then(|mut store| {
        store.func_wrap_async(
            "[method]store.get",
            |mut cx: StoreContextMut<'_, T>, (store, group, key): (Resource<StoreHandle>, WasmStr, WasmStr)| {
                let answer = get_at_once(&mut cx, &store, &group, &key).transpose();
                Box::new(async move {
                    let answer = match answer {
                        Some(answer) => answer,
                        None => get(cx, store, group, key).await,
                    };
                    told(answer).map(|answer| (answer,))
                })
            },
        )
    });
    linker.allow_shadowing(false);
    added
}

/// `None` where it has to be waited for.
fn get_at_once<T: LarderView>(
    cx: &mut StoreContextMut<'_, T>,
    handle: &Resource<StoreHandle>,
    group: &WasmStr,
    key: &WasmStr,
) -> Result<Option<Value>, StoreFault> {
    let view = cx.data_mut().larder();
    let store = view.table.get(handle)?.store.clone();
    let call = view.ctx.call("store.get", Some(store.tenant()));
    let (group, key) = (group.to_str(&*cx).map_err(StoreFault::Trap)?, key.to_str(&*cx).map_err(StoreFault::Trap)?);
    let Some(answer) = store.get_at_once(&group, &key) else {
        call.forget();
        return Ok(None);
    };
    let answer = match answer {
        Ok(value) => Ok(value),
        Err(error) => cx.data_mut().larder().table.get(handle)?.answer("store.get", Err(error)),
    };
    call.end(&answer);
    answer.map(Some)
}

async fn get<T: LarderView>(
    mut cx: StoreContextMut<'_, T>,
    store: Resource<StoreHandle>,
    group: WasmStr,
    key: WasmStr,
) -> Result<Value, StoreFault> {
    let (group, key) = (group.to_str(&cx).map_err(StoreFault::Trap)?, key.to_str(&cx).map_err(StoreFault::Trap)?);
    let (group, key) = (group.into_owned(), key.into_owned());
    let value = cx.data_mut().larder().get(store, group, key).await?;
    Ok(value.map(Into::into))
}

/// The answer to the guest, or the end of the instance.
fn told<R>(answer: Result<R, StoreFault>) -> wasmtime::Result<Result<R, types::Error>> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(fault) => fault.told().map(Err),
    }
}
