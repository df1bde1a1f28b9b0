//! Compiling and running components.

mod error;
mod imports;
pub(crate) mod instance;
mod memory;
mod plugin;
mod program;
mod setup;
mod state;
#[cfg(test)]
mod tests;
mod ticker;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use wasmtime::{
    Cache, CacheConfig, Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, component::Linker,
};

use crate::{interfaces, limits, wasi_files};

use self::ticker::Ticker;
pub use self::{
    error::{LoadError, RunError, RuntimeError},
    imports::{Import, ImportKind, MissingImport},
    instance::Instance,
    plugin::Plugin,
    program::{Export, Program},
    setup::Setup,
    state::State,
};

/// Compiles components and runs them, with one compiler, one cache of compiled code and one thread that keeps the time.
///
/// Cheap to clone; the clones are the same runtime. Running needs a tokio runtime with its timer enabled.
///
/// ```no_run
/// use larder::{Runtime, RuntimeConfig};
/// let runtime = Runtime::new(RuntimeConfig::new().cache("data/.cache"))?;
/// # Ok::<(), larder::RuntimeError>(())
/// ```
#[derive(Clone)]
pub struct Runtime(Arc<Inner>);

struct Inner {
    engine: Engine,
    linker: Linker<State>,
    cache: Option<Cache>,
    _ticker: Ticker,
}

/// How a [`Runtime`] compiles and allocates. [`RuntimeConfig::new`] lists the defaults.
#[derive(Clone, Debug, Default)]
pub struct RuntimeConfig {
    cache: Option<PathBuf>,
    pooling: Option<Pooling>,
}

/// Room for instances that is set aside in advance, which makes new instances cheap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pooling {
    /// Core instances at the same time; a component has one to some dozens. Default 1,000.
    pub instances: u32,
    /// The largest linear memory, in bytes: at least [`Limits::memory`](crate::Limits::memory) of every instance.
    /// Default 128 MiB. This is address space; memory is used as guests use it.
    pub memory: usize,
}

impl Default for Pooling {
    fn default() -> Pooling {
        Pooling { instances: 1000, memory: 128 << 20 }
    }
}

impl RuntimeConfig {
    /// The defaults: no cache, so that each load compiles; memory for instances from the system as they come.
    pub fn new() -> RuntimeConfig {
        RuntimeConfig::default()
    }

    /// Keep compiled code in `directory`, which is made if missing. What lies there is run as native code: nobody but
    /// the host may be able to write to it, and no guest's files may be below it.
    pub fn cache(mut self, directory: impl Into<PathBuf>) -> RuntimeConfig {
        self.cache = Some(directory.into());
        self
    }

    /// Set room for instances aside in advance.
    pub fn pooling(mut self, pooling: Pooling) -> RuntimeConfig {
        self.pooling = Some(pooling);
        self
    }
}

impl Runtime {
    /// A runtime; starts its thread.
    ///
    /// # Errors
    /// [`RuntimeError`] when the cache directory cannot be made or others can write to it, when wasmtime refuses the
    /// configuration, and when no thread can be started.
    pub fn new(config: RuntimeConfig) -> Result<Runtime, RuntimeError> {
        let cache = config.cache.as_deref().map(open_cache).transpose()?;
        let mut settings = Config::new();
        settings.epoch_interruption(true);
        // No interface of ours is concurrent, and each call would pay for it.
        settings.concurrency_support(false);
        settings.cache(cache.clone());
        if let Some(pooling) = &config.pooling {
            settings.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(pooling)));
        }
        let engine = Engine::new(&settings).map_err(RuntimeError::engine)?;
        let linker = linker(&engine).map_err(RuntimeError::engine)?;
        let ticker = Ticker::start(&engine, limits::TICK).map_err(RuntimeError::Thread)?;
        Ok(Runtime(Arc::new(Inner { engine, linker, cache, _ticker: ticker })))
    }

    /// The wasmtime engine, for what this library does not offer.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// How many loads found their code in the cache since this runtime was made.
    pub fn cache_hits(&self) -> usize {
        self.0.cache.as_ref().map_or(0, Cache::cache_hits)
    }

    pub(crate) fn linker(&self) -> &Linker<State> {
        &self.0.linker
    }
}

/// Everything that any plugin can be granted; what a program may import is checked before it is linked.
fn linker(engine: &Engine) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasi_files::add_to_linker(&mut linker)?;
    interfaces::add_to_linker(&mut linker)?;
    Ok(linker)
}

fn pool(pooling: &Pooling) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(pooling.instances)
        .total_core_instances(pooling.instances)
        .total_memories(pooling.instances)
        .total_tables(pooling.instances)
        .total_stacks(pooling.instances)
        .max_memory_size(pooling.memory);
    pool
}

fn open_cache(directory: &Path) -> Result<Cache, RuntimeError> {
    let fail = |source| RuntimeError::CacheDirectory { path: directory.to_owned(), source };
    let absolute = std::path::absolute(directory).map_err(fail)?;
    make_private(&absolute).map_err(fail)?;
    let mut config = CacheConfig::new();
    config.with_directory(absolute);
    Cache::new(config).map_err(RuntimeError::engine)
}

#[cfg(unix)]
fn make_private(directory: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let mode = std::fs::metadata(directory)?.permissions().mode();
    if mode & 0o022 != 0 {
        return Err(std::io::Error::other("others than the owner can write to it, and its content is run as code"));
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_private(directory: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").field("cache", &self.0.cache.as_ref().map(Cache::directory)).finish_non_exhaustive()
    }
}
