//! Running test programs, and showing what they said when they do not do as they should.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};
use std::time::Duration;

use larder::{
    Config, Grant, Interfaces, Larder, LarderCtx, Limits, ManualClock, Plugin, Preopen, Quota, RunError, Runtime,
    RuntimeConfig, ScopeName, Setup, Store, Tenant, TenantId,
};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use wasmtime_wasi::p2::pipe::{MemoryInputPipe, MemoryOutputPipe};

/// The tenant that a program runs for, when the test says nothing else.
pub(crate) const TENANT: &str = "acme";

/// How long a test waits for what should happen in milliseconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Bytes of a program's output that are kept.
const OUTPUT: usize = 1 << 20;

/// One for all tests, since a plugin belongs to a runtime. The second run of the tests finds its code in the cache.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
    Runtime::new(RuntimeConfig::new().cache(cache)).expect("the runtime starts")
});

/// The runtime that the tests share.
pub(crate) fn runtime() -> &'static Runtime {
    &RUNTIME
}

/// The file of a guest program.
pub(crate) fn guest(name: &str) -> PathBuf {
    let built = match std::env::var_os("LARDER_GUESTS") {
        Some(directory) => PathBuf::from(directory),
        None => Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("guests"),
    };
    let path = built.join(format!("{name}.wasm"));
    assert!(
        path.is_file(),
        "{} is not there: build the guests with `cargo xtask guests` and `cargo xtask languages`",
        path.display()
    );
    path
}

/// A guest program, compiled once for all tests of the process.
pub(crate) fn plugin(name: &'static str) -> Plugin {
    /// A cell for each, so that two programs are compiled at the same time and one never twice.
    type Plugins = HashMap<&'static str, Arc<OnceLock<Plugin>>>;
    static PLUGINS: LazyLock<Mutex<Plugins>> = LazyLock::new(Mutex::default);
    let plugin = PLUGINS.lock().expect("no test panics here").entry(name).or_default().clone();
    plugin.get_or_init(|| load(name, &Interfaces::all())).clone()
}

