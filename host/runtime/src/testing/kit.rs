//! A plugin with a world of its own.

use std::{collections::BTreeMap, fmt, path::PathBuf, sync::Arc, time::Duration};

use larder_engine::{Clock, Config, Durability, Larder, ManualClock, Store, Tenant, TenantId};
use tempfile::TempDir;
use wasmtime::component::Val;
use wasmtime_wasi::{
    HostWallClock,
    p2::pipe::{MemoryInputPipe, MemoryOutputPipe},
};

use super::{KitError, LoggedCall, Script};
use crate::{GrantManifest, Instance, Limits, Plugin, PluginManifest, RunError, Setup};

/// Where the clock begins: 2026-01-01T00:00:00Z, in milliseconds since the epoch.
const BEGINNING: i64 = 1_767_225_600_000;

/// Bytes of each output that are kept; a plugin that writes more is stopped.
const OUTPUT: usize = 1 << 20;

/// A plugin under test, with a store of its own that is empty at first.
///
/// Each run and each call is an instance of its own, as in production; all of them have the same store. Cheap to clone; the clones
/// are the same. When the last one is dropped, the store is deleted.
#[derive(Clone)]
pub struct Kit(Arc<Inner>);

struct Inner {
    plugin: Plugin,
    manifest: PluginManifest,
    limits: Limits,
    tenant: TenantId,
    clock: Arc<ManualClock>,
    script: Script,
    /// Goes before its directory.
    larder: Larder,
    _root: TempDir,
}

/// Says what a [`Kit`] is to have; [`Kit::builder`] lists the defaults.
#[derive(Clone, Debug)]
pub struct KitBuilder {
    manifest: PluginManifest,
    config: Config,
    limits: Limits,
    tenant: Option<TenantId>,
}

/// How a run of a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its exit status; 0 is success.
    pub status: i32,
    /// What it wrote to standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error.
    pub stderr: Vec<u8>,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (stdout, stderr) = (String::from_utf8_lossy(&self.stdout), String::from_utf8_lossy(&self.stderr));
        write!(f, "exit status {}\nstdout: {stdout}\nstderr: {stderr}", self.status)
    }
}

/// What an instance wrote.
#[derive(Clone)]
pub(crate) struct Output {
    stdout: MemoryOutputPipe,
    stderr: MemoryOutputPipe,
}

impl Output {
    pub(crate) fn both(&self) -> (Vec<u8>, Vec<u8>) {
        (self.stdout.contents().into(), self.stderr.contents().into())
    }
}

/// What sits in the state of an instance that `larder:test/kit` was linked for.
#[derive(Clone)]
pub(crate) enum Nested {
    /// A test.
    Test(Kit),
    /// The plugin, where it and its tests are one component: it has no kit.
    Plugin,
}

impl KitBuilder {
    /// What `larder.toml` says of the plugin: its grants, arguments, environment and settings.
    pub fn manifest(mut self, manifest: &PluginManifest) -> KitBuilder {
        self.manifest = manifest.clone();
        self
    }

    /// How the store is run, such as its quotas. The clock and the durability are the kit's.
    pub fn config(mut self, config: Config) -> KitBuilder {
        self.config = config;
        self
    }

    /// Bounds on each instance.
    pub fn limits(mut self, limits: Limits) -> KitBuilder {
        self.limits = limits;
        self
    }

    /// Whom the plugin works for.
    pub fn tenant(mut self, tenant: TenantId) -> KitBuilder {
        self.tenant = Some(tenant);
        self
    }

    /// A store in a directory for temporary files, with `plugin`.
    ///
    /// # Errors
    /// [`KitError::Directory`], [`KitError::Store`], and [`KitError::Manifest`] for grants that are not in order.
    pub fn build(&self, plugin: &Plugin) -> Result<Kit, KitError> {
        let root = tempfile::Builder::new().prefix("larder-test-").tempdir().map_err(KitError::Directory)?;
        let clock = Arc::new(ManualClock::new(BEGINNING));
        // What is deleted behind the test need not have reached the disk.
        let config = self.config.clone().clock(clock.clone()).durability(Durability::Normal);
        let larder = Larder::open(root.path(), config)?;
        let tenant = match &self.tenant {
            Some(tenant) => tenant.clone(),
            None => self.manifest.tenant()?,
        };
        larder.tenant(&tenant).create()?;
        // What is wrong with the grants is told now.
        self.manifest.context(&larder, &tenant, self.limits.clone())?;
        Ok(Kit(Arc::new(Inner {
            plugin: plugin.clone(),
            manifest: self.manifest.clone(),
            limits: self.limits.clone(),
            tenant,
            clock,
            script: Script::new(),
            larder,
            _root: root,
        })))
    }
}

