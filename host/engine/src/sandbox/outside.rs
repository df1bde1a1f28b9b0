//! Files outside of the root, which the operator names, and the ways between them and a tenant.
//!
//! Their paths are used with the authority of the process, as the root's is; a link there is the operator's choice.

use std::{
    ffi::OsString,
    fs::{self, File, Metadata, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use cap_std::fs::Dir;

use super::{TenantDir, disk_error, own_mark, private_file};
use crate::{Error, Result};

/// What SQLite keeps beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Of those, what belongs to the content.
const CONTENT: [&str; 2] = ["-wal", "-journal"];

fn failed(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> Error {
    let operation = format!("{doing} {}", path.display());
    move |source| Error::Io { operation: operation.clone(), source }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// Open a regular file for reading, following links.
pub(super) fn open_regular_outside(path: &Path) -> io::Result<(File, Metadata)> {
    // Opening a FIFO would wait for the other end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    Ok((file, metadata))
}

/// A private copy of a database with its log, in the tenant's directory of temporary files. It goes when this is dropped.
pub(crate) struct Scratch {
    dir: Dir,
    name: String,
    path: PathBuf,
}

impl Scratch {
    /// Copy a database that nobody writes to.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it is no regular file, cannot be read, or changed meanwhile; [`Error::DiskFull`] and
    /// [`Error::ReadOnly`] for the copy.
    pub(crate) fn copy_of(path: &Path, tenant: &TenantDir) -> Result<Scratch> {
        let reading = failed("reading", path);
        // SQLite puts what is beside a database where a link leads to.
        let path = path.canonicalize().map_err(&reading)?;
        let before = state(&path).map_err(&reading)?;
        let (dir, name, place) = tenant.temporary_place()?;
        let scratch = Scratch { dir, name, path: place };
        scratch.copy(&path, "", tenant)?;
        for suffix in CONTENT {
            if before.iter().any(|(there, _, _)| *there == suffix) {
                scratch.copy(&with_suffix(&path, suffix), suffix, tenant)?;
            }
        }
        if state(&path).map_err(&reading)? != before {
            let rule = "it changed while it was copied: stop the program that writes to it";
            return Err(Error::InvalidArgument { argument: "the database to import", rule: rule.into() });
        }
        Ok(scratch)
    }

    fn copy(&self, from: &Path, suffix: &str, tenant: &TenantDir) -> Result<()> {
        let (mut source, _) = open_regular_outside(from).map_err(failed("reading", from))?;
        let writing = |source| disk_error(tenant.tenant(), "copying a database to import", source);
        let name = format!("{}{suffix}", self.name);
        let mut target = self.dir.open_with(name, private_file().write(true).create_new(true)).map_err(writing)?;
        io::copy(&mut source, &mut target).map(drop).map_err(writing)
    }

    /// Where SQLite opens it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for suffix in ["", BESIDE[0], BESIDE[1], BESIDE[2]] {
            // What is not there need not go; what cannot go now does when the tenant's files are next opened.
            let _ = self.dir.remove_file(format!("{}{suffix}", self.name));
        }
    }
}

type State = Vec<(&'static str, u64, Option<std::time::SystemTime>)>;

/// Sizes and times of a database and of what belongs to it.
fn state(path: &Path) -> io::Result<State> {
    let mut state = Vec::new();
    for suffix in ["", CONTENT[0], CONTENT[1]] {
        match fs::metadata(with_suffix(path, suffix)) {
            Ok(metadata) => state.push((suffix, metadata.len(), metadata.modified().ok())),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !suffix.is_empty() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(state)
}

/// A file that is written beside its place and takes it when it is complete. Dropping it before that leaves no trace.
pub(crate) struct Outgoing {
    target: PathBuf,
    temporary: PathBuf,
    placed: bool,
}

impl Outgoing {
    /// Make the file, empty, for this user alone.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], also if something is at its place already.
    pub(crate) fn create(target: &Path) -> Result<Outgoing> {
        let writing = failed("writing", target);
        if fs::symlink_metadata(target).is_ok() {
            return Err(writing(io::Error::new(io::ErrorKind::AlreadyExists, "there is something of this name")));
        }
        let temporary = with_suffix(target, &format!(".{}partial", own_mark()));
        let mut options = OpenOptions::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        options.write(true).create_new(true).open(&temporary).map_err(&writing)?;
        Ok(Outgoing { target: target.into(), temporary, placed: false })
    }

    /// Where it is until it takes its place.
    pub(crate) fn path(&self) -> &Path {
        &self.temporary
    }

    /// The file to write to.
    pub(crate) fn file(&mut self) -> Result<File> {
        OpenOptions::new().write(true).open(&self.temporary).map_err(failed("writing", &self.target))
    }

    /// Make it durable and put it in its place.
    pub(crate) fn place(mut self) -> Result<()> {
        let place = || {
            OpenOptions::new().write(true).open(&self.temporary)?.sync_all()?;
            fs::rename(&self.temporary, &self.target)?;
            sync_parent(&self.target)
        };
        place().map_err(failed("writing", &self.target))?;
        self.placed = true;
        Ok(())
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        if !self.placed {
            for suffix in ["", BESIDE[2]] {
                // It may be gone already.
                let _ = fs::remove_file(with_suffix(&self.temporary, suffix));
            }
        }
    }
}

/// Make the names in the directory of a file durable.
fn sync_parent(path: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent)?.sync_all()
}
