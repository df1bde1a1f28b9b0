use std::{fmt, sync::Arc, time::Duration};

use larder_engine::{Error, Store, TenantId, Watch};

use super::watcher::Watcher;
use crate::{Plugin, Setup};

/// What an instance is given that is called for a tenant.
type MakeSetup = Arc<dyn Fn(&TenantId) -> Result<Setup, TriggerError> + Send + Sync>;

/// The store whose changes a tenant's instance is called for.
type FindStore = Arc<dyn Fn(&TenantId) -> Result<Store, TriggerError> + Send + Sync>;

/// A plugin, what it is run for, and what it gets then.
#[derive(Clone)]
pub struct Trigger {
    pub(super) name: String,
    pub(super) plugin: Plugin,
    /// `None`: it is called by `on-change`.
    pub(super) watcher: Option<Watcher>,
    pub(super) label: String,
    pub(super) watch: Watch,
    pub(super) items: usize,
    pub(super) backoff: Backoff,
    pub(super) store: FindStore,
    pub(super) setup: MakeSetup,
}

/// How often and when a call that failed is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// Calls for one item before it is put aside. Default 5; at least 1.
    pub attempts: u32,
    /// The wait before the second call; it doubles with each further one. Default 200 ms.
    pub first: Duration,
    /// The longest wait. Default 30 s.
    pub longest: Duration,
}

impl Default for Backoff {
    fn default() -> Backoff {
        Backoff { attempts: 5, first: Duration::from_millis(200), longest: Duration::from_secs(30) }
    }
}

impl Backoff {
    /// The wait before call number `attempt`, counted from 1: between half of it and all of it, so that those that
    /// failed together do not come again together.
    pub(super) fn wait(&self, attempt: u32) -> Duration {
        let doubled = self.first.saturating_mul(1 << attempt.saturating_sub(1).min(20));
        doubled.min(self.longest).mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

/// Why a trigger cannot do its work.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum TriggerError {
    /// The component does not export the interface.
    #[error(
        "{name} exports neither larder:store/on-change@0.1 nor a watcher of wasi:keyvalue or wasmcloud:keyvalue, by which it \
         would be told of changes"
    )]
    NoOnChange {
        /// The trigger.
        name: String,
    },
    /// The component exports the interface in another form than this host calls.
    #[error("{name} exports what is told of changes in another form: {message}")]
    Mismatch {
        /// The trigger.
        name: String,
        /// What wasmtime says.
        message: String,
    },
    /// What an instance is to be given is not to be had.
    #[error("what {name} is given cannot be made: {message}")]
    Setup {
        /// The trigger.
        name: String,
        /// Why.
        message: String,
    },
    /// The store's fault.
    #[error(transparent)]
    Engine(#[from] Error),
}

impl Trigger {
    /// Run `plugin` when something changes in the store that `store` finds for a tenant, which instances open by `label`.
    /// `name`, of 1 to 256 bytes, tells it from other triggers; how far it has come is kept under it.
    ///
    /// A component that exports `on-change` is called for all changes by default; one that exports `watcher` for those of the
    /// bucket `label`. A call has at most 100 items, and after a failure it goes on as
    /// [`Backoff::default`] says.
    ///
    /// # Errors
    /// [`TriggerError::NoOnChange`] and [`TriggerError::Mismatch`].
    pub fn new(
        name: impl Into<String>,
        plugin: Plugin,
        label: impl Into<String>,
        store: impl Fn(&TenantId) -> Result<Store, TriggerError> + Send + Sync + 'static,
        setup: impl Fn(&TenantId) -> Result<Setup, TriggerError> + Send + Sync + 'static,
    ) -> Result<Trigger, TriggerError> {
        let name = name.into();
        let label = label.into();
        let (watcher, watch) = if plugin.program().is_trigger() {
            if let Err(error) = plugin.on_change() {
                return Err(TriggerError::Mismatch { name, message: format!("{error:#}") });
            }
            (None, Watch::All)
        } else {
            match Watcher::of(plugin.program()) {
                Ok(Some(watcher)) => (Some(watcher), Watch::Group(label.clone())),
                Ok(None) => return Err(TriggerError::NoOnChange { name }),
                Err(export) => return Err(TriggerError::Mismatch { name, message: export.to_owned() }),
            }
        };
        Ok(Trigger {
            name,
            plugin,
            watcher,
            label,
            watch,
            items: 100,
            backoff: Backoff::default(),
            store: Arc::new(store),
            setup: Arc::new(setup),
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The changes that it is called for. Default: all of the store; for a `watcher`, which hears of its bucket alone, the group
    /// that has the label's name.
    pub fn watch(mut self, watch: Watch) -> Trigger {
        self.watch = watch;
        self
    }

    /// Most items in one call. Default 100; at least 1, at most 1,000.
    pub fn items(mut self, items: usize) -> Trigger {
        self.items = items;
        self
    }

    /// What is done about failures.
    pub fn backoff(mut self, backoff: Backoff) -> Trigger {
        self.backoff = backoff;
        self
    }
}

impl fmt::Debug for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trigger")
            .field("name", &self.name)
            .field("label", &self.label)
            .field("watch", &self.watch)
            .field("backoff", &self.backoff)
            .finish_non_exhaustive()
    }
}