fn load(name: &str, granted: &Interfaces) -> Plugin {
    Plugin::load_file(runtime(), guest(name), granted).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A scope's name.
pub(crate) fn scope(name: &str) -> ScopeName {
    ScopeName::parse(name).expect("the test names a proper scope")
}

/// A root of its own for one test, with a clock that stands still until the test moves it.
pub(crate) struct Host {
    root: TempDir,
    config: Config,
    pub(crate) larder: Larder,
    pub(crate) clock: Arc<ManualClock>,
}

impl Host {
    /// With the default configuration.
    pub(crate) fn new() -> Host {
        Host::with(|config| config)
    }

    /// With what `configure` makes of it.
    pub(crate) fn with(configure: impl FnOnce(Config) -> Config) -> Host {
        let root = tempfile::tempdir().expect("a directory for the test");
        let clock = Arc::new(ManualClock::new(1_800_000_000_000));
        let config = configure(Config::new().clock(clock.clone()));
        let larder = Larder::open(root.path(), config.clone()).expect("the root opens");
        Host { root, config, larder, clock }
    }

    /// The same root after the host was stopped and started again; `meanwhile` gets the directory of [`TENANT`].
    pub(crate) fn stopped(self, meanwhile: impl FnOnce(&Path)) -> Host {
        self.larder.close();
        let Host { root, config, larder, clock } = self;
        drop(larder);
        meanwhile(&root.path().join("tenants").join(TENANT));
        let larder = Larder::open(root.path(), config.clone()).expect("the root opens");
        Host { root, config, larder, clock }
    }

    /// Where the tenants lie on the disk.
    pub(crate) fn path(&self) -> &Path {
        self.root.path()
    }

    /// Where [`TENANT`] lies on the disk.
    pub(crate) fn directory(&self) -> PathBuf {
        self.path().join("tenants").join(TENANT)
    }

    pub(crate) fn tenant(&self, name: &str) -> Tenant {
        self.larder.tenant(&TenantId::parse(name).expect("the test names a proper tenant"))
    }

    /// The whole store of the tenant that programs run for.
    pub(crate) fn store(&self) -> Store {
        self.tenant(TENANT).store()
    }

    /// A scope of that tenant, with a quota.
    pub(crate) fn scope(&self, name: &str, quota: Quota) -> Store {
        self.tenant(TENANT).scope(scope(name), quota)
    }

    /// A program with all of [`TENANT`]: its store and files as `default`, and the files once more at `/data`.
    pub(crate) fn run(&self, program: &'static str) -> Run {
        self.run_for(TENANT, program)
    }

    /// As [`Host::run`], for another tenant.
    pub(crate) fn run_for(&self, tenant: &str, program: &'static str) -> Run {
        let tenant = self.tenant(tenant);
        let files = tenant.files().expect("the tenant's files open");
        let data = Preopen { guest_path: "/data".to_owned(), files: files.clone(), writable: true };
        Run::new(program).grant("default", Grant::store(tenant.store()).files(files)).preopen(data)
    }

    /// Trim the feed of [`TENANT`] to so many events, and answer the last commit that went. The background may be at it
    /// too, and then a purge leaves it alone.
    pub(crate) fn trimmed(&self, events: u64) -> u64 {
        loop {
            self.larder.purge();
            let status = self.tenant(TENANT).feed_status().expect("the feed is read");
            if status.events <= events {
                return status.floor;
            }
        }
    }

    /// What the counters of [`TENANT`] say agrees with what is there.
    pub(crate) fn check(&self) {
        let report = self.tenant(TENANT).check().expect("the tenant is checked");
        assert!(report.problems.is_empty(), "{:?}", report.problems);
    }
}

/// A program and what it is given.
pub(crate) struct Run {
    program: &'static str,
    arguments: Vec<String>,
    input: Vec<u8>,
    grants: BTreeMap<String, Grant>,
    preopens: Vec<Preopen>,
    config: Vec<(String, String)>,
    limits: Limits,
}

impl Run {
    /// With nothing granted, and nothing passed.
    pub(crate) fn new(program: &'static str) -> Run {
        Run {
            program,
            arguments: Vec::new(),
            input: Vec::new(),
            grants: BTreeMap::new(),
            preopens: Vec::new(),
            config: Vec::new(),
            limits: Limits { time: PATIENCE, ..Limits::default() },
        }
    }

    pub(crate) fn arg(mut self, argument: impl ToString) -> Run {
        self.arguments.push(argument.to_string());
        self
    }

    /// What it reads from its standard input.
    pub(crate) fn input(mut self, input: impl Into<Vec<u8>>) -> Run {
        self.input = input.into();
        self
    }

    /// Grant a label, in place of what was granted as it before.
    pub(crate) fn grant(mut self, label: &str, grant: Grant) -> Run {
        self.grants.insert(label.to_owned(), grant);
        self
    }

    /// See a directory by WASI, in place of what was there before.
    pub(crate) fn preopen(mut self, preopen: Preopen) -> Run {
        self.preopens = vec![preopen];
        self
    }

    /// A setting that it reads by `wasi:config`.
    pub(crate) fn config(mut self, name: &str, value: &str) -> Run {
        self.config.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn limits(mut self, limits: Limits) -> Run {
        self.limits = limits;
        self
    }

    /// Run it, and fail with all it said unless it ends with status 0.
    pub(crate) async fn passes(self) -> String {
        let ended = self.ends().await;
        assert!(matches!(ended.result, Ok(0)), "{ended}");
        ended.stdout
    }

    /// Run it to its end.
    pub(crate) async fn ends(self) -> Ended {
        self.start().ends().await
    }

    /// Let it run beside the test.
    pub(crate) fn start(self) -> Running {
        let program = self.program;
        let (stdout, stderr) = (MemoryOutputPipe::new(OUTPUT), MemoryOutputPipe::new(OUTPUT));
        let (plugin, setup) = (plugin(program), self.setup().stdout(stdout.clone()).stderr(stderr.clone()));
        let task = tokio::spawn(async move { plugin.run_command(setup).await });
        Running { program, stdout, stderr, task }
    }

    /// What an instance of the program is given, without its output.
    pub(crate) fn setup(self) -> Setup {
        let mut ctx = LarderCtx::builder().limits(self.limits);
        for (label, grant) in self.grants {
            ctx = ctx.grant(label, grant);
        }
        for (name, value) in self.config {
            ctx = ctx.config(name, value);
        }
        for preopen in self.preopens {
            ctx = ctx.preopen(preopen);
        }
        let ctx = ctx.build().expect("the test grants what can be granted");
        Setup::new(ctx).arg(self.program).args(&self.arguments).stdin(MemoryInputPipe::new(self.input))
    }
}

/// A program that runs beside the test. Dropping it ends it.
pub(crate) struct Running {
    program: &'static str,
    stdout: MemoryOutputPipe,
    stderr: MemoryOutputPipe,
    task: JoinHandle<Result<i32, RunError>>,
}

impl Running {
    /// Wait until its output holds `text`.
    pub(crate) async fn says(&self, text: &str) {
        let said = async {
            while !self.output().contains(text) {
                assert!(!self.task.is_finished(), "{} ended without saying {text:?}: {}", self.program, self.output());
                tokio::task::yield_now().await;
            }
        };
        if tokio::time::timeout(PATIENCE, said).await.is_err() {
            panic!("{} does not say {text:?}, but: {}", self.program, self.output());
        }
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// Wait for its end.
    pub(crate) async fn ends(mut self) -> Ended {
        let result = (&mut self.task).await.expect("the host does not panic");
        Ended { program: self.program, result, stdout: text(&self.stdout), stderr: text(&self.stderr) }
    }

    /// Drop the run in the middle of whatever it is doing, and wait until it is gone.
    pub(crate) async fn abort(mut self) {
        self.task.abort();
        let ended = (&mut self.task).await;
        assert!(ended.is_err_and(|error| error.is_cancelled()), "{} had ended", self.program);
    }

    fn output(&self) -> String {
        text(&self.stdout) + &text(&self.stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn text(pipe: &MemoryOutputPipe) -> String {
    String::from_utf8_lossy(&pipe.contents()).into_owned()
}

/// How a program ended, and what it said.
pub(crate) struct Ended {
    pub(crate) program: &'static str,
    pub(crate) result: Result<i32, RunError>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the program {} ended with {:?}", self.program, self.result)?;
        write!(f, "--- its output\n{}--- its errors\n{}---", self.stdout, self.stderr)
    }
}

/// Tests of programs that need nothing of the host but its defaults; each has the name of its program.
macro_rules! plain_tests {
    ($($program:ident)*) => {
        $(#[tokio::test]
        async fn $program() {
            let host = crate::support::Host::new();
            host.run(stringify!($program)).passes().await;
            host.check();
        })*
    };
}

/// Assert how a program ended; shows all it said otherwise.
macro_rules! assert_ends {
    ($ended:expr, $pattern:pat $(if $guard:expr)?) => {{
        let ended = $ended;
        assert!(matches!(&ended.result, $pattern $(if $guard)?), "{ended}");
        ended
    }};
}
