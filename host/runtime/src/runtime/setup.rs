use wasmtime::{Engine, Store};
use wasmtime_wasi::{
    HostWallClock, WasiCtxBuilder,
    cli::{StdinStream, StdoutStream},
};

use super::state::State;
use crate::{LarderCtx, testing::Nested};

/// What one instance is given. [`Setup::new`] lists the defaults.
///
/// ```
/// use larder::{LarderCtx, Setup};
/// # fn main() -> Result<(), larder::GrantError> {
/// let setup = Setup::new(LarderCtx::builder().build()?).arg("plugin").arg("--help").inherit_stdio();
/// # Ok(()) }
/// ```
pub struct Setup {
    wasi: WasiCtxBuilder,
    larder: LarderCtx,
    nested: Option<Nested>,
}

impl Setup {
    /// An instance with `larder` and nothing else: no arguments, no environment, an empty standard input, output that
    /// goes nowhere, no directories but the preopens of `larder`, no network.
    pub fn new(larder: LarderCtx) -> Setup {
        let mut wasi = WasiCtxBuilder::new();
        // Without an address to speak to, sockets would be of no use to a guest but to take the host's descriptors away.
        wasi.allow_tcp(false).allow_udp(false);
        Setup { wasi, larder, nested: None }
    }

    /// One more argument. The first one is the program's name.
    pub fn arg(mut self, argument: impl AsRef<str>) -> Setup {
        self.wasi.arg(argument);
        self
    }

    /// More arguments.
    pub fn args(mut self, arguments: &[impl AsRef<str>]) -> Setup {
        self.wasi.args(arguments);
        self
    }

    /// One more variable of the environment.
    pub fn env(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Setup {
        self.wasi.env(name, value);
        self
    }

    /// Where standard input comes from.
    pub fn stdin(mut self, stdin: impl StdinStream + 'static) -> Setup {
        self.wasi.stdin(stdin);
        self
    }

    /// Where standard output goes.
    pub fn stdout(mut self, stdout: impl StdoutStream + 'static) -> Setup {
        self.wasi.stdout(stdout);
        self
    }

    /// Where standard error goes.
    pub fn stderr(mut self, stderr: impl StdoutStream + 'static) -> Setup {
        self.wasi.stderr(stderr);
        self
    }

    /// The host's standard input, output and error.
    pub fn inherit_stdio(mut self) -> Setup {
        self.wasi.inherit_stdio();
        self
    }

    /// Where the instance gets the time of day from; else from the system. Its store has the [clock](larder_engine::Config::clock) of
    /// the root.
    pub fn wall_clock(mut self, clock: impl HostWallClock + 'static) -> Setup {
        self.wasi.wall_clock(clock);
        self
    }

    /// Its part in a test.
    pub(crate) fn nested(mut self, nested: Nested) -> Setup {
        self.nested = Some(nested);
        self
    }

    /// The host's standard error for output and errors alike; nothing to read.
    pub fn inherit_stderr(mut self) -> Setup {
        self.wasi.stdout(wasmtime_wasi::cli::stderr()).inherit_stderr();
        self
    }

    pub(crate) fn into_store(mut self, engine: &Engine) -> Store<State> {
        let mut store = State::store(engine, self.wasi.build(), self.larder);
        if let Some(nested) = self.nested {
            store.data_mut().set_nested(nested);
        }
        store
    }
}
