//! Compiling and running components.

mod asynchronous;
mod error;
mod home;
pub(crate) mod imports;
pub(crate) mod instance;
mod machine;
mod memory;
mod plugin;
mod program;
mod setup;
mod state;
#[cfg(test)]
mod tests;
mod ticker;
mod warm;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use wasmtime::{Cache, CacheConfig, Engine};

use crate::limits;

#[cfg(feature = "http")]
pub(crate) use self::state::TimeIsUp;
pub use self::{
    error::{LoadError, RunError, RuntimeError},
    home::{Home, HomeHost, Role},
    imports::{Import, ImportKind, MissingImport},
    instance::Instance,
    plugin::Plugin,
    program::{Export, Program},
    setup::Setup,
    state::State,
    warm::Warm,
};
use self::{machine::Machine, ticker::Ticker};

/// Compiles components and runs them, with one cache of compiled code and one thread that keeps the time.
///
/// Concurrent components, those that import `larder:store/event-stream`, export `wasi:cli/run@0.3` or answer HTTP, run on an engine of
/// their own, which is made for the first of them: so the others do not pay for what they cannot use.
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
    plain: Arc<Machine>,
    concurrent: Mutex<Option<Arc<Machine>>>,
    cache: Option<Cache>,
    pooling: Option<Pooling>,
    ticker: Ticker,
}

/// How a [`Runtime`] compiles and allocates. [`RuntimeConfig::new`] lists the defaults.
#[derive(Clone, Debug, Default)]
pub struct RuntimeConfig {
    cache: Option<PathBuf>,
    pooling: Option<Pooling>,
}

/// Room for instances that is set aside in advance, which makes new instances cheap. Concurrent components have as much
/// again, once there is one.
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
        let plain = Machine::new(false, cache.as_ref(), config.pooling.as_ref()).map_err(RuntimeError::engine)?;
        let ticker = Ticker::start(&plain.engine, limits::TICK).map_err(RuntimeError::Thread)?;
        let (plain, concurrent) = (Arc::new(plain), Mutex::default());
        Ok(Runtime(Arc::new(Inner { plain, concurrent, cache, pooling: config.pooling, ticker })))
    }

    /// The wasmtime engine of components that are not concurrent, for what this library does not offer. A
    /// [`Program`] of this runtime may have another one.
    pub fn engine(&self) -> &Engine {
        &self.0.plain.engine
    }

    /// How many loads found their code in the cache since this runtime was made.
    pub fn cache_hits(&self) -> usize {
        self.0.cache.as_ref().map_or(0, Cache::cache_hits)
    }

    /// What runs components that are not concurrent.
    pub(crate) fn plain(&self) -> Arc<Machine> {
        self.0.plain.clone()
    }

    /// What runs concurrent components; made at the first call.
    pub(crate) fn concurrent(&self) -> wasmtime::Result<Arc<Machine>> {
        let mut concurrent = self.0.concurrent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(machine) = &*concurrent {
            return Ok(machine.clone());
        }
        let machine = Arc::new(Machine::new(true, self.0.cache.as_ref(), self.0.pooling.as_ref())?);
        self.0.ticker.add(&machine.engine);
        Ok(concurrent.insert(machine).clone())
    }
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
