//! Workspaces: named buffers of work in progress, each a file of its own until it is committed to the store.

mod commit;
mod config;
mod live;
#[cfg(test)]
mod tests;
mod workspace;

use std::sync::Arc;

pub use config::WorkspaceConfig;
use live::Claim;
pub(crate) use live::Live;
pub use workspace::Workspace;

use crate::{
    Error, Result, Store,
    sandbox::{OwnerLock, StateDir, WorkspaceName},
    sqlite::{Place, WorkspaceFile},
    telemetry::{Kind, Op},
    watch,
};

/// The workspaces of a scope. Got by [`Store::workspaces`]; no other scope sees them.
///
/// ```
/// use larder_engine::{Config, Larder, TenantId};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let root = tempfile::tempdir()?;
/// # let larder = Larder::open(root.path().join("data"), Config::new())?;
/// let store = larder.tenant(&TenantId::parse("acme")?).store();
/// let workspace = store.workspaces().create("import 7")?;
/// workspace.put("row", r#"{"sku": "A-1", "stock": 4}"#)?;
/// workspace.put("row", r#"{"sku": "B-2", "stock": 0}"#)?;
/// let answer = workspace.query("SELECT data ->> 'sku' FROM entries WHERE data ->> 'stock' > ?", &[0.into()])?;
/// assert_eq!(answer.rows, [["A-1".into()]]);
/// assert_eq!(workspace.commit()?["row"], 2);
/// assert_eq!(store.get("workspace:import 7", "summary")?.as_deref(), Some(&br#"{"row":2}"#[..]));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Workspaces {
    store: Store,
}

impl Store {
    /// The workspaces of the scope. They are no part of a transaction.
    pub fn workspaces(&self) -> Workspaces {
        Workspaces { store: self.outside_transaction() }
    }
}

impl Workspaces {
    /// A new one. Its name has 1 to 240 bytes of any Unicode but `/`, `\`, `?` and control characters, and is not `.`, `..`
    /// or the name of a device on Windows. It is durable when this returns.
    ///
    /// # Errors
    /// [`Error::InvalidName`], [`Error::WorkspaceExists`], [`Error::TooManyWorkspaces`], [`Error::AccessDenied`] for a
    /// read-only store, [`Error::Unsupported`] in memory, those of [`Store::update`].
    pub fn create(&self, name: &str) -> Result<Workspace> {
        self.measured(Op::WorkspaceCreate, || self.create_now(name))
    }

    fn create_now(&self, name: &str) -> Result<Workspace> {
        let name = WorkspaceName::parse(name)?;
        let place = self.place()?;
        let exists = || Error::WorkspaceExists { name: name.as_str().into() };
        let claim = self.claim(&place.state, &name).ok_or_else(exists)?;
        self.finish_commits(&place.state, Some(&name))?;
        if place.state.exists(&name)? {
            return Err(exists());
        }
        let limit = self.store.config().workspaces.number;
        if place.state.list()?.len() >= limit {
            return Err(Error::TooManyWorkspaces { limit });
        }
        if !place.state.create(&name)? {
            return Err(exists());
        }
        self.open(place, name, claim)
    }

    /// The names of those that are left over: not committed, not discarded and used by nobody, in order. One that cannot be
    /// read, or is older than it may be, is moved to the tenant's directory `quarantine`, with a text that says why.
    ///
    /// # Errors
    /// [`Error::AccessDenied`] for a read-only store, [`Error::Unsupported`] in memory, those of [`Store::update`].
    pub fn orphans(&self) -> Result<Vec<String>> {
        self.measured(Op::WorkspaceOrphans, || self.orphans_now())
    }

    fn orphans_now(&self) -> Result<Vec<String>> {
        let place = self.place()?;
        self.finish_commits(&place.state, None)?;
        let mut orphans = Vec::new();
        for name in place.state.list()? {
            watch::check()?;
            // Whoever claims it in the meantime looks for itself.
            let Some(_claim) = self.claim(&place.state, &name) else { continue };
            if self.is_kept(&place.state, &name)? {
                orphans.push(name.as_str().to_owned());
            }
        }
        Ok(orphans)
    }

