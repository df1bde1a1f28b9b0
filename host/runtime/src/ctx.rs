//! The state of one instance.

use std::{collections::BTreeMap, fmt, sync::Arc};

use larder_engine::TenantId;

use crate::{
    Grant, GrantError, Limits, Preopen,
    bindings::larder::store::{
        files::FileError,
        types::{Error, Holding},
    },
    calls::{Call, Calls},
    grants::check_label,
    handles::{OpenTransactions, StreamPlace},
    held::Held,
    standard::{bucket::Buckets, config::Config},
    testing::Script,
    wasi_files::WasiFilesCtx,
};

/// What one instance was granted, and what it holds.
///
/// Dropping it, with the resource table beside it, releases all that the instance held: transactions roll back, and
/// files that were being written leave no trace.
pub struct LarderCtx {
    grants: BTreeMap<Arc<str>, Grant>,
    wasi_files: WasiFilesCtx,
    limits: Limits,
    held: Held,
    open: OpenTransactions,
    calls: Arc<Calls>,
    buckets: Buckets,
    config: Config,
}

/// Builds a [`LarderCtx`]. See [`LarderCtxBuilder::new`] for the defaults.
#[derive(Default)]
pub struct LarderCtxBuilder {
    grants: Vec<(String, Grant)>,
    preopens: Vec<Preopen>,
    limits: Limits,
    plugin: Option<String>,
    config: Config,
    script: Option<Script>,
}

impl LarderCtxBuilder {
    /// The defaults deny everything:
    ///
    /// * no label is granted: every `open` answers `access-denied`;
    /// * no directory is preopened;
    /// * the limits are those of [`Limits::default`].
    pub fn new() -> LarderCtxBuilder {
        LarderCtxBuilder::default()
    }

    /// Let the guest open `grant` as `label`; `"default"` is what plugins expect to be their own.
    pub fn grant(mut self, label: impl Into<String>, grant: Grant) -> LarderCtxBuilder {
        self.grants.push((label.into(), grant));
        self
    }

    /// Let the guest see a directory by WASI. Has an effect only where the linker has
    /// [`wasi_files::add_to_linker`](crate::wasi_files::add_to_linker), as that of [`Runtime`](crate::Runtime) has.
    pub fn preopen(mut self, preopen: Preopen) -> LarderCtxBuilder {
        self.preopens.push(preopen);
        self
    }

    /// Bounds on what the instance may use.
    pub fn limits(mut self, limits: Limits) -> LarderCtxBuilder {
        self.limits = limits;
        self
    }

    /// The plugin's name, which its calls are measured by. The first 64 of a process have a label of their own, others share
    /// `_other`. Default: calls have no label for it.
    pub fn plugin(mut self, name: impl Into<String>) -> LarderCtxBuilder {
        self.plugin = Some(name.into());
        self
    }

    /// A setting that the instance reads by `wasi:config`, in place of one of that name. Default: none.
    pub fn config(mut self, name: impl Into<String>, value: impl Into<String>) -> LarderCtxBuilder {
        self.config.insert(name.into(), value.into());
        self
    }

    /// Let `script` see the instance's calls to larder, and make them fail: for [tests](crate::testing).
    pub fn script(mut self, script: &Script) -> LarderCtxBuilder {
        self.script = Some(script.clone());
        self
    }

    /// The context.
    ///
    /// # Errors
    /// [`GrantError`] for a label that is not 1 to 64 letters and digits of ASCII, `-` and `_`, for one that is granted
    /// twice, and for a preopen without a proper path or one that cannot be opened.
    pub fn build(self) -> Result<LarderCtx, GrantError> {
        let mut grants = BTreeMap::new();
        for (label, grant) in self.grants {
            check_label(&label)?;
            if grants.insert(Arc::from(label.as_str()), grant).is_some() {
                return Err(GrantError::DoubleLabel { label });
            }
        }
        let calls = Arc::new(Calls::new(self.plugin.as_deref(), self.script, grants.values()));
        let mut wasi_files = WasiFilesCtx::builder();
        for preopen in self.preopens {
            preopen.add_to(&mut wasi_files)?;
        }
        Ok(LarderCtx {
            grants,
            wasi_files: wasi_files.build(),
            limits: self.limits,
            held: Held::default(),
            open: OpenTransactions::default(),
            calls,
            buckets: Buckets::default(),
            config: self.config,
        })
    }
}

impl LarderCtx {
    /// Starts with nothing granted.
    pub fn builder() -> LarderCtxBuilder {
        LarderCtxBuilder::new()
    }

    /// The bounds of this instance.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The directories that the instance sees by WASI, for the host's
    /// [`WasiFilesView`](crate::wasi_files::WasiFilesView).
    pub fn wasi_files(&mut self) -> &mut WasiFilesCtx {
        &mut self.wasi_files
    }

    /// What was granted as `label`. A label that is unknown and one that is not granted are the same thing here.
    pub(crate) fn grant(&self, label: &str) -> Option<(Arc<str>, Grant)> {
        self.grants.get_key_value(label).map(|(label, grant)| (label.clone(), grant.clone()))
    }

    /// What the instance knows of buckets.
    pub(crate) fn buckets(&mut self) -> &mut Buckets {
        &mut self.buckets
    }

    /// The settings that the instance reads.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// A call of `function`, such as `store.get`, begins.
    pub(crate) fn call(&self, function: &'static str, tenant: Option<&TenantId>) -> Call {
        self.calls.begin(function, tenant)
    }

    /// The same, if anybody sees calls.
    pub(crate) fn call_if_seen(&self, function: &'static str, tenant: &TenantId) -> Option<Call> {
        self.calls.are_seen().then(|| self.call(function, Some(tenant)))
    }

    /// The transactions that the instance has open.
    pub(crate) fn open_transactions(&mut self) -> &mut OpenTransactions {
        &mut self.open
    }

    /// Whether the instance has a transaction open on `tenant`.
    pub(crate) fn in_transaction(&self, tenant: &TenantId) -> bool {
        self.open.has(tenant)
    }

    /// Room for one more of `what`?
    pub(crate) fn may_hold(&self, what: Holding) -> Result<(), Error> {
        self.held.room(what, &self.limits)
    }

    pub(crate) fn hold(&mut self, what: Holding) {
        self.held.add(what);
    }

    pub(crate) fn release(&mut self, what: Holding) {
        self.held.remove(what);
    }

    /// A place for one more stream of changes, if there is room for a watcher.
    pub(crate) fn place_for_stream(&self) -> Result<StreamPlace, Error> {
        self.held.place_for_stream(&self.limits)
    }

    /// Room for one more directory, reader or writer?
    pub(crate) fn may_hold_file(&self) -> Result<(), FileError> {
        self.held.room_for_file(&self.limits)
    }

    pub(crate) fn hold_file(&mut self) {
        self.held.add_file();
    }

    pub(crate) fn release_file(&mut self) {
        self.held.remove_file();
    }
}

impl fmt::Debug for LarderCtx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LarderCtx")
            .field("grants", &self.grants)
            .field("limits", &self.limits)
            .field("held", &self.held)
            .finish_non_exhaustive()
    }
}
