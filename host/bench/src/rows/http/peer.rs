//! A component served as `wasmtime serve` serves it: the same crates, its limits, its store in memory. Not that command itself: the
//! benchmark has the part of it that answers requests, without its log and its flags.

use std::{
    net::SocketAddr,
    path::Path,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use http_body_util::BodyExt as _;
use hyper::{Request, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpListener,
    task::JoinHandle,
    time::{Sleep, sleep},
};
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store, StoreContextMut,
    component::{Component, GuestTaskId, Linker},
};
use wasmtime_wasi::{ResourceTable, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    WasiHttpCtx, WasiHttpCtxView, WasiHttpView, default_hooks,
    handler::{
        HandlerState, Instance, ProxyHandler, ProxyPre, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
    },
    p2,
};
use wasmtime_wasi_keyvalue::{WasiKeyValue, WasiKeyValueCtx};

use crate::Result;

/// What `wasmtime serve` gives a request.
const TIME: Duration = Duration::from_secs(600);

pub(super) struct Peer {
    address: SocketAddr,
    task: JoinHandle<()>,
}

struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    keyvalue: WasiKeyValueCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: default_hooks(), table: &mut self.table, ctx: &mut self.http }
    }
}

struct Instances(ProxyPre<State>, Engine);

impl HandlerState for Instances {
    type StoreData = State;
    type WorkerExpiration = Expiration;
    type WorkerState = Worker;

    async fn instantiate(&self) -> wasmtime::Result<Instance<State, Expiration, Worker>> {
        let state = State {
            wasi: WasiCtx::builder().build(),
            http: WasiHttpCtx::new(),
            keyvalue: WasiKeyValueCtx::builder().build(),
            table: ResourceTable::new(),
        };
        let mut store = Store::new(&self.1, state);
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        let proxy = self.0.instantiate_async(&mut store).await?;
        Ok(Instance { store, proxy, view: State::http, expiration: Expiration(Box::pin(sleep(TIME))), state: Worker })
    }
}

struct Expiration(Pin<Box<Sleep>>);

impl WorkerExpiration for Expiration {
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>, _status: WorkerStatus, _start: Instant) -> Poll<()> {
        self.0.as_mut().poll(cx)
    }
}

struct Worker;

impl WorkerState for Worker {
    type StoreData = State;
    type RequestData = ();

    /// One request for each instance of a component of WASI 0.2, as that command has it.
    fn should_accept_request(&self, _at_once: usize, total: usize) -> ShouldAccept {
        if total >= 1 { ShouldAccept::Never } else { ShouldAccept::Yes }
    }

    fn on_request_start(
        &self,
        _store: StoreContextMut<'_, State>,
        _data: (),
        _task: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        Box::pin(sleep(TIME))
    }

    fn drop(&self, _store: Store<State>, _result: wasmtime::Result<()>) {}
}

impl Peer {
    pub(super) fn start(executor: &tokio::runtime::Runtime, component: &Path) -> Result<Peer> {
        let mut config = Config::new();
        config.epoch_interruption(true);
        let pool = PoolingAllocationConfig::new();
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config)?;
        let component = Component::from_file(&engine, component)?;
        let mut linker = Linker::<State>::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        p2::add_only_http_to_linker_async(&mut linker)?;
        wasmtime_wasi_keyvalue::add_to_linker(&mut linker, |state: &mut State| {
            WasiKeyValue::new(&state.keyvalue, &mut state.table)
        })?;
        let pre = ProxyPre::P2(p2::bindings::ProxyPre::new(linker.instantiate_pre(&component)?)?);
        let handler = ProxyHandler::new(Instances(pre, engine));
        let listener = executor.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let task = executor.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // That it cannot be set is told by the numbers.
                let _ = stream.set_nodelay(true);
                let handler = handler.clone();
                let service = service_fn(move |request: Request<hyper::body::Incoming>| {
                    let handler = handler.clone();
                    async move { handler.handle((), request.map(|body| body.map_err(Into::into).boxed_unsync())).await }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Ok(Peer { address, task })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
