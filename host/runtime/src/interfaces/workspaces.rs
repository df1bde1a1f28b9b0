use std::collections::BTreeMap;

use larder_engine::{self as engine, Workspaces};
use wasmtime::component::Resource;

use crate::{
    LarderCtxView,
    bindings::larder::store::{
        sql::Value,
        types::{Error, Holding},
        workspaces::{Host, HostWorkspace, Piece, Tally, WorkspaceError},
    },
    convert,
    fault::{SqlFault, WorkspaceFault},
    handles::{Origin, RowsHandle, StoreHandle, WorkspaceHandle},
};

impl Host for LarderCtxView<'_> {
    async fn create(
        &mut self,
        of: Resource<StoreHandle>,
        name: String,
    ) -> Result<Resource<WorkspaceHandle>, WorkspaceFault> {
        self.take_workspace(of, "workspaces.create", move |workspaces| workspaces.create(&name)).await
    }

    async fn orphans(&mut self, of: Resource<StoreHandle>) -> Result<Vec<String>, WorkspaceFault> {
        let call = self.ctx.call("workspaces.orphans", Some(self.table.get(&of)?.store.tenant()));
        let found = self.workspaces(of);
        call.run(async {
            let (workspaces, origin) = found?;
            origin.workspace_answer("workspaces.orphans", workspaces.unblocked(Workspaces::orphans).await)
        })
        .await
    }

    async fn recover(
        &mut self,
        of: Resource<StoreHandle>,
        name: String,
    ) -> Result<Resource<WorkspaceHandle>, WorkspaceFault> {
        self.take_workspace(of, "workspaces.recover", move |workspaces| workspaces.recover(&name)).await
    }

    fn convert_workspace_error(&mut self, fault: WorkspaceFault) -> wasmtime::Result<WorkspaceError> {
        fault.told()
    }
}

impl HostWorkspace for LarderCtxView<'_> {
    async fn name(&mut self, workspace: Resource<WorkspaceHandle>) -> wasmtime::Result<String> {
        Ok(self.table.get(&workspace)?.workspace.name().to_owned())
    }

    async fn put(&mut self, workspace: Resource<WorkspaceHandle>, piece: Piece) -> Result<(), WorkspaceFault> {
        self.work(&workspace, "workspaces.put", move |workspace| workspace.put(&piece.kind, &piece.data)).await
    }

    async fn put_many(
        &mut self,
        workspace: Resource<WorkspaceHandle>,
        pieces: Vec<Piece>,
    ) -> Result<(), WorkspaceFault> {
        self.work(&workspace, "workspaces.put-many", move |workspace| {
            let pieces: Vec<_> = pieces.iter().map(|piece| (&*piece.kind, &*piece.data)).collect();
            workspace.put_many(&pieces)
        })
        .await
    }

    async fn count(&mut self, workspace: Resource<WorkspaceHandle>) -> Result<u64, WorkspaceFault> {
        self.work(&workspace, "workspaces.count", engine::Workspace::count).await
    }

    async fn aggregate(&mut self, workspace: Resource<WorkspaceHandle>) -> Result<Vec<Tally>, WorkspaceFault> {
        self.work(&workspace, "workspaces.aggregate", engine::Workspace::aggregate).await.map(tallies)
    }

    async fn query(
        &mut self,
        workspace: Resource<WorkspaceHandle>,
        statement: String,
        parameters: Vec<Value>,
    ) -> Result<Resource<RowsHandle>, SqlFault> {
        let WorkspaceHandle { workspace, origin } = self.table.get(&workspace)?.clone();
        let call = self.ctx.call("workspaces.query", Some(&origin.tenant));
        call.run(async {
            self.ctx.may_hold(Holding::Rows)?;
            let parameters: Vec<_> = parameters.into_iter().map(convert::sql_value).collect();
            let answer = workspace.unblocked(move |workspace| workspace.query(&statement, &parameters)).await;
            self.push_rows(origin.sql_answer(answer)?)
        })
        .await
    }

    async fn commit(&mut self, workspace: Resource<WorkspaceHandle>) -> Result<Vec<Tally>, WorkspaceFault> {
        let WorkspaceHandle { workspace, origin } = self.table.get(&workspace)?.clone();
        let call = self.ctx.call("workspaces.commit", Some(&origin.tenant));
        let in_transaction = self.ctx.in_transaction(&origin.tenant);
        call.run(async {
            if in_transaction {
                return Err(Error::TransactionOpen.into());
            }
            origin.workspace_answer("workspaces.commit", workspace.commit_async().await).map(tallies)
        })
        .await
    }

    async fn discard(&mut self, workspace: Resource<WorkspaceHandle>) -> Result<(), WorkspaceFault> {
        self.work(&workspace, "workspaces.discard", engine::Workspace::discard).await
    }

    async fn close(&mut self, workspace: Resource<WorkspaceHandle>) -> wasmtime::Result<()> {
        let workspace = self.table.get(&workspace)?.workspace.clone();
        workspace.unblocked(engine::Workspace::close).await;
        Ok(())
    }

    async fn drop(&mut self, workspace: Resource<WorkspaceHandle>) -> wasmtime::Result<()> {
        let workspace = self.table.delete(workspace)?.workspace;
        self.ctx.release(Holding::Workspaces);
        // Its file is closed, which can write.
        workspace.unblocked(engine::Workspace::close).await;
        Ok(())
    }
}

impl LarderCtxView<'_> {
    /// The workspaces of a store. They write to it beside any transaction.
    fn workspaces(&self, of: Resource<StoreHandle>) -> Result<(Workspaces, Origin), WorkspaceFault> {
        let handle = self.table.get(&of)?;
        if self.ctx.in_transaction(handle.store.tenant()) {
            return Err(Error::TransactionOpen.into());
        }
        let origin = Origin { tenant: handle.store.tenant().clone(), label: handle.label.clone() };
        Ok((handle.store.workspaces(), origin))
    }

    async fn take_workspace(
        &mut self,
        of: Resource<StoreHandle>,
        operation: &'static str,
        take: impl FnOnce(&Workspaces) -> engine::Result<engine::Workspace> + Send + 'static,
    ) -> Result<Resource<WorkspaceHandle>, WorkspaceFault> {
        let call = self.ctx.call(operation, Some(self.table.get(&of)?.store.tenant()));
        call.run(async {
            self.ctx.may_hold(Holding::Workspaces)?;
            let (workspaces, origin) = self.workspaces(of)?;
            let workspace = origin.workspace_answer(operation, workspaces.unblocked(take).await)?;
            let resource = self.table.push(WorkspaceHandle { workspace, origin })?;
            self.ctx.hold(Holding::Workspaces);
            Ok(resource)
        })
        .await
    }

    async fn work<R: Send + 'static>(
        &mut self,
        workspace: &Resource<WorkspaceHandle>,
        operation: &'static str,
        work: impl FnOnce(&engine::Workspace) -> engine::Result<R> + Send + 'static,
    ) -> Result<R, WorkspaceFault> {
        let WorkspaceHandle { workspace, origin } = self.table.get(workspace)?.clone();
        let call = self.ctx.call(operation, Some(&origin.tenant));
        call.run(async { origin.workspace_answer(operation, workspace.unblocked(work).await) }).await
    }
}

fn tallies(aggregate: BTreeMap<String, u64>) -> Vec<Tally> {
    aggregate.into_iter().map(|(kind, pieces)| Tally { kind, pieces }).collect()
}
