//! `larder.toml`: which plugin gets what.
//!
//! ```toml
//! root = "data"                    # where the tenants live, relative to this file; default "larder-data"
//! cache = "build/cache"            # compiled components; default: the folder `cache` in the root
//!
//! [store]                          # how the root is run; all optional
//! durability = "full"              # or "normal"
//! busy-timeout = "5s"
//! transaction-deadline = "5s"
//! purge-interval = "60s"
//! open-tenants = 256
//! read-cache = "64MiB"             # memory for entries that were read or written lately; 0 is none
//! feed = { events = 100000, bytes = "16MiB", age = "168h", value-bytes = "1MiB" }    # or false: nobody can watch
//! quota = { keys = 100000, groups = 1000, bytes = "1GiB" }    # of each tenant; default: none
//! file-quota = { bytes = "1GiB", files = 10000 }              # of each tenant; default: none
//!
//! [journal]                        # how journals are kept; all optional
//! bytes = "1GiB"                   # of each tenant's rows
//! retention = "720h"               # an archived row stays in the database so long after its commit; default: for ever
//! archive-bytes = "10GiB"          # of each tenant's archives
//!
//! [workspaces]                     # of each scope; all optional
//! number = 64                      # left-over ones included
//! bytes = "256MiB"                 # of one
//! age = "720h"                     # how long a left-over one is kept before it is put aside; default: for ever
//!
//! [metrics]                        # without it nothing is measured; `larder` measures where --metrics or --otlp is given
//! tenants = 100                    # with a label of their own
//!
//! [journal.deliver]                # rows of journals go to a write API of InfluxDB v2; without the table, nowhere
//! endpoint = "https://influx.example.org:8086"
//! organisation = "acme"
//! bucket = "events"                # rows are appended to it, and delivered into it
//! token-file = "influx-token"      # relative to this file; or token-env = "INFLUX_TOKEN"; default: no token
//! ca-file = "ca.pem"               # default: the public authorities
//! connect-timeout = "10s"
//! timeout = "30s"
//! batch-rows = 1000
//! batch-bytes = "1MiB"
//! first-wait = "500ms"
//! longest-wait = "60s"
//! whole-numbers = "float"          # or "integer"
//!
//! [serve]                          # `larder serve`; all optional
//! address = "127.0.0.1:8080"
//! admin = "127.0.0.1:9180"         # health and metrics; default: none
//! tenant = { from = "host", domain = "notes.example.org" }    # or "header", "path", "token"; default: the plugin's tenant
//! create-tenants = false           # make a tenant that is not there at its first request
//! tenants = ["acme", "umbrella"]   # no others; default: all that there are
//! watch = "1s"                     # how often to look whether the component changed; "0s": never
//! limits = { requests = 256, request-bytes = "16MiB" }        # and more, see `ServeLimitsManifest`
//!
//! [limits]                         # of each instance; the defaults are those of `Limits`
//! memory = "128MiB"
//! time = "30s"
//! call-bytes = "128MiB"
//! resources = 1024
//! stores = 64
//! transactions = 4
//! files = 64
//! watchers = 16
//! workspaces = 16
//! rows = 4
//! archives = 2
//!
//! [plugin.inventory]
//! component = "inventory.wasm"     # relative to this file
//! tenant = "acme"                  # default "default"
//! interfaces = ["store", "batch"]  # default: all when there is a grant, none otherwise
//! args = ["--verbose"]             # before those of the command line; default: none
//! env = { LANG = "C" }             # default: nothing
//! config = { theme = "dark" }      # what it reads by wasi:config; default: nothing
//! stdio = "inherit"                # or "null"; default "inherit"
//! outgoing = ["api.example.org"]   # hosts that it may ask by wasi:http where it serves; default: none
//! limits = { time = "60s" }        # instead of those of [limits]
//! # on-change = { label = "own", prefix = "orders", items = 100, attempts = 5, first-wait = "200ms", longest-wait = "30s" }
//!
//! [plugin.inventory.grants.default]
//! scope = "inventory"              # default: the whole tenant
//! tenant = "shared"                # default: the plugin's tenant
//! bucket-group = "default"         # the group that wasi:keyvalue and its like show as a bucket; default: the label
//! access = "read-write"            # or "read-only"; default "read-write"
//! quota = { keys = 1000, groups = 10, bytes = "1MiB" }    # of the scope; default: none
//! files = true                     # the tenant's files by the interface `files`; default false
//! preopen = "/data"                # the same directory for ordinary file functions, under this path; default: none
//!
//! [tenant.acme]
//! config = { theme = "light" }     # what any plugin reads by wasi:config when it works for this tenant, before its own
//! ```
//!
//! A setting that is not known is an error, so that a misspelt quota is not a missing one. Sizes are bytes, as a number
//! or as text with a unit (`kB`, `MB`, `GB`, `KiB`, `MiB`, `GiB`); times are text with a unit (`ms`, `s`, `min`, `h`).

