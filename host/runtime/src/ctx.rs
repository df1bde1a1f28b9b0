//! The state of one instance.

use std::{collections::BTreeMap, fmt, sync::Arc};

use larder_engine::TenantId;

use crate::{
    Grant, GrantError, Limits, Preopen,
    bindings::larder::store::{
        files::FileError,
        types::{Error, Holding, TooMany},
    },
    calls::{Call, Calls},
    grants::check_label,
    handles::{OpenStreams, OpenTransactions, StreamPlace},
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
    stores: u32,
    transactions: u32,
    files: u32,
    watchers: u32,
    streams: OpenStreams,
    workspaces: u32,
    rows: u32,
    archives: u32,
    open: OpenTransactions,
    calls: Arc<Calls>,
}

/// Builds a [`LarderCtx`]. See [`LarderCtxBuilder::new`] for the defaults.
#[derive(Default)]
pub struct LarderCtxBuilder {
    grants: Vec<(String, Grant)>,
    preopens: Vec<Preopen>,
    limits: Limits,
    plugin: Option<String>,
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
        let calls = Arc::new(Calls::new(self.plugin.as_deref(), grants.values()));
        let mut wasi_files = WasiFilesCtx::builder();
        for preopen in self.preopens {
            preopen.add_to(&mut wasi_files)?;
        }
        Ok(LarderCtx {
            grants,
            wasi_files: wasi_files.build(),
            limits: self.limits,
            stores: 0,
            transactions: 0,
            files: 0,
            watchers: 0,
            streams: OpenStreams::default(),
            workspaces: 0,
            rows: 0,
            archives: 0,
            open: OpenTransactions::default(),
            calls,
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

    /// A call of `function`, such as `store.get`, begins.
    pub(crate) fn call(&self, function: &'static str, tenant: Option<&TenantId>) -> Call {
        self.calls.begin(function, tenant)
    }

    /// The transactions that the instance has open.
    pub(crate) fn open_transactions(&mut self) -> &mut OpenTransactions {
        &mut self.open
    }

    /// Whether the instance has a transaction open on `tenant`.
    pub(crate) fn in_transaction(&self, tenant: &TenantId) -> bool {
        self.open.has(tenant)
    }

    /// Room for one more store handle?
    pub(crate) fn may_hold_store(&self) -> Result<(), Error> {
        let limit = self.limits.stores;
        if self.stores < limit { Ok(()) } else { Err(Error::TooMany(TooMany { what: Holding::Stores, limit })) }
    }

    /// Room for one more transaction?
    pub(crate) fn may_hold_transaction(&self) -> Result<(), Error> {
        let limit = self.limits.transactions;
        if self.transactions < limit {
            Ok(())
        } else {
            Err(Error::TooMany(TooMany { what: Holding::Transactions, limit }))
        }
    }

    /// Room for one more watcher? Streams of changes count too.
    pub(crate) fn may_hold_watcher(&self) -> Result<(), Error> {
        let limit = self.limits.watchers;
        let held = self.watchers.saturating_add(self.streams.number());
        if held < limit { Ok(()) } else { Err(Error::TooMany(TooMany { what: Holding::Watchers, limit })) }
    }

    /// A place for one more stream of changes, if there is room for a watcher.
    pub(crate) fn place_for_stream(&self) -> Result<StreamPlace, Error> {
        self.may_hold_watcher()?;
        Ok(self.streams.add())
    }

    pub(crate) fn hold_watcher(&mut self) {
        self.watchers = self.watchers.saturating_add(1);
    }

    pub(crate) fn release_watcher(&mut self) {
        self.watchers = self.watchers.saturating_sub(1);
    }

    /// Room for one more directory, reader or writer?
    pub(crate) fn may_hold_file(&self) -> Result<(), FileError> {
        let limit = self.limits.files;
        if self.files < limit { Ok(()) } else { Err(FileError::TooManyHandles(limit)) }
    }

    /// Room for one more workspace?
    pub(crate) fn may_hold_workspace(&self) -> Result<(), Error> {
        let limit = self.limits.workspaces;
        if self.workspaces < limit { Ok(()) } else { Err(Error::TooMany(TooMany { what: Holding::Workspaces, limit })) }
    }

    /// Room for one more answer to a statement?
    pub(crate) fn may_hold_rows(&self) -> Result<(), Error> {
        let limit = self.limits.rows;
        if self.rows < limit { Ok(()) } else { Err(Error::TooMany(TooMany { what: Holding::Rows, limit })) }
    }

    /// Room for one more reader of an archive?
    pub(crate) fn may_hold_archive(&self) -> Result<(), Error> {
        let limit = self.limits.archives;
        if self.archives < limit { Ok(()) } else { Err(Error::TooMany(TooMany { what: Holding::Archives, limit })) }
    }

    pub(crate) fn hold_archive(&mut self) {
        self.archives = self.archives.saturating_add(1);
    }

    pub(crate) fn release_archive(&mut self) {
        self.archives = self.archives.saturating_sub(1);
    }

    pub(crate) fn hold_workspace(&mut self) {
        self.workspaces = self.workspaces.saturating_add(1);
    }

    pub(crate) fn release_workspace(&mut self) {
        self.workspaces = self.workspaces.saturating_sub(1);
    }

    pub(crate) fn hold_rows(&mut self) {
        self.rows = self.rows.saturating_add(1);
    }

    pub(crate) fn release_rows(&mut self) {
        self.rows = self.rows.saturating_sub(1);
    }

    pub(crate) fn hold_store(&mut self) {
        self.stores = self.stores.saturating_add(1);
    }

    pub(crate) fn release_store(&mut self) {
        self.stores = self.stores.saturating_sub(1);
    }

    pub(crate) fn hold_transaction(&mut self) {
        self.transactions = self.transactions.saturating_add(1);
    }

    pub(crate) fn release_transaction(&mut self) {
        self.transactions = self.transactions.saturating_sub(1);
    }

    pub(crate) fn hold_file(&mut self) {
        self.files = self.files.saturating_add(1);
    }

    pub(crate) fn release_file(&mut self) {
        self.files = self.files.saturating_sub(1);
    }
}

impl fmt::Debug for LarderCtx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LarderCtx")
            .field("grants", &self.grants)
            .field("limits", &self.limits)
            .field("stores", &self.stores)
            .field("transactions", &self.transactions)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}
