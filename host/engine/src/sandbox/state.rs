//! Where workspaces lie: a file each, those of each scope in a directory of their own.

use std::{
    io::{self, Write as _},
    path::PathBuf,
    sync::Arc,
    time::UNIX_EPOCH,
};

use cap_std::{fs::Dir, time::SystemTime};

use super::{
    Lies, ScopeName, TenantDir, TenantId, create_private_dir, disk_error, is_device_name, lies_at, open_dir,
    private_file, sync_dir, tenant::STATE,
};
use crate::{Error, Result, error::shown, limits::WORKSPACE_NAME_BYTES};

/// What the name of a workspace's file ends in. Another one than SQLite's because go-store has it.
pub(super) const ENDING: &str = ".duckdb";

/// What SQLite keeps beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The name of a workspace: 1 to 240 bytes of any Unicode but `/`, `\`, `?` and control characters; not `.`, `..` or the
/// name of a device on Windows.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct WorkspaceName(Arc<str>);

impl WorkspaceName {
    pub(crate) fn parse(name: &str) -> Result<WorkspaceName> {
        WorkspaceName::checked(name).map_err(|rule| Error::InvalidName { what: "workspace", name: shown(name), rule })
    }

    /// The name, or the rule that it breaks.
    pub(super) fn checked(name: &str) -> Result<WorkspaceName, &'static str> {
        broken_rule(name).map_or_else(|| Ok(WorkspaceName(name.into())), Err)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of its file.
    pub(super) fn file(&self) -> String {
        format!("{}{ENDING}", self.0)
    }
}

fn broken_rule(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("a workspace's name has at least one character")
    } else if name.len() > WORKSPACE_NAME_BYTES {
        Some("a workspace's name has at most 240 bytes")
    } else if matches!(name, "." | "..") {
        Some("a workspace's name is not \".\" or \"..\"")
    } else if name.contains(|c: char| c.is_control() || matches!(c, '/' | '\\' | '?')) {
        Some("a workspace's name holds no \"/\", \"\\\" or \"?\" and no control character")
    } else if cfg!(windows) && name.contains(['<', '>', ':', '"', '|', '*']) {
        Some("on Windows a workspace's name holds none of < > : \" | *")
    } else if is_device_name(name) {
        Some("a workspace's name is not that of a device on Windows, such as con, nul or com1")
    } else {
        None
    }
}

/// The directory of the workspaces of a scope, held open.
pub(crate) struct StateDir {
    tenant: TenantId,
    dir: Dir,
    path: PathBuf,
    quarantine: Dir,
    /// The directory below `state`, with a `/` behind; nothing for the whole tenant.
    prefix: String,
}

impl TenantDir {
    /// The directory of a scope's workspaces, made if it is missing. Errors as [`TenantDir::files_dir`].
    pub(crate) fn workspaces_dir(&self, scope: Option<&ScopeName>) -> Result<StateDir> {
        let failed = |source| disk_error(self.tenant(), "opening the directory of workspaces", source);
        let state = self.state_dir()?;
        let quarantine = self.quarantine_dir()?;
        let path = self.checked_path()?.join(STATE);
        let tenant = self.tenant().clone();
        let Some(scope) = scope else {
            return Ok(StateDir { tenant, dir: state, path, quarantine, prefix: String::new() });
        };
        let name = scope_directory(scope);
        create_private_dir(&state, &name).map_err(failed)?;
        sync_dir(&state).map_err(failed)?;
        if lies_at(&state, &name).map_err(failed)? != Some(Lies::Directory) {
            return Err(self.refused(&format!("state/{name}"), "a directory of the store is a real directory"));
        }
        let dir = open_dir(&state, &name).map_err(failed)?;
        Ok(StateDir { tenant, dir, path: path.join(&name), quarantine, prefix: format!("{name}/") })
    }
}

