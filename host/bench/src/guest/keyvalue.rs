use std::{path::Path, time::Duration};

use wasmtime::component::Val;
use wasmtime_wasi::{ResourceTable, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_keyvalue::{WasiKeyValue, WasiKeyValueCtx};

use super::Embedded;
use crate::{Result, bench::SIZE, data};

/// The guest over `wasi:keyvalue`, which wasmtime keeps in a hash map; it also calls a host function that does nothing.
pub(crate) struct KeyValue<'a>(Embedded<'a, State>);

struct State {
    wasi: WasiCtx,
    keyvalue: WasiKeyValueCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl<'a> KeyValue<'a> {
    pub(crate) fn new(executor: &'a tokio::runtime::Runtime, file: &Path, keys: u64) -> Result<KeyValue<'a>> {
        let data = data::keys(keys).into_iter().map(|key| (key, vec![7; SIZE as usize]));
        let keyvalue = WasiKeyValueCtx::builder().in_memory_data(data).build();
        let state = State { wasi: WasiCtx::builder().build(), keyvalue, table: ResourceTable::new() };
        let embedded = Embedded::new(executor, file, state, false, |linker| {
            wasmtime_wasi::p2::add_to_linker_async(linker)?;
            wasmtime_wasi_keyvalue::add_to_linker(linker, |state: &mut State| {
                WasiKeyValue::new(&state.keyvalue, &mut state.table)
            })?;
            linker.instance("larder:bench/floor")?.func_wrap("empty", |_, ()| Ok(()))
        })?;
        Ok(KeyValue(embedded))
    }

    pub(crate) fn empty(&mut self, n: u64) -> Result<Duration> {
        self.0.timed("empty", &[Val::U64(n)], 0)
    }

    pub(crate) fn get_hot(&mut self, n: u64, keys: u64) -> Result<Duration> {
        self.0.timed("get-hot", &[Val::U64(n), Val::U64(keys)], n * u64::from(SIZE))
    }

    pub(crate) fn get_random(&mut self, n: u64, keys: u64, seed: u64) -> Result<Duration> {
        self.0.timed("get-random", &[Val::U64(n), Val::U64(keys), Val::U64(seed)], n * u64::from(SIZE))
    }

    pub(crate) fn set_again(&mut self, n: u64, keys: u64) -> Result<Duration> {
        self.0.timed("set-again", &[Val::U64(n), Val::U64(keys), Val::U32(SIZE)], 0)
    }
}
