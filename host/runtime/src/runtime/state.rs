use std::time::{Duration, Instant};

use wasmtime::{Engine, Store, StoreContextMut, UpdateDeadline, component::ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use super::memory::MemoryLimiter;
use crate::{
    LarderCtx, LarderCtxView, LarderView, Limits,
    testing::Nested,
    wasi_files::{WasiFilesCtxView, WasiFilesView},
};

/// What sits in the wasmtime store of an instance that a [`Plugin`](crate::Plugin) runs.
pub struct State {
    table: ResourceTable,
    wasi: WasiCtx,
    larder: LarderCtx,
    memory: MemoryLimiter,
    deadline: Option<Instant>,
    nested: Option<Box<Nested>>,
    #[cfg(feature = "http")]
    http: crate::http::GuestHttp,
}

/// Raised in a guest whose time is up.
#[derive(Debug, thiserror::Error)]
#[error("the time limit has passed")]
pub(crate) struct TimeIsUp;

impl State {
    /// A store for one instance, with the limits of `larder` set.
    pub(crate) fn store(engine: &Engine, wasi: WasiCtx, larder: LarderCtx) -> Store<State> {
        let limits = larder.limits();
        let (memory, resources, call_bytes) = (limits.memory, limits.resources, limits.call_bytes);
        let mut table = ResourceTable::new();
        table.set_max_capacity(resources);
        let state = State {
            table,
            wasi,
            larder,
            memory: MemoryLimiter::new(memory),
            deadline: None,
            nested: None,
            #[cfg(feature = "http")]
            http: crate::http::GuestHttp::default(),
        };
        let mut store = Store::new(engine, state);
        store.limiter(|state| &mut state.memory);
        store.set_hostcall_fuel(call_bytes);
        store.set_max_component_handles(resources);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(on_tick);
        store
    }

    /// The time limit starts now.
    pub(crate) fn start(&mut self) -> Duration {
        let limit = self.larder.limits().time;
        self.deadline = Instant::now().checked_add(limit);
        limit
    }

    pub(crate) fn limits(&self) -> &Limits {
        self.larder.limits()
    }

    /// Its part in a test, if it is one.
    pub(crate) fn nested(&self) -> Option<&Nested> {
        self.nested.as_deref()
    }

    pub(crate) fn set_nested(&mut self, nested: Nested) {
        self.nested = Some(Box::new(nested));
    }

    /// Whether memory was refused.
    pub(crate) fn memory_refused(&self) -> bool {
        self.memory.refused()
    }
}

#[cfg(feature = "http")]
impl State {
    /// Let the guest ask these hosts.
    pub(crate) fn allow_outgoing(&mut self, hosts: std::sync::Arc<crate::http::Outgoing>) {
        self.http.allow(hosts);
    }

    /// When the time is up.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    pub(crate) fn http_and_table(&mut self) -> (&mut crate::http::GuestHttp, &mut ResourceTable) {
        (&mut self.http, &mut self.table)
    }
}

/// Each tick lets others on the same thread run.
fn on_tick(context: StoreContextMut<'_, State>) -> wasmtime::Result<UpdateDeadline> {
    match context.data().deadline {
        Some(deadline) if Instant::now() >= deadline => Err(TimeIsUp.into()),
        _ => Ok(UpdateDeadline::Yield(1)),
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl LarderView for State {
    fn larder(&mut self) -> LarderCtxView<'_> {
        LarderCtxView { ctx: &mut self.larder, table: &mut self.table }
    }
}

impl WasiFilesView for State {
    fn wasi_files(&mut self) -> WasiFilesCtxView<'_> {
        WasiFilesCtxView { ctx: self.larder.wasi_files(), table: &mut self.table }
    }
}
