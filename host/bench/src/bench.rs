//! What all rows need.

use std::{
    cell::Cell,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use larder::{
    Config, Durability, Grant, Instance, Interfaces, Larder, LarderCtx, Limits, Plugin, Pooling, Quota, Runtime,
    RuntimeConfig, ScopeName, Setup, Store, TenantId,
};
use tempfile::TempDir;
use wasmtime::component::Val;

use crate::{
    Result,
    args::Args,
    child::Child,
    guest::{Echo, Form, Guest, KeyValue},
    measure::{self, Case, Stats},
    native::Native,
};

/// The group that everything is in.
pub(crate) const GROUP: &str = "entries";

/// Bytes of a value, where nothing else is said.
pub(crate) const SIZE: u32 = 64;

pub(crate) struct Bench {
    executor: tokio::runtime::Runtime,
    /// One without threads to hand a blocking call over to.
    single: tokio::runtime::Runtime,
    directory: TempDir,
    made: Cell<u32>,
    rounds: u32,
    quick: bool,
    guests: PathBuf,
    plugin: Plugin,
}

/// A root of larder's with one tenant.
pub(crate) struct Place {
    pub(crate) root: PathBuf,
    pub(crate) larder: Larder,
    pub(crate) store: Store,
}

impl Bench {
    pub(crate) fn new(args: &Args) -> Result<Bench> {
        let executor = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let single = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let directory = match &args.dir {
            Some(directory) => tempfile::Builder::new().prefix("larder-bench-").tempdir_in(directory)?,
            None => tempfile::Builder::new().prefix("larder-bench-").tempdir()?,
        };
        let plugin = load(&args.guests, None)?;
        Ok(Bench {
            executor,
            single,
            directory,
            made: Cell::new(0),
            rounds: args.rounds(),
            quick: args.quick,
            guests: args.guests.clone(),
            plugin,
        })
    }

    /// So many operations, or fewer when it is to be quick.
    pub(crate) fn operations(&self, usual: u64) -> u64 {
        if self.quick { (usual / 10).max(1) } else { usual }
    }

    pub(crate) fn in_turn(&self, cases: &mut [Case<'_>]) -> Result<Vec<Stats>> {
        measure::in_turn(self.rounds, cases)
    }

    pub(crate) fn executor(&self) -> &tokio::runtime::Runtime {
        &self.executor
    }

    /// A directory that nothing has been put into.
    pub(crate) fn new_directory(&self) -> Result<PathBuf> {
        let number = self.made.replace(self.made.get() + 1);
        let path = self.directory.path().join(number.to_string());
        fs::create_dir(&path)?;
        Ok(path)
    }

    /// A new root with a tenant, without quotas.
    pub(crate) fn place(&self, config: Config) -> Result<Place> {
        let root = self.new_directory()?;
        let larder = Larder::open(&root, config)?;
        let store = larder.tenant(&tenant()?).store();
        Ok(Place { root, larder, store })
    }

    /// The file of a guest.
    pub(crate) fn guest_file(&self, name: &str) -> PathBuf {
        self.guests.join(format!("{name}.wasm"))
    }

    /// The guest whose loops are over larder's interfaces.
    pub(crate) fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// The same on an engine with room set aside for instances.
    pub(crate) fn pooling_plugin(&self) -> Result<Plugin> {
        load(&self.guests, Some(Pooling::default()))
    }

    /// So many instances of it on one store.
    pub(crate) fn instances(&self, store: &Store, number: usize) -> Result<Vec<Instance>> {
        self.executor.block_on(async {
            let mut instances = Vec::with_capacity(number);
            for _ in 0..number {
                instances.push(self.plugin.instantiate(setup(store)?).await?);
            }
            Ok(instances)
        })
    }

    /// Instances that each make a call of their own, as tasks of an executor with several threads. Answers how long all of
    /// it took, and what each was answered.
    pub(crate) fn at_once(
        &self,
        instances: &mut Vec<Instance>,
        export: &'static str,
        arguments: impl Fn(usize) -> Vec<Val>,
    ) -> Result<(Duration, Vec<Vec<Val>>)> {
        self.executor.block_on(async {
            let start = Instant::now();
            let started = instances.drain(..).enumerate().map(|(number, mut instance)| {
                let arguments = arguments(number);
                tokio::spawn(async move {
                    let answer = instance.call(export, &arguments).await;
                    (instance, answer)
                })
            });
            let (mut answers, mut back) = (Vec::new(), Vec::new());
            for task in started.collect::<Vec<_>>() {
                let (instance, answer) = task.await?;
                back.push(instance);
                answers.push(answer?);
            }
            let took = start.elapsed();
            *instances = back;
            Ok((took, answers))
        })
    }

    /// A process of this program that does `words` (see [`in_child`](crate::rows::in_child)), with the same guests.
    pub(crate) fn child(&self, words: &[String]) -> Result<Child> {
        Child::new(&self.guests, self.directory.path(), words)
    }

    /// An instance of it.
    pub(crate) fn guest(&self, store: &Store) -> Result<Guest<'_>> {
        let instance = self.executor.block_on(self.plugin.instantiate(setup(store)?))?;
        Ok(Guest::new(&self.executor, instance))
    }

    /// An instance of it on an executor of one thread.
    pub(crate) fn guest_on_one_thread(&self, store: &Store) -> Result<Guest<'_>> {
        let instance = self.single.block_on(self.plugin.instantiate(setup(store)?))?;
        Ok(Guest::new(&self.single, instance))
    }

    /// The same guest with a host whose `store.get` answers 64 bytes and does no more.
    pub(crate) fn echo(&self, form: Form) -> Result<Echo<'_>> {
        Echo::new(&self.executor, &self.guests.join("bench_guest.wasm"), form)
    }

    /// A guest of `wasi:keyvalue`, with `keys` entries in memory.
    pub(crate) fn keyvalue(&self, keys: u64) -> Result<KeyValue<'_>> {
        KeyValue::new(&self.executor, &self.guests.join("bench_keyvalue.wasm"), keys)
    }

    /// A file that larder made, to be used without it.
    pub(crate) fn native(&self, durability: Durability) -> Result<Native> {
        let Place { root, larder, store } = self.place(Config::new())?;
        store.set("made", "by", b"larder")?;
        store.delete("made", "by")?;
        drop((store, larder));
        Native::open(&root.join("tenants/bench/store.db"), durability)
    }
}

