//! An engine with what its components can import.
//!
//! A runtime has two of them. An engine that can run concurrent components (of the component model 0.3: streams, async
//! functions) makes each call of every component dearer, so that those which are not concurrent have one without it.

use wasmtime::{
    Cache, Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, component::Linker,
};

use super::{Pooling, State};
use crate::{interfaces, wasi_files};

/// An engine, and everything that any plugin on it can be granted. What a program may import is checked before it is linked.
pub(crate) struct Machine {
    pub(crate) engine: Engine,
    pub(crate) linker: Linker<State>,
}

impl Machine {
    pub(crate) fn new(concurrent: bool, cache: Option<&Cache>, pooling: Option<&Pooling>) -> wasmtime::Result<Machine> {
        let mut settings = Config::new();
        settings.epoch_interruption(true);
        settings.concurrency_support(concurrent);
        // Imports that a component has under names of its own choice.
        settings.wasm_component_model_implements(true);
        settings.cache(cache.cloned());
        if let Some(pooling) = pooling {
            settings.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(pooling)));
        }
        let engine = Engine::new(&settings)?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        wasi_files::add_to_linker(&mut linker)?;
        interfaces::add_to_linker(&mut linker)?;
        Ok(Machine { engine, linker })
    }
}

/// Bytes of an instance's memory and of its tables that stay in place for the next one. A program of Rust has a stack of a
/// mebibyte in front of its data.
const KEPT_MEMORY: usize = 2 << 20;
const KEPT_TABLE: usize = 64 << 10;

fn pool(pooling: &Pooling) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(pooling.instances)
        .total_core_instances(pooling.instances)
        .total_memories(pooling.instances)
        .total_tables(pooling.instances)
        .total_stacks(pooling.instances)
        .max_memory_size(pooling.memory);
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        // What a guest wrote is put back in place: to give its pages to the system and fault them in again costs more.
        pool.pagemap_scan(Enabled::Auto).linear_memory_keep_resident(KEPT_MEMORY).table_keep_resident(KEPT_TABLE);
    }
    pool
}
