//! One workspace, in use.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Claim, Opened, Workspaces, shown_place};
use crate::{
    Error, Result, SizeLimit, SqlError, SqlRows, SqlValue,
    journal::json,
    limits::{WORKSPACE_DATA_BYTES, WORKSPACE_KIND_BYTES},
    sandbox::{OwnerLock, StateDir, WorkspaceName},
    sqlite::{WorkspaceFile, query_workspace},
    store::context::check,
    telemetry::{Kind, Op},
    watch,
};

/// A workspace that is in use: by whoever has this or a clone of it. When the last one is dropped, it is left over, to be
/// [recovered](Workspaces::recover).
///
/// Every function answers [`Error::Closed`] once it was committed, discarded or closed, or the root was: then it is left
/// over too.
#[derive(Clone)]
pub struct Workspace {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) workspaces: Workspaces,
    pub(super) name: WorkspaceName,
    pub(super) dir: StateDir,
    pub(super) state: Mutex<State>,
}

pub(super) enum State {
    Open(Box<InUse>),
    /// It is being committed.
    Committing,
    /// Closed; the file is kept.
    Kept,
    /// Committed or discarded.
    Gone,
}

/// What whoever uses a workspace holds.
pub(super) struct InUse {
    // Fields are dropped in this order: nobody else may have the file before it is closed.
    pub(super) file: WorkspaceFile,
    pub(super) claim: Claim,
    /// Nobody else owns the tenant meanwhile.
    pub(super) lock: Arc<OwnerLock>,
}

impl Workspace {
    pub(super) fn new(
        workspaces: Workspaces,
        place: Opened,
        name: WorkspaceName,
        claim: Claim,
        file: WorkspaceFile,
    ) -> Workspace {
        let state = Mutex::new(State::Open(Box::new(InUse { file, claim, lock: place.lock })));
        Workspace { shared: Arc::new(Shared { workspaces, name, dir: place.state, state }) }
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.shared.name.as_str()
    }

    /// Whether it was committed, discarded or closed, or the root was.
    pub fn is_closed(&self) -> bool {
        !matches!(*self.shared.locked(), State::Open(..))
    }

    /// Add an entry: a kind of 1 to 256 bytes and a JSON object of at most 1 MiB. Durable when this returns.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], [`Error::TooLarge`], [`Error::WorkspaceFull`], and the host's faults.
    pub fn put(&self, kind: &str, data: &str) -> Result<()> {
        self.put_many(&[(kind, data)])
    }

    /// Add entries, all or none; at most [`Limits::batch_items`](crate::Limits::batch_items).
    ///
    /// # Errors
    /// Those of [`Workspace::put`].
    pub fn put_many(&self, entries: &[(&str, &str)]) -> Result<()> {
        self.measured(Op::WorkspacePut, || self.put_now(entries))
    }

    fn put_now(&self, entries: &[(&str, &str)]) -> Result<()> {
        let config = self.shared.workspaces.store.config();
        check(SizeLimit::Batch, entries.len(), config.limits.batch_items)?;
        let entries = entries.iter().map(|(kind, data)| Ok((*kind, entry(kind, data)?))).collect::<Result<Vec<_>>>()?;
        self.with(|used| used.file.put(&entries, config.clock.now_ms(), config.workspaces.bytes))
    }

    /// How many entries it has.
    ///
    /// # Errors
    /// The host's faults.
    pub fn count(&self) -> Result<u64> {
        self.measured(Op::WorkspaceCount, || self.with(|used| used.file.count()))
    }

    /// How many entries it has of each kind.
    ///
    /// # Errors
    /// The host's faults.
    pub fn aggregate(&self) -> Result<BTreeMap<String, u64>> {
        self.measured(Op::WorkspaceAggregate, || self.with(|used| used.file.aggregate()))
    }

    /// The answer to one statement of SQL that reads: SELECT, WITH, VALUES or EXPLAIN. It sees `entries` (`id`, `kind`,
    /// `data`, `created_at` in milliseconds since the epoch) and the table behind it, `workspace_entries` (`entry_id`,
    /// `entry_kind`, `entry_data`, `created_at`), and nothing else.
    ///
    /// # Errors
    /// [`SqlError::NotAllowed`] for anything else than reading these, a wrong statement, an answer or a time beyond the
    /// [limits](crate::Limits), and the host's faults.
    pub fn query(&self, statement: &str, parameters: &[SqlValue]) -> Result<SqlRows, SqlError> {
        self.measured(Op::WorkspaceQuery, || self.query_now(statement, parameters))
    }