impl Kit {
    /// The defaults: the tenant `default`, all of its store and its files granted as `default`, no quotas, the default
    /// [`Limits`], no arguments, environment or settings.
    pub fn builder() -> KitBuilder {
        let own = GrantManifest { files: true, ..GrantManifest::default() };
        let grants = BTreeMap::from([("default".to_owned(), own)]);
        let manifest = PluginManifest { grants, ..PluginManifest::new(PathBuf::from("plugin.wasm")) };
        KitBuilder { manifest, config: Config::new(), limits: Limits::default(), tenant: None }
    }

    /// A plugin with the defaults of [`Kit::builder`].
    ///
    /// # Errors
    /// Those of [`KitBuilder::build`].
    pub fn new(plugin: &Plugin) -> Result<Kit, KitError> {
        Kit::builder().build(plugin)
    }

    /// Run the plugin as a program for the command line, to its end. `arguments` are those behind its own name.
    ///
    /// # Errors
    /// Those of [`Plugin::run_command`]. A plugin that writes more than a mebibyte to an output is stopped.
    pub async fn run(&self, arguments: &[impl AsRef<str>], stdin: impl Into<Vec<u8>>) -> Result<Ended, RunError> {
        let (setup, output) = self.setup(Some(Nested::Plugin))?;
        let setup = setup.arg("plugin").args(&self.0.manifest.args).args(arguments);
        let status = self.0.plugin.run_command(setup.stdin(MemoryInputPipe::new(stdin.into()))).await?;
        let (stdout, stderr) = output.both();
        Ok(Ended { status, stdout, stderr })
    }

    /// Call a function that the plugin exports, in a new instance.
    ///
    /// # Errors
    /// Those of [`Plugin::instantiate`] and [`Instance::call`].
    pub async fn call(&self, function: &str, arguments: &[Val]) -> Result<Vec<Val>, RunError> {
        self.instantiate().await?.call(function, arguments).await
    }

    /// An instance of the plugin, to be called more than once.
    ///
    /// # Errors
    /// Those of [`Plugin::instantiate`].
    pub async fn instantiate(&self) -> Result<Instance, RunError> {
        let (setup, _) = self.setup(Some(Nested::Plugin))?;
        self.0.plugin.instantiate(setup.arg("plugin").args(&self.0.manifest.args)).await
    }

    /// The plugin.
    pub fn plugin(&self) -> &Plugin {
        &self.0.plugin
    }

    /// The clock of the store, which is the plugin's wall clock as well. It begins at 2026-01-01T00:00:00Z and stands still.
    pub fn clock(&self) -> &ManualClock {
        &self.0.clock
    }

    /// What goes wrong, and what was called.
    pub fn script(&self) -> &Script {
        &self.0.script
    }

    /// The calls that the plugin made: those of [`Script::calls`].
    pub fn calls(&self) -> Vec<LoggedCall> {
        self.0.script.calls()
    }

    /// The root, which holds nothing but this test's tenants.
    pub fn larder(&self) -> &Larder {
        &self.0.larder
    }

    /// Whom the plugin works for.
    pub fn tenant(&self) -> Tenant {
        self.0.larder.tenant(&self.0.tenant)
    }

    /// The whole store of that tenant.
    pub fn store(&self) -> Store {
        self.tenant().store()
    }

    /// What an instance gets: the plugin, whose calls the script sees, or else a test.
    pub(super) fn setup(&self, nested: Option<Nested>) -> Result<(Setup, Output), RunError> {
        let inner = &self.0;
        let host = |error: &dyn fmt::Display| RunError::Host { message: error.to_string() };
        let is_test = matches!(nested, Some(Nested::Test(_)));
        let limits =
            if is_test { Limits { time: super::suite::TIME, ..Limits::default() } } else { inner.limits.clone() };
        let mut builder =
            inner.manifest.context_builder(&inner.larder, &inner.tenant, limits).map_err(|error| host(&error))?;
        if !is_test {
            builder = builder.script(&inner.script);
        }
        let output = Output { stdout: MemoryOutputPipe::new(OUTPUT), stderr: MemoryOutputPipe::new(OUTPUT) };
        let mut setup = Setup::new(builder.build().map_err(|error| host(&error))?)
            .stdout(output.stdout.clone())
            .stderr(output.stderr.clone())
            .wall_clock(WallClock(inner.clock.clone()));
        for (name, value) in &inner.manifest.env {
            setup = setup.env(name, value);
        }
        if let Some(nested) = nested {
            setup = setup.nested(nested);
        }
        Ok((setup, output))
    }
}

impl fmt::Debug for Kit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kit").field("plugin", &self.0.plugin).field("clock", &self.0.clock).finish_non_exhaustive()
    }
}

/// The clock of the store, for the functions of the guest's language.
struct WallClock(Arc<ManualClock>);

impl HostWallClock for WallClock {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now_ms()).unwrap_or(0))
    }
}
