use std::{fmt, io, path::PathBuf, time::Duration};

use wasmtime::{PoolConcurrencyLimitError, Store, Trap, WasmBacktrace, component::ResourceTableError};
use wasmtime_wasi::I32Exit;

use super::{
    imports::MissingImport,
    state::{State, TimeIsUp},
};

/// Why a [`Runtime`](crate::Runtime) could not be made.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The directory for compiled code cannot be used.
    #[error("the cache directory {} cannot be used: {source}", path.display())]
    CacheDirectory {
        /// The directory.
        path: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
    /// wasmtime refused the configuration.
    #[error("wasmtime refused the configuration: {message}")]
    Engine {
        /// What it said.
        message: String,
    },
    /// The thread that keeps the time could not be started.
    #[error("no thread could be started: {0}")]
    Thread(io::Error),
}

impl RuntimeError {
    pub(crate) fn engine(error: wasmtime::Error) -> RuntimeError {
        RuntimeError::Engine { message: format!("{error:#}") }
    }
}

/// Why a component was not loaded.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It does not begin as a binary of WebAssembly does.
    #[error("not a WebAssembly component: it does not begin as a wasm binary does")]
    NotWasm,
    /// It is a core module.
    #[error(
        "this is a core module, not a component: build it for the target wasm32-wasip2, or make a component of it \
         with `wasm-tools component new`"
    )]
    CoreModule,
    /// It is not a valid component.
    #[error("not a valid component: {message}")]
    Invalid {
        /// What is wrong with it.
        message: String,
    },
    /// It is concurrent, and the engine for such components could not be made.
    #[error("the engine for concurrent components could not be made: {message}")]
    Engine {
        /// What wasmtime said.
        message: String,
    },
    /// It imports what was not granted.
    #[error("the component imports what it was not granted:{}", list(imports))]
    Missing {
        /// Each such import.
        imports: Vec<MissingImport>,
    },
    /// It is to answer HTTP and cannot.
    #[error(
        "the component does not answer HTTP: it exports neither wasi:http/incoming-handler@0.2 nor wasi:http/handler@0.3"
    )]
    NotAHandler,
    /// It expects another form of an interface than the host has.
    #[error("the component does not fit the host: {message}")]
    Mismatch {
        /// Where they differ.
        message: String,
    },
}

fn list(imports: &[MissingImport]) -> String {
    imports.iter().map(|import| format!("\n  {}: {}", import.name, import.cure)).collect()
}

/// Why a guest did not come to a good end.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The time limit passed.
    #[error("the time limit of {limit:?} passed")]
    TimeOut {
        /// [`Limits::time`](crate::Limits::time).
        limit: Duration,
    },
    /// It was refused memory and did not go on.
    #[error("the memory limit of {limit} bytes was reached, and the guest stopped: {message}")]
    OutOfMemory {
        /// [`Limits::memory`](crate::Limits::memory), in bytes.
        limit: u64,
        /// How it stopped.
        message: String,
    },
    /// It held more handles than it may.
    #[error("the limit of {limit} handles was reached")]
    TooManyHandles {
        /// [`Limits::resources`](crate::Limits::resources).
        limit: usize,
    },
    /// It passed more to a host function than one call may carry.
    #[error("a call passed more than the limit of {limit} bytes to the host")]
    CallTooLarge {
        /// [`Limits::call_bytes`](crate::Limits::call_bytes).
        limit: usize,
    },
    /// It trapped.
    #[error("the guest trapped: {message}")]
    Trap {
        /// Why.
        message: String,
        /// Where, as far as the component's names tell.
        backtrace: Option<String>,
    },
    /// It asked to exit, in a call that was not [`Plugin::run_command`](crate::Plugin::run_command).
    #[error("the guest asked to exit with status {code}")]
    Exit {
        /// The status.
        code: i32,
    },
    /// The component does not export `wasi:cli/run`.
    #[error("the component is not a program for the command line: it does not export wasi:cli/run@0.2 or 0.3")]
    NotACommand,
    /// No exported function has this name, or several do.
    #[error("no function, or more than one, is called {name:?}; there are: {}", available.join(", "))]
    NoSuchExport {
        /// The name asked for.
        name: String,
        /// The full names of all exported functions.
        available: Vec<String>,
    },
    /// The arguments do not fit the function.
    #[error("{message}")]
    Arguments {
        /// In what way.
        message: String,
    },
    /// The runtime's pool of instances is in use.
    #[error("there is no room for one more instance: {message}")]
    NoRoom {
        /// What there was too much of.
        message: String,
    },
    /// The host failed.
    #[error("the host failed: {message}")]
    Host {
        /// What failed.
        message: String,
    },
}

/// What wasmtime says when hostcall fuel is used up; the type of that error is private to it.
const CALL_TOO_LARGE: &str = "fuel allocated for hostcalls has been exhausted";

/// The same of handles of the guest's own resources.
const TOO_MANY_HANDLES: &str = "store handle limit exceeded";

impl RunError {
    /// Say in our terms how a call ended.
    pub(crate) fn check<R>(ended: wasmtime::Result<R>, store: &Store<State>) -> Result<R, RunError> {
        ended.map_err(|error| RunError::of(&error, store.data()))
    }

    fn of(error: &wasmtime::Error, state: &State) -> RunError {
        let limits = state.limits();
        if let Some(I32Exit(code)) = error.downcast_ref() {
            return RunError::Exit { code: *code };
        }
        if error.is::<TimeIsUp>() {
            return RunError::TimeOut { limit: limits.time };
        }
        if let Some(full) = error.downcast_ref::<PoolConcurrencyLimitError>() {
            return RunError::NoRoom { message: full.to_string() };
        }
        let message = error.root_cause().to_string();
        if matches!(error.downcast_ref(), Some(ResourceTableError::Full)) || message.contains(TOO_MANY_HANDLES) {
            return RunError::TooManyHandles { limit: limits.resources };
        }
        if message.contains(CALL_TOO_LARGE) {
            return RunError::CallTooLarge { limit: limits.call_bytes };
        }
        if state.memory_refused() {
            return RunError::OutOfMemory { limit: limits.memory, message };
        }
        let backtrace = error.downcast_ref::<WasmBacktrace>();
        if backtrace.is_some() || error.is::<Trap>() {
            return RunError::Trap { message, backtrace: backtrace.and_then(shown) };
        }
        RunError::Host { message: format!("{error:#}") }
    }
}

fn shown(backtrace: &WasmBacktrace) -> Option<String> {
    (!backtrace.frames().is_empty()).then(|| fmt::format(format_args!("{backtrace}")))
}