    /// Take a left-over one, to go on with it, commit or discard it.
    ///
    /// # Errors
    /// [`Error::InvalidName`], [`Error::WorkspaceExists`] when it is in use, [`Error::WorkspaceNotFound`] when there is none
    /// that can be read, and those of [`Workspaces::orphans`].
    pub fn recover(&self, name: &str) -> Result<Workspace> {
        self.measured(Op::WorkspaceRecover, || self.recover_now(name))
    }

    fn recover_now(&self, name: &str) -> Result<Workspace> {
        let name = WorkspaceName::parse(name)?;
        let place = self.place()?;
        let shown = || name.as_str().to_owned();
        let claim = self.claim(&place.state, &name).ok_or_else(|| Error::WorkspaceExists { name: shown() })?;
        self.finish_commits(&place.state, Some(&name))?;
        // A file system that ignores case would find a file of another name.
        if !place.state.list()?.contains(&name) || !self.is_kept(&place.state, &name)? {
            return Err(Error::WorkspaceNotFound { name: shown() });
        }
        self.open(place, name, claim)
    }

    /// Do some work with workspaces on a thread that may block. It ends early when the future is dropped.
    ///
    /// # Errors
    /// What `work` answers.
    pub async fn unblocked<R: Send + 'static>(&self, work: impl FnOnce(&Workspaces) -> R + Send + 'static) -> R {
        let workspaces = self.clone();
        watch::unblock(move || work(&workspaces)).await
    }

    /// Run a call: counted, timed, its error counted by its kind.
    fn measured<R, E: Kind>(&self, op: Op, call: impl FnOnce() -> Result<R, E>) -> Result<R, E> {
        self.store.tenant_handle().meters().run(op, call)
    }

    fn place(&self) -> Result<Opened> {
        self.store.writable()?;
        let tenant = self.store.tenant_handle();
        let (directory, lock) = tenant.own_directory()?;
        Ok(Opened { state: directory.workspaces_dir(self.store.scope())?, lock })
    }

    fn claim(&self, state: &StateDir, name: &WorkspaceName) -> Option<Claim> {
        self.store.tenant_handle().live_workspaces().claim(state.tenant(), &state.key(name))
    }

    fn open(&self, place: Opened, name: WorkspaceName, claim: Claim) -> Result<Workspace> {
        let file = self.open_file(&place.state, &name)?;
        let workspace = Workspace::new(self.clone(), place, name, claim, file);
        let shared = workspace.shared();
        let tenant = self.store.tenant_handle();
        tenant.live_workspaces().hand_out(tenant.id(), &shared.dir.key(&shared.name), shared);
        if let Err(closed) = tenant.not_closed() {
            // The root was closed while this one was being opened.
            shared.close();
            return Err(closed);
        }
        Ok(workspace)
    }

    fn open_file(&self, state: &StateDir, name: &WorkspaceName) -> Result<WorkspaceFile> {
        let config = self.store.config();
        WorkspaceFile::open(&state.checked_path(name)?, shown_place(state, name), config, config.workspaces.bytes)
    }

    /// Whether a left-over file may be handed out; else it goes to the quarantine.
    fn is_kept(&self, state: &StateDir, name: &WorkspaceName) -> Result<bool> {
        let config = self.store.config();
        let age = config.workspaces.age.map(|age| i64::try_from(age.as_millis()).unwrap_or(i64::MAX));
        if let (Some(age), Some(written)) = (age, state.written_at(name))
            && written.saturating_add(age) <= config.clock.now_ms()
        {
            return self.put_aside(state, name, "it was left over and not written to for longer than is kept");
        }
        match self.open_file(state, name) {
            Ok(_) => Ok(true),
            Err(Error::Corrupt { detail, .. }) => self.put_aside(state, name, &detail),
            Err(error) => Err(error),
        }
    }

    fn put_aside(&self, state: &StateDir, name: &WorkspaceName, reason: &str) -> Result<bool> {
        let place = state.quarantine(name, reason)?;
        tracing::warn!(tenant = %state.tenant(), workspace = name.as_str(), %place, reason, "a workspace is put aside");
        Ok(false)
    }
}

/// The directory, and the ownership of the tenant.
struct Opened {
    state: StateDir,
    lock: Arc<OwnerLock>,
}

fn shown_place(state: &StateDir, name: &WorkspaceName) -> Place {
    let tenant = state.tenant().clone();
    let file = format!("tenants/{tenant}/state/{}", state.key(name));
    Place { tenant, file }
}
