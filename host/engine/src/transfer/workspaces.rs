//! Workspaces of go-store, which lie in a folder beside its database.

use std::path::Path;

use super::{ImportedWorkspace, WorkspaceImport};
use crate::{Result, Tenant, sandbox::WorkspaceFolder};

impl Tenant {
    /// Copy the workspace files (`NAME.duckdb`) of a folder into the tenant's own, byte by byte and with their logs, where
    /// they are left-over workspaces to be recovered. Nothing in the folder is changed; nobody may be writing there. A file
    /// whose name is no workspace's or is taken is refused by itself.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io) for a folder that cannot be read, [`Error::Unsupported`](crate::Error::Unsupported)
    /// in memory, and the host's faults.
    pub fn import_workspaces(&self, folder: &Path, dry_run: bool) -> Result<Vec<ImportedWorkspace>> {
        let folder = WorkspaceFolder::open(folder)?;
        // The tenant is this process's own from here on.
        let open = self.open()?;
        let _permit = open.enter_as_writer()?;
        let directory = self.directory()?;
        let mut imported = Vec::new();
        for name in folder.names()? {
            let outcome = match folder.copy(&name, &directory, dry_run)? {
                Ok(bytes) => WorkspaceImport::Copied(bytes),
                Err(reason) => WorkspaceImport::Refused(reason.into()),
            };
            imported.push(ImportedWorkspace { name: name.shown(), outcome });
        }
        Ok(imported)
    }
}
