//! Guests, and the hosts that they run in.

mod echo;
mod keyvalue;

use std::time::{Duration, Instant};

use larder::Instance;
use wasmtime::component::{Component, Linker, Val};
use wasmtime::{Config, Engine, Store};

use crate::Result;
pub(crate) use echo::{Echo, Form};
pub(crate) use keyvalue::KeyValue;

/// An instance of the guest, with larder.
pub(crate) struct Guest<'a> {
    executor: &'a tokio::runtime::Runtime,
    instance: Instance,
}

impl<'a> Guest<'a> {
    pub(crate) fn new(executor: &'a tokio::runtime::Runtime, instance: Instance) -> Guest<'a> {
        Guest { executor, instance }
    }

    /// Call an export that answers nothing, or a number.
    pub(crate) fn call(&mut self, export: &str, arguments: &[Val]) -> Result<u64> {
        number(self.executor.block_on(self.instance.call(export, arguments))?)
    }

    /// The same; answers how long it took. Its answer has to be `expected`.
    pub(crate) fn timed(&mut self, export: &str, arguments: &[Val], expected: u64) -> Result<Duration> {
        let start = Instant::now();
        let answer = self.call(export, arguments)?;
        let took = start.elapsed();
        expect(export, answer, expected)?;
        Ok(took)
    }

    /// Set the keys from 0 on.
    pub(crate) fn fill(&mut self, group: &str, n: u64, size: u32) -> Result<()> {
        let batch = n.min(1_000) as u32;
        self.call("fill", &[text(group), Val::U64(0), Val::U64(n), Val::U32(size), Val::U32(batch)]).map(drop)
    }
}

pub(crate) fn text(text: &str) -> Val {
    Val::String(text.into())
}

fn number(answers: Vec<Val>) -> Result<u64> {
    match answers.as_slice() {
        [] => Ok(0),
        [Val::U64(number)] => Ok(*number),
        other => Err(format!("the guest answered {other:?}").into()),
    }
}

fn expect(export: &str, answer: u64, expected: u64) -> Result<()> {
    if answer == expected { Ok(()) } else { Err(format!("{export} answered {answer}, not {expected}").into()) }
}

/// A component in a host of the benchmark's own, with wasmtime set as larder sets it.
struct Embedded<'a, T: 'static> {
    executor: &'a tokio::runtime::Runtime,
    store: Store<T>,
    instance: wasmtime::component::Instance,
}

impl<'a, T: Send + 'static> Embedded<'a, T> {
    fn new(
        executor: &'a tokio::runtime::Runtime,
        file: &std::path::Path,
        state: T,
        concurrent: bool,
        link: impl FnOnce(&mut Linker<T>) -> wasmtime::Result<()>,
    ) -> Result<Embedded<'a, T>> {
        let engine = engine(concurrent)?;
        let component = Component::from_file(&engine, file)?;
        let mut linker = Linker::new(&engine);
        link(&mut linker)?;
        // What the loops that are measured do not call.
        linker.define_unknown_imports_as_traps(&component)?;
        let mut store = Store::new(&engine, state);
        store.set_hostcall_fuel(larder::Limits::default().call_bytes);
        store.set_epoch_deadline(u64::MAX / 2);
        let instance = executor.block_on(linker.instantiate_async(&mut store, &component))?;
        Ok(Embedded { executor, store, instance })
    }

    fn timed(&mut self, export: &str, arguments: &[Val], expected: u64) -> Result<Duration> {
        let Some(function) = self.instance.get_func(&mut self.store, export) else {
            return Err(format!("the guest exports no {export}").into());
        };
        let mut results = vec![Val::Bool(false); function.ty(&self.store).results().len()];
        let start = Instant::now();
        self.executor.block_on(function.call_async(&mut self.store, arguments, &mut results))?;
        let took = start.elapsed();
        expect(export, number(results)?, expected)?;
        Ok(took)
    }
}

fn engine(concurrent: bool) -> Result<Engine> {
    let mut config = Config::new();
    config.epoch_interruption(true);
    config.concurrency_support(concurrent);
    Ok(Engine::new(&config)?)
}
