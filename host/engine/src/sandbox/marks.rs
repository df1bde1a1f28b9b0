//! Marks: which tenants have work left, so that who starts to do it need not open every tenant.
//!
//! A mark is an empty file with the name of the tenant, in a directory for its kind.

use std::{io, sync::OnceLock};

use cap_std::fs::Dir;

use super::{Lies, TenantId, create_private_dir, disk_error, lies_at, open_dir, open_regular, private_file, sync_dir};
use crate::{Error, Result};

/// The directory below the root that holds a directory for each kind of mark.
const PENDING: &str = "pending";

/// What a tenant is marked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Rows of its journal may wait to be delivered.
    Delivery,
}

impl Mark {
    fn directory(self) -> &'static str {
        match self {
            Mark::Delivery => "delivery",
        }
    }
}

/// The marks of one kind. The directory is made with the first one.
#[derive(Debug)]
pub(crate) struct Marks {
    kind: Mark,
    root: Dir,
    dir: OnceLock<Dir>,
}

impl Marks {
    pub(super) fn new(kind: Mark, root: Dir) -> Marks {
        Marks { kind, root, dir: OnceLock::new() }
    }

    /// Mark a tenant. When this returns, the mark survives a crash of the machine.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if something else lies in the place of a directory or of the mark; [`Error::DiskFull`] and
    /// [`Error::ReadOnly`].
    pub(crate) fn set(&self, tenant: &TenantId) -> Result<()> {
        let failed = |source| disk_error(tenant, "marking what is left to do", source);
        let dir = self.dir(true, failed)?.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
        let mut options = private_file();
        options.write(true).create(true);
        match open_regular(dir, tenant.as_str(), &mut options).map_err(failed)? {
            Ok(_) => sync_dir(dir).map_err(failed),
            Err(_) => Err(self.refused(tenant.as_str())),
        }
    }

    /// Take the mark away, if there is one. A crash may bring it back.
    ///
    /// # Errors
    ///
    /// Those of [`Marks::set`].
    pub(crate) fn clear(&self, tenant: &TenantId) -> Result<()> {
        let failed = |source| disk_error(tenant, "removing a mark", source);
        let Some(dir) = self.dir(false, failed)? else { return Ok(()) };
        match dir.remove_file(tenant.as_str()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
            _ => Ok(()),
        }
    }

    /// Whether the tenant is marked.
    ///
    /// # Errors
    ///
    /// Those of [`Marks::set`].
    pub(crate) fn has(&self, tenant: &TenantId) -> Result<bool> {
        let failed = |source| disk_error(tenant, "looking for a mark", source);
        let Some(dir) = self.dir(false, failed)? else { return Ok(false) };
        Ok(lies_at(dir, tenant.as_str()).map_err(failed)?.is_some())
    }

    /// The tenants that are marked, in order. What lies there under another kind of name is none of larder's.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], [`Error::Io`].
    pub(crate) fn all(&self) -> Result<Vec<TenantId>> {
        let failed = |source| Error::Io { operation: "listing the tenants with something left to do".into(), source };
        let Some(dir) = self.dir(false, failed)? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for entry in dir.entries().map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            found.extend(name.to_str().and_then(|name| TenantId::parse(name).ok()));
        }
        found.sort_unstable();
        Ok(found)
    }

    /// The directory; `None` if it is not there and not to be made.
    fn dir(&self, make: bool, failed: impl Fn(io::Error) -> Error) -> Result<Option<&Dir>> {
        if let Some(dir) = self.dir.get() {
            return Ok(Some(dir));
        }
        let Some(pending) = self.step(&self.root, PENDING, make).map_err(&failed)? else { return Ok(None) };
        let pending = pending.ok_or_else(|| self.refused(""))?;
        let Some(dir) = self.step(&pending, self.kind.directory(), make).map_err(&failed)? else { return Ok(None) };
        let dir = dir.ok_or_else(|| self.refused(""))?;
        Ok(Some(self.dir.get_or_init(|| dir)))
    }

    /// A directory in another; the inner `None` is that something else has its place.
    fn step(&self, dir: &Dir, name: &str, make: bool) -> io::Result<Option<Option<Dir>>> {
        let mut lies = lies_at(dir, name)?;
        if lies.is_none() && make {
            create_private_dir(dir, name)?;
            sync_dir(dir)?;
            lies = lies_at(dir, name)?;
        }
        match lies {
            None => Ok(None),
            Some(Lies::Directory) => open_dir(dir, name).map(|dir| Some(Some(dir))),
            Some(_) => Ok(Some(None)),
        }
    }

    fn refused(&self, name: &str) -> Error {
        let what = format!("{PENDING}/{}/{name}", self.kind.directory());
        Error::Refused {
            what: what.trim_end_matches('/').into(),
            rule: "a mark is a regular file in a real directory, not a link",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{super::Root, *};

    fn fresh() -> (tempfile::TempDir, Root) {
        let place = tempfile::tempdir().unwrap();
        let root = Root::open(place.path()).unwrap();
        (place, root)
    }

    fn tenant(name: &str) -> TenantId {
        TenantId::parse(name).unwrap()
    }

    #[test]
    fn marks_are_found_again_until_they_are_cleared() {
        let (place, root) = fresh();
        let marks = root.marks(Mark::Delivery).unwrap();
        assert_eq!(marks.all().unwrap(), []);
        assert!(!marks.has(&tenant("acme")).unwrap());
        marks.clear(&tenant("acme")).unwrap();
        assert!(!place.path().join("pending").exists());
        for name in ["beta", "acme", "beta"] {
            marks.set(&tenant(name)).unwrap();
        }
        fs::write(place.path().join("pending/delivery/No Tenant"), "").unwrap();
        let again = Root::open(place.path()).unwrap().marks(Mark::Delivery).unwrap();
        assert_eq!(again.all().unwrap(), [tenant("acme"), tenant("beta")]);
        again.clear(&tenant("acme")).unwrap();
        assert!(!marks.has(&tenant("acme")).unwrap() && marks.has(&tenant("beta")).unwrap());
        // A mark is no tenant.
        assert_eq!(root.tenants().unwrap(), []);
    }

    #[test]
    fn a_directory_is_not_taken_for_a_mark() {
        let (place, root) = fresh();
        let marks = root.marks(Mark::Delivery).unwrap();
        fs::create_dir_all(place.path().join("pending/delivery/acme")).unwrap();
        assert!(matches!(marks.set(&tenant("acme")), Err(Error::Refused { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused() {
        use std::os::unix::fs::symlink;
        let (place, root) = fresh();
        let marks = root.marks(Mark::Delivery).unwrap();
        let outside = place.path().join("outside");
        fs::create_dir(&outside).unwrap();
        symlink(&outside, place.path().join("pending")).unwrap();
        assert!(matches!(marks.set(&tenant("acme")), Err(Error::Refused { .. })));
        assert!(matches!(marks.all(), Err(Error::Refused { .. })));
        fs::remove_file(place.path().join("pending")).unwrap();
        fs::create_dir_all(place.path().join("pending/delivery")).unwrap();
        symlink(place.path().join("target"), place.path().join("pending/delivery/acme")).unwrap();
        assert!(matches!(marks.set(&tenant("acme")), Err(Error::Refused { .. })));
        assert!(!place.path().join("target").exists() && fs::read_dir(&outside).unwrap().next().is_none());
    }
}
