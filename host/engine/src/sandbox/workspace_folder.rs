//! The folder of go-store in which its workspaces lie, as a source of copies.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use cap_std::fs::Dir;

use super::{
    TenantDir, WorkspaceName, disk_error, lies_at,
    outside::open_regular_outside,
    private_file,
    state::{ENDING, remove_beside},
    sync_dir,
};
use crate::{Error, Result};

/// What SQLite keeps beside a database and belongs to its content.
const CONTENT: [&str; 2] = ["-wal", "-journal"];

/// A folder that the operator names.
pub(crate) struct WorkspaceFolder {
    path: PathBuf,
}

/// The name of a file in it that ends as a workspace's.
pub(crate) struct WorkspaceFile(OsString);

impl WorkspaceFile {
    /// The name of the workspace, fit to be shown.
    pub(crate) fn shown(&self) -> String {
        let name = self.0.to_string_lossy();
        name.strip_suffix(ENDING).unwrap_or(&name).escape_debug().to_string()
    }

    fn checked(&self) -> Result<WorkspaceName, &'static str> {
        let name = self.0.to_str().and_then(|file| file.strip_suffix(ENDING));
        WorkspaceName::checked(name.ok_or("a workspace's name is Unicode")?)
    }
}

impl WorkspaceFolder {
    /// A folder that is there.
    pub(crate) fn open(path: &Path) -> Result<WorkspaceFolder> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Ok(WorkspaceFolder { path: path.into() }),
            Ok(_) => Err(failed(path, io::ErrorKind::NotADirectory.into())),
            Err(source) => Err(failed(path, source)),
        }
    }

    /// The files that end as workspaces do, in order.
    pub(crate) fn names(&self) -> Result<Vec<WorkspaceFile>> {
        let entries = fs::read_dir(&self.path).and_then(|entries| {
            let names = entries.map(|entry| entry.map(|entry| entry.file_name()));
            names.collect::<io::Result<Vec<_>>>()
        });
        let mut names = entries.map_err(|source| failed(&self.path, source))?;
        names.retain(|name| name.as_encoded_bytes().ends_with(ENDING.as_bytes()));
        names.sort();
        Ok(names.into_iter().map(WorkspaceFile).collect())
    }

    /// Copy one to the tenant's workspaces; answers its bytes, or why it is refused. What lies there is not replaced.
    pub(crate) fn copy(
        &self,
        file: &WorkspaceFile,
        tenant: &TenantDir,
        dry_run: bool,
    ) -> Result<Result<u64, &'static str>> {
        let name = match file.checked() {
            Ok(name) => name.file(),
            Err(rule) => return Ok(Err(rule)),
        };
        let writing = |source| disk_error(tenant.tenant(), "copying a workspace", source);
        let from = self.path.join(&file.0);
        let (mut source, metadata) = match open_regular_outside(&from) {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Ok(Err("it is no regular file")),
            Err(source) => return Err(failed(&from, source)),
        };
        let state = tenant.state_dir()?;
        if lies_at(&state, &name).map_err(writing)?.is_some() {
            return Ok(Err("there is a workspace of this name already"));
        }
        if dry_run {
            return Ok(Ok(metadata.len()));
        }
        // Left by one of this name whose removal was cut off.
        remove_beside(&state, &name).map_err(writing)?;
        // The log first: a database without its log would be taken for the whole workspace.
        for suffix in CONTENT {
            let beside = self.path.join(format!("{name}{suffix}"));
            match open_regular_outside(&beside) {
                Ok((mut log, _)) => place(tenant, &state, &mut log, &format!("{name}{suffix}"))?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(source) => return Err(failed(&beside, source)),
            };
        }
        place(tenant, &state, &mut source, &name).map(Ok)
    }
}

/// Copy the content beside the place, make it durable, and put it there.
fn place(tenant: &TenantDir, state: &Dir, source: &mut fs::File, name: &str) -> Result<u64> {
    let (dir, temporary, _) = tenant.temporary_place()?;
    let mut copy = || {
        let mut target = dir.open_with(&temporary, private_file().write(true).create_new(true))?;
        let bytes = io::copy(source, &mut target)?;
        target.sync_all()?;
        dir.rename(&temporary, state, name)?;
        sync_dir(state)?;
        Ok(bytes)
    };
    copy().map_err(|source| {
        // It may not be there; what cannot go now does when the tenant's files are next opened.
        let _ = dir.remove_file(&temporary);
        disk_error(tenant.tenant(), "copying a workspace", source)
    })
}

fn failed(path: &Path, source: io::Error) -> Error {
    Error::Io { operation: format!("reading {}", path.display()), source }
}