mod deliver;
mod journal;
mod limits;
mod metrics;
mod on_change;
mod plugin;
mod serve;
mod store;
mod tenant;
#[cfg(test)]
mod tests;
mod units;
mod workspaces;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use larder_engine::{Config, Larder, TenantId};
use serde::Deserialize;

use crate::{GrantError, RuntimeConfig};

pub use self::{
    deliver::{DeliverManifest, WholeNumbersName},
    journal::JournalManifest,
    limits::LimitsManifest,
    metrics::MetricsManifest,
    on_change::OnChangeManifest,
    plugin::{Access, GrantManifest, PluginManifest, Stdio},
    serve::{AlgorithmName, ServeLimitsManifest, ServeManifest, TenantRuleManifest},
    store::{DurabilityName, FeedBoundsManifest, FeedManifest, FileQuotaManifest, QuotaManifest, StoreManifest},
    tenant::TenantManifest,
    units::{ByteSize, Span},
    workspaces::WorkspacesManifest,
};

/// The content of a `larder.toml`. The module's documentation shows all settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Manifest {
    /// Where the tenants live. Default `larder-data`.
    #[serde(default = "default_root")]
    pub root: PathBuf,
    /// Where compiled components are kept. Default: the folder `cache` in the root.
    pub cache: Option<PathBuf>,
    /// How the root is run.
    #[serde(default)]
    pub store: StoreManifest,
    /// How journals are kept, and where they are delivered to.
    #[serde(default)]
    pub journal: JournalManifest,
    /// How many workspaces a scope may have, how large and how old.
    #[serde(default)]
    pub workspaces: WorkspacesManifest,
    /// What is measured. Default: nothing.
    pub metrics: Option<MetricsManifest>,
    /// How HTTP is served.
    #[serde(default)]
    pub serve: ServeManifest,
    /// Bounds on each instance, where the plugin has none of its own.
    #[serde(default)]
    pub limits: LimitsManifest,
    /// What is said of single tenants, by name.
    #[serde(default)]
    pub tenant: BTreeMap<String, TenantManifest>,
    /// The plugins by name.
    #[serde(default)]
    pub plugin: BTreeMap<String, PluginManifest>,
}

