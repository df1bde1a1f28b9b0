//! Committing a workspace, once.
//!
//! One transaction of the store writes the journal's row, the summary, and that the file is to be removed; then the file is
//! removed, then that note. Whoever is killed before the transaction leaves an orphan, whoever is killed after it a note,
//! by which the next one removes the file.

use std::collections::BTreeMap;

use super::{
    Workspace, Workspaces,
    workspace::{InUse, State},
};
use crate::{
    Error, Result, Update,
    journal::json,
    sandbox::{StateDir, WorkspaceName},
    telemetry::Op,
};

/// A workspace that nobody can write to any more.
struct Committing {
    used: Box<InUse>,
    aggregate: BTreeMap<String, u64>,
}

impl Workspace {
    /// Commit it: in one transaction of the store, a row of the journal with its name as measurement, the
    /// [aggregate](Workspace::aggregate) as fields and its name as the tag `workspace`, and the entry `summary` of group
    /// `workspace:NAME`, the aggregate as JSON. Then the file goes. Answers the aggregate. After an error it is as before.
    ///
    /// # Errors
    /// Those of [`Store::update`](crate::Store::update) and of [`Update::journal_append`].
    pub fn commit(&self) -> Result<BTreeMap<String, u64>> {
        // The transaction counts its errors.
        let _operation = self.shared().workspaces.store.tenant_handle().meters().enter(Op::WorkspaceCommit);
        let committing = self.begin_commit()?;
        let result = self.shared().workspaces.store.update(self.writes(&committing));
        self.end_commit(committing, result)
    }

    /// [`Workspace::commit`] for tasks: waits without holding a thread. If the future is dropped, it is closed, and committed
    /// or left over.
    ///
    /// # Errors
    /// Those of [`Workspace::commit`].
    pub async fn commit_async(&self) -> Result<BTreeMap<String, u64>> {
        let _operation = self.shared().workspaces.store.tenant_handle().meters().start(Op::WorkspaceCommit);
        let committing = self.unblocked(Workspace::begin_commit).await?;
        let result = self.shared().workspaces.store.update_async(self.writes(&committing)).await;
        self.unblocked(move |workspace| workspace.end_commit(committing, result)).await
    }

    fn begin_commit(&self) -> Result<Committing> {
        let shared = self.shared();
        shared.workspaces.store.writable()?;
        shared.workspaces.store.tenant_handle().not_closed()?;
        let mut state = shared.locked();
        match std::mem::replace(&mut *state, State::Committing) {
            State::Open(used) => match used.file.aggregate() {
                Ok(aggregate) => Ok(Committing { used, aggregate }),
                Err(error) => {
                    *state = State::Open(used);
                    Err(error)
                }
            },
            other => {
                *state = other;
                Err(Error::Closed)
            }
        }
    }

    /// What the transaction does.
    fn writes(&self, committing: &Committing) -> impl FnOnce(&mut Update<'_>) -> Result<()> + Send + 'static {
        let shared = self.shared();
        let (name, key) = (self.name().to_owned(), shared.dir.key(&shared.name));
        let summary = summary(&committing.aggregate);
        move |update| {
            // An earlier commit of it can have failed to say that it was done.
            if update.view()?.read.committed_workspaces()?.contains(&key) {
                return Err(Error::Closed);
            }
            update.journal_append(&name, &summary, &[("workspace".to_owned(), name.clone())].into())?;
            update.set(&format!("workspace:{name}"), "summary", summary.as_bytes())?;
            update.mark_workspace(&key, true)
        }
    }

    fn end_commit(&self, committing: Committing, result: Result<()>) -> Result<BTreeMap<String, u64>> {
        let shared = self.shared();
        let Committing { used, aggregate } = committing;
        let root = shared.workspaces.store.tenant_handle();
        match result {
            Ok(()) => {}
            Err(Error::Closed) if root.not_closed().is_ok() => {
                *shared.locked() = State::Gone;
                return Err(Error::Closed);
            }
            Err(error) => {
                *shared.locked() = State::Open(used);
                if root.not_closed().is_err() {
                    shared.close();
                }
                return Err(error);
            }
        }
        let InUse { file, claim, lock } = *used;
        drop(file);
        *shared.locked() = State::Gone;
        // It is committed whatever comes now; what is left to do is done when workspaces are next opened.
        if let Err(error) = shared.workspaces.remove_committed(&shared.dir, std::slice::from_ref(&shared.name)) {
            tracing::warn!(tenant = %shared.dir.tenant(), %error, "the file of a committed workspace is still there");
        }
        drop((claim, lock));
        Ok(aggregate)
    }
}

impl Workspaces {
    /// Remove the files of commits that were cut off, but for those of others that are in use.
    pub(super) fn finish_commits(&self, state: &StateDir, own: Option<&WorkspaceName>) -> Result<()> {
        let committed = self.store.view(|view| view.read.committed_workspaces())?;
        let live = self.store.tenant_handle().live_workspaces();
        let left: Vec<WorkspaceName> = committed
            .iter()
            .filter_map(|key| state.name_of(key))
            .filter(|name| own == Some(name) || !live.is_claimed(state.tenant(), &state.key(name)))
            .collect();
        if left.is_empty() { Ok(()) } else { self.remove_committed(state, &left) }
    }

    fn remove_committed(&self, state: &StateDir, names: &[WorkspaceName]) -> Result<()> {
        for name in names {
            state.remove(name)?;
        }
        self.store.update(|update| names.iter().try_for_each(|name| update.mark_workspace(&state.key(name), false)))
    }
}

impl Update<'_> {
    fn mark_workspace(&mut self, key: &str, committed: bool) -> Result<()> {
        self.writing.write.mark_workspace(key, committed)?;
        self.writing.changed = true;
        Ok(())
    }
}

fn summary(aggregate: &BTreeMap<String, u64>) -> String {
    let mut text = String::from("{");
    for (kind, count) in aggregate {
        if text.len() > 1 {
            text.push(',');
        }
        json::write_string(kind, &mut text);
        text.push(':');
        text.push_str(&count.to_string());
    }
    text.push('}');
    text
}