    fn query_now(&self, statement: &str, parameters: &[SqlValue]) -> Result<SqlRows, SqlError> {
        let _lock = self.with(|used| Ok(used.lock.clone()))?;
        let Shared { workspaces, name, dir, .. } = &*self.shared;
        let path = dir.checked_path(name)?;
        let config = workspaces.store.config();
        // On a connection of its own, so that others can write meanwhile.
        let answer = query_workspace(&path, &shown_place(dir, name), config, statement, parameters);
        if self.is_closed() { Err(Error::Closed.into()) } else { answer }
    }

    /// Remove it with all that is in it. Doing it again does nothing; one that was closed is removed if nobody took it since.
    ///
    /// # Errors
    /// [`Error::Closed`] when somebody else has it, or it is being committed, and the host's faults.
    pub fn discard(&self) -> Result<()> {
        self.measured(Op::WorkspaceDiscard, || self.discard_now())
    }

    fn discard_now(&self) -> Result<()> {
        let Shared { workspaces, name, dir, .. } = &*self.shared;
        workspaces.store.writable()?;
        let tenant = workspaces.store.tenant_handle();
        tenant.not_closed()?;
        let mut state = self.shared.locked();
        let (_claim, _lock) = match std::mem::replace(&mut *state, State::Gone) {
            State::Gone => return Ok(()),
            State::Open(used) => {
                let InUse { file, claim, lock } = *used;
                drop(file);
                (claim, lock)
            }
            State::Kept => {
                *state = State::Kept;
                // By now the tenant may be another process's, or the file somebody else's.
                let (_, lock) = tenant.own_directory()?;
                (workspaces.claim(dir, name).ok_or(Error::Closed)?, lock)
            }
            State::Committing => {
                *state = State::Committing;
                return Err(Error::Closed);
            }
        };
        *state = State::Gone;
        dir.remove(name)
    }

    /// End the use of it and keep the file: it is left over then. Doing it again does nothing.
    pub fn close(&self) {
        self.shared.close();
    }

    /// Do some work with it on a thread that may block. It ends early when the future is dropped.
    pub async fn unblocked<R: Send + 'static>(&self, work: impl FnOnce(&Workspace) -> R + Send + 'static) -> R {
        let workspace = self.clone();
        watch::unblock(move || work(&workspace)).await
    }

    fn measured<R, E: Kind>(&self, op: Op, call: impl FnOnce() -> Result<R, E>) -> Result<R, E> {
        self.shared.workspaces.measured(op, call)
    }

    fn with<R>(&self, work: impl FnOnce(&mut InUse) -> Result<R>) -> Result<R> {
        self.shared.workspaces.store.tenant_handle().not_closed()?;
        match &mut *self.shared.locked() {
            State::Open(used) => work(used),
            _ => Err(Error::Closed),
        }
    }
}

impl Shared {
    pub(super) fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// End the use of it and keep the file.
    pub(super) fn close(&self) {
        let mut state = self.locked();
        if matches!(*state, State::Open(_)) {
            *state = State::Kept;
        }
    }
}

/// The data as it is stored, once they are known to be acceptable.
fn entry(kind: &str, data: &str) -> Result<String> {
    let invalid = |argument, rule| Error::InvalidArgument { argument, rule };
    if kind.is_empty() || kind.len() > WORKSPACE_KIND_BYTES {
        return Err(invalid("kind", format!("it has 1 to {WORKSPACE_KIND_BYTES} bytes")));
    }
    check(SizeLimit::Value, data.len(), WORKSPACE_DATA_BYTES)?;
    let data = json::canonical_object(data);
    let data = data.map_err(|problem| invalid("data", format!("they are a JSON object: {problem}")))?;
    check(SizeLimit::Value, data.len(), WORKSPACE_DATA_BYTES)?;
    Ok(data)
}
