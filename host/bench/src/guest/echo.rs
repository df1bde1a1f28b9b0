use std::{path::Path, time::Duration};

use larder::bindings::larder::store::types::Error;
use wasmtime::component::{Resource, ResourceType, Val};
use wasmtime_wasi::{ResourceTable, WasiCtx, WasiCtxView, WasiView};

use super::{Embedded, text};
use crate::{
    Result,
    bench::{GROUP, SIZE},
};

/// The guest with a host whose `store.get` answers a constant: what the boundary alone costs, with the same arguments and
/// the same answer.
pub(crate) struct Echo<'a>(Embedded<'a, State>);

pub(super) struct State {
    pub(super) wasi: WasiCtx,
    pub(super) table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// How the host function is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Plain,
    Async,
    /// A plain one on an engine that can run streams and async functions of components.
    ConcurrentEngine,
}

/// What the guest takes for a store.
struct EchoStore;

type Arguments = (Resource<EchoStore>, String, String);
type Answer = (Result<Option<Vec<u8>>, Error>,);

const VALUE: [u8; SIZE as usize] = [7; SIZE as usize];

impl<'a> Echo<'a> {
    pub(crate) fn new(executor: &'a tokio::runtime::Runtime, file: &Path, form: Form) -> Result<Echo<'a>> {
        let state = State { wasi: WasiCtx::builder().build(), table: ResourceTable::new() };
        let embedded = Embedded::new(executor, file, state, form == Form::ConcurrentEngine, |linker| {
            wasmtime_wasi::p2::add_to_linker_async(linker)?;
            for interface in ["store", "batch", "atomics", "transactions", "events"] {
                let mut instance = linker.instance(&format!("larder:store/{interface}@0.1.0"))?;
                instance.resource("store", ResourceType::host::<EchoStore>(), |_, _| Ok(()))?;
            }
            let mut store = linker.instance("larder:store/store@0.1.0")?;
            store.func_wrap("[static]store.open", |_, (_,): (String,)| {
                Ok((Ok::<_, Error>(Resource::<EchoStore>::new_own(0)),))
            })?;
            if form == Form::Async {
                store.func_wrap_async("[method]store.get", |_, arguments: Arguments| {
                    Box::new(async move {
                        drop(arguments);
                        Ok::<Answer, _>((Ok(Some(VALUE.to_vec())),))
                    })
                })
            } else {
                store.func_wrap("[method]store.get", |_, _: Arguments| Ok::<Answer, _>((Ok(Some(VALUE.to_vec())),)))
            }
        })?;
        Ok(Echo(embedded))
    }

    pub(crate) fn get_hot(&mut self, n: u64, keys: u64) -> Result<Duration> {
        self.0.timed("get-hot", &[text(GROUP), Val::U64(n), Val::U64(keys)], n * u64::from(SIZE))
    }
}