/// Two scopes never have one directory, also where a file system ignores case. No file of a workspace has such a name.
fn scope_directory(scope: &ScopeName) -> String {
    let mut name = String::from("scope-");
    for c in scope.as_str().chars() {
        if c.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

impl StateDir {
    pub(crate) fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// What the store knows the file by, and errors.
    pub(crate) fn key(&self, name: &WorkspaceName) -> String {
        format!("{}{}", self.prefix, name.file())
    }

    /// The workspace of a key of this directory.
    pub(crate) fn name_of(&self, key: &str) -> Option<WorkspaceName> {
        let file = key.strip_prefix(&self.prefix)?;
        if file.contains('/') {
            return None;
        }
        WorkspaceName::parse(file.strip_suffix(ENDING)?).ok()
    }

    /// Where SQLite opens the file, once it is sure that it opens this one: a regular file of one name, with regular files
    /// beside it, or none.
    pub(crate) fn checked_path(&self, name: &WorkspaceName) -> Result<PathBuf> {
        let file = name.file();
        for suffix in ["", BESIDE[0], BESIDE[1], BESIDE[2]] {
            let beside = format!("{file}{suffix}");
            if !matches!(lies_at(&self.dir, &beside).map_err(|e| self.failed(e))?, None | Some(Lies::File)) {
                return Err(self.refused(&beside));
            }
        }
        Ok(self.path.join(file))
    }

    /// Take the name. Answers whether it was free.
    pub(crate) fn create(&self, name: &WorkspaceName) -> Result<bool> {
        let mut options = private_file();
        options.write(true).create_new(true);
        match self.dir.open_with(name.file(), &options) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
            Err(error) => return Err(self.failed(error)),
        }
        // What a workspace of this name left beside its file is not the new one's.
        self.remove_beside(&name.file()).and_then(|()| sync_dir(&self.dir)).map_err(|error| self.failed(error))?;
        Ok(true)
    }

    /// Whether there is a file of this name, whatever it is.
    pub(crate) fn exists(&self, name: &WorkspaceName) -> Result<bool> {
        lies_at(&self.dir, &name.file()).map(|found| found.is_some()).map_err(|error| self.failed(error))
    }

    /// The workspaces that have a file, in order. What has another kind of name, or is no regular file, is none.
    pub(crate) fn list(&self) -> Result<Vec<WorkspaceName>> {
        let mut found = Vec::new();
        for entry in self.dir.entries().map_err(|error| self.failed(error))? {
            let file = entry.map_err(|error| self.failed(error))?.file_name();
            let name = file.to_str().and_then(|file| file.strip_suffix(ENDING));
            let Some(name) = name.and_then(|name| WorkspaceName::parse(name).ok()) else { continue };
            if lies_at(&self.dir, &name.file()).map_err(|error| self.failed(error))? == Some(Lies::File) {
                found.push(name);
            }
        }
        found.sort_unstable();
        Ok(found)
    }

    /// When the file or its log was last written, in milliseconds since the epoch.
    pub(crate) fn written_at(&self, name: &WorkspaceName) -> Option<i64> {
        let file = name.file();
        let at = |file: &str| self.dir.symlink_metadata(file).and_then(|metadata| metadata.modified()).ok();
        let latest = [at(&file), at(&format!("{file}-wal"))].into_iter().flatten().max()?;
        let since = latest.duration_since(SystemTime::from_std(UNIX_EPOCH)).ok()?;
        i64::try_from(since.as_millis()).ok()
    }

    /// Remove the file for good; it need not be there.
    pub(crate) fn remove(&self, name: &WorkspaceName) -> Result<()> {
        let file = name.file();
        let removed = remove_if_there(&self.dir, &file)
            // What is written in the log counts for as long as there is a file.
            .and_then(|()| self.remove_beside(&file))
            .and_then(|()| sync_dir(&self.dir));
        removed.map_err(|error| self.failed(error))
    }

    /// Put the file, as it is, where it is in nobody's way, with a text beside it that says why. Answers its new place.
    pub(crate) fn quarantine(&self, name: &WorkspaceName, reason: &str) -> Result<String> {
        let file = name.file();
        let moved = || {
            let place = self.free_place(&format!("state/{}{file}: {reason}\n", self.prefix))?;
            for suffix in [BESIDE[0], BESIDE[2], ""] {
                match self.dir.rename(format!("{file}{suffix}"), &self.quarantine, format!("{place}{suffix}")) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            remove_if_there(&self.dir, &format!("{file}{}", BESIDE[1]))?;
            sync_dir(&self.quarantine)?;
            sync_dir(&self.dir)?;
            Ok(format!("quarantine/{place}"))
        };
        moved().map_err(|error| self.failed(error))
    }

    /// A name in the quarantine, taken by the text that says what is to lie there. It is a number: that of the workspace
    /// can be as long as a file's name may be.
    fn free_place(&self, reason: &str) -> io::Result<String> {
        for n in 1_u32.. {
            let place = format!("workspace-{n}{ENDING}");
            let mut options = private_file();
            options.write(true).create_new(true);
            match self.quarantine.open_with(format!("{place}.reason.txt"), &options) {
                Ok(mut text) => {
                    text.write_all(reason.as_bytes())?;
                    text.sync_all()?;
                    return Ok(place);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::StorageFull.into())
    }

    fn remove_beside(&self, file: &str) -> io::Result<()> {
        remove_beside(&self.dir, file)
    }

    fn failed(&self, source: io::Error) -> Error {
        disk_error(&self.tenant, "working with a workspace's file", source)
    }

    fn refused(&self, file: &str) -> Error {
        Error::Refused {
            what: format!("tenants/{}/state/{}{}", self.tenant, self.prefix, file.escape_debug()),
            rule: "a workspace is a regular file with one name",
        }
    }
}

/// Remove what SQLite kept beside a database that is not there any more.
pub(super) fn remove_beside(dir: &Dir, file: &str) -> io::Result<()> {
    BESIDE.iter().try_for_each(|suffix| remove_if_there(dir, &format!("{file}{suffix}")))
}

fn remove_if_there(dir: &Dir, name: &str) -> io::Result<()> {
    match dir.remove_file(name) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