/// Why a `larder.toml` is not accepted.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not TOML, or a setting is unknown or of the wrong type.
    #[error("{message}")]
    Parse {
        /// What is wrong, with the line.
        message: String,
    },
    /// A setting has no meaning where it stands.
    #[error("{setting}: {problem}")]
    Invalid {
        /// The setting, such as `plugin.inventory.grants.default.quota`.
        setting: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no plugin of that name.
    #[error("there is no plugin {name:?} in the manifest; there are: {}", known.join(", "))]
    NoSuchPlugin {
        /// The name asked for.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A label or path of a grant is refused.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// The engine refused a tenant or its files.
    #[error(transparent)]
    Engine(#[from] larder_engine::Error),
}

impl ManifestError {
    fn invalid(setting: impl Into<String>, problem: impl ToString) -> ManifestError {
        ManifestError::Invalid { setting: setting.into(), problem: problem.to_string() }
    }
}

fn default_root() -> PathBuf {
    PathBuf::from("larder-data")
}

impl Manifest {
    /// Read a manifest from text. Its paths stay as they are written.
    ///
    /// # Errors
    /// [`ManifestError::Parse`], [`ManifestError::Invalid`].
    pub fn parse(text: &str) -> Result<Manifest, ManifestError> {
        let mut manifest: Manifest =
            toml::from_str(text).map_err(|error| ManifestError::Parse { message: error.to_string() })?;
        manifest.journal.check()?;
        manifest.serve.check()?;
        for name in manifest.tenant.keys() {
            TenantId::parse(name).map_err(|error| ManifestError::invalid(format!("tenant.{name}"), error))?;
        }
        for (name, plugin) in &mut manifest.plugin {
            plugin.check(&format!("plugin.{name}"))?;
            plugin.name = Some(name.clone());
            plugin.tenants.clone_from(&manifest.tenant);
        }
        Ok(manifest)
    }

    /// Read a manifest from a file. Its paths are taken as relative to the file's folder.
    ///
    /// # Errors
    /// Those of [`Manifest::parse`], and [`ManifestError::Read`].
    pub fn read(path: impl AsRef<Path>) -> Result<Manifest, ManifestError> {
        let path = path.as_ref();
        let text =
            std::fs::read_to_string(path).map_err(|source| ManifestError::Read { path: path.to_owned(), source })?;
        let mut manifest = Manifest::parse(&text).map_err(|error| match error {
            ManifestError::Parse { message } => {
                ManifestError::Parse { message: format!("{}: {message}", path.display()) }
            }
            other => other,
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        manifest.root = folder.join(&manifest.root);
        manifest.cache = manifest.cache.map(|cache| folder.join(cache));
        if let Some(deliver) = &mut manifest.journal.deliver {
            deliver.place(folder);
        }
        manifest.serve.place(folder);
        for plugin in manifest.plugin.values_mut() {
            plugin.component = folder.join(&plugin.component);
        }
        Ok(manifest)
    }

    /// The engine's configuration.
    pub fn config(&self) -> Config {
        let config = self.store.config().workspaces(self.workspaces.config()).journal(self.journal.config());
        match self.metrics {
            Some(metrics) => config.metrics(metrics.tenants()),
            None => config,
        }
    }

    /// Begin to [deliver](Larder::deliver_to) journals, if that is configured. Answers whether it is.
    ///
    /// # Errors
    /// [`ManifestError::Invalid`] when the certificates cannot be used; [`ManifestError::Engine`].
    pub fn start_delivery(&self, larder: &Larder) -> Result<bool, ManifestError> {
        let Some(deliver) = &self.journal.deliver else { return Ok(false) };
        let sink = deliver.sink().map_err(|error| ManifestError::invalid("journal.deliver", error))?;
        larder.deliver_to(Arc::new(sink), deliver.delivery())?;
        Ok(true)
    }

    /// The runtime's configuration.
    pub fn runtime_config(&self) -> RuntimeConfig {
        RuntimeConfig::new().cache(self.cache.clone().unwrap_or_else(|| self.root.join("cache")))
    }

    /// The plugin called `name`.
    ///
    /// # Errors
    /// [`ManifestError::NoSuchPlugin`], which lists those that there are.
    pub fn plugin(&self, name: &str) -> Result<&PluginManifest, ManifestError> {
        self.plugin.get(name).ok_or_else(|| ManifestError::NoSuchPlugin {
            name: name.to_owned(),
            known: self.plugin.keys().cloned().collect(),
        })
    }
}

impl Default for Manifest {
    /// What an empty file says.
    fn default() -> Manifest {
        Manifest {
            root: default_root(),
            cache: None,
            store: StoreManifest::default(),
            journal: JournalManifest::default(),
            workspaces: WorkspacesManifest::default(),
            metrics: None,
            serve: ServeManifest::default(),
            limits: LimitsManifest::default(),
            tenant: BTreeMap::new(),
            plugin: BTreeMap::new(),
        }
    }
}