impl Place {
    /// Closed and opened again, so that what was written is in the database and not in its log.
    pub(crate) fn reopened(self, config: Config) -> Result<Place> {
        let Place { root, larder, store } = self;
        drop((store, larder));
        let larder = Larder::open(&root, config)?;
        let store = larder.tenant(&tenant()?).store();
        Ok(Place { root, larder, store })
    }

    /// A scope with a quota on everything.
    pub(crate) fn bounded(&self) -> Result<Store> {
        let quota = Quota { keys: Some(1 << 30), groups: Some(1 << 20), bytes: Some(1 << 40) };
        Ok(self.larder.tenant(&tenant()?).scope(ScopeName::parse("plugin")?, quota))
    }
}

pub(crate) fn tenant() -> Result<TenantId> {
    Ok(TenantId::parse("bench")?)
}

/// What an instance is given.
pub(crate) fn setup(store: &Store) -> Result<Setup> {
    // A measurement is one call, and may take long.
    let limits = Limits { time: Duration::from_secs(3600), ..Limits::default() };
    Ok(Setup::new(LarderCtx::builder().grant("default", Grant::store(store.clone())).limits(limits).build()?))
}

fn load(guests: &std::path::Path, pooling: Option<Pooling>) -> Result<Plugin> {
    let mut config = RuntimeConfig::new();
    if let Some(pooling) = pooling {
        config = config.pooling(pooling);
    }
    let runtime = Runtime::new(config)?;
    let file = guests.join("bench_guest.wasm");
    Plugin::load_file(&runtime, &file, &Interfaces::all())
        .map_err(|error| format!("{}: {error}", file.display()).into())
}
