//! The root: the directory that holds all tenants.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use cap_std::{ambient_authority, fs::Dir};

use super::{Lies, Mark, Marks, TenantDir, TenantId, create_private_dir, disk_error, lies_at, open_dir, sync_dir};
use crate::{Error, Result};

/// The directory below the root that holds one directory for each tenant. Beside it, `pending` has the [marks](Marks), and
/// `cache` is reserved for what hosts compile.
const TENANTS: &str = "tenants";

/// The directory of all tenants.
#[derive(Debug)]
pub(crate) struct Root {
    path: PathBuf,
    root: Dir,
    tenants: Dir,
}

impl Root {
    /// Open a root, and make it if it is missing.
    ///
    /// # Ambient authority
    ///
    /// This is the one place of the engine that opens a path with the authority of the process. A symbolic link in
    /// `path` is the operator's choice and is followed, once: what it led to is what is used from then on.
    pub(crate) fn open(path: &Path) -> Result<Root> {
        let failed = |doing: &'static str| {
            move |source| Error::Io { operation: format!("{doing} root {}", path.display()), source }
        };
        create_private_dir_all(path).map_err(failed("creating"))?;
        let canonical = path.canonicalize().map_err(failed("opening"))?;
        let root = Dir::open_ambient_dir(&canonical, ambient_authority()).map_err(failed("opening"))?;
        if lies_at(&root, TENANTS).map_err(failed("reading"))?.is_none() {
            create_private_dir(&root, TENANTS).map_err(failed("writing to"))?;
            sync_dir(&root).map_err(failed("writing to"))?;
        }
        if lies_at(&root, TENANTS).map_err(failed("reading"))? != Some(Lies::Directory) {
            return Err(Error::Refused {
                what: TENANTS.into(),
                rule: "the directory of the tenants is a real directory",
            });
        }
        let tenants = open_dir(&root, TENANTS).map_err(failed("opening"))?;
        Ok(Root { path: canonical, root, tenants })
    }

    /// Where the root is, without links.
    #[cfg(test)]
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The tenants that have a directory, in order. What lies there under another kind of name, or is no directory, is
    /// none of larder's.
    pub(crate) fn tenants(&self) -> Result<Vec<TenantId>> {
        let failed = |source| Error::Io { operation: "listing the tenants".into(), source };
        let mut found = Vec::new();
        for entry in self.tenants.entries().map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let Some(id) = entry.file_name().to_str().and_then(|name| TenantId::parse(name).ok()) else { continue };
            // Since the listing, the tenant may have been removed.
            if lies_at(&self.tenants, id.as_str()).map_err(failed)? == Some(Lies::Directory) {
                found.push(id);
            }
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Whether the tenant has a directory.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if something else lies in its place.
    pub(crate) fn exists(&self, tenant: &TenantId) -> Result<bool> {
        match lies_at(&self.tenants, tenant.as_str()) {
            Ok(None) => Ok(false),
            Ok(Some(Lies::Directory)) => Ok(true),
            Ok(Some(_)) => Err(refused(tenant)),
            Err(source) => Err(disk_error(tenant, "looking for the directory", source)),
        }
    }

    /// The directory of a tenant; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if something else lies in its place.
    pub(crate) fn open_tenant(&self, tenant: &TenantId) -> Result<Option<TenantDir>> {
        if !self.exists(tenant)? {
            return Ok(None);
        }
        match open_dir(&self.tenants, tenant.as_str()) {
            Ok(dir) => Ok(Some(TenantDir::new(tenant.clone(), dir, self.path_of(tenant)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => {
                // Something else may have taken its place since it was looked at.
                self.exists(tenant)?;
                Err(disk_error(tenant, "opening the directory", source))
            }
        }
    }

    /// The directory of a tenant, made if there is none. When this returns, it survives a crash of the machine.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if something else lies in its place; [`Error::DiskFull`] and [`Error::ReadOnly`].
    pub(crate) fn create_tenant(&self, tenant: &TenantId) -> Result<TenantDir> {
        if let Some(dir) = self.open_tenant(tenant)? {
            return Ok(dir);
        }
        let failed = |source| disk_error(tenant, "creating the directory", source);
        create_private_dir(&self.tenants, tenant.as_str()).map_err(failed)?;
        let dir = self.open_tenant(tenant)?.ok_or_else(|| Error::TenantNotFound { tenant: tenant.clone() })?;
        // At once, so that an operator finds the place to put files into.
        dir.create_file_dirs()?;
        sync_dir(&self.tenants).map_err(failed)?;
        Ok(dir)
    }

    /// Which tenants have work of a kind left.
    ///
    /// # Errors
    ///
    /// [`Error::Io`].
    pub(crate) fn marks(&self, kind: Mark) -> Result<Marks> {
        let failed = |source| Error::Io { operation: "opening the root".into(), source };
        Ok(Marks::new(kind, self.root.try_clone().map_err(failed)?))
    }

    fn path_of(&self, tenant: &TenantId) -> PathBuf {
        self.path.join(TENANTS).join(tenant.as_str())
    }
}

fn refused(tenant: &TenantId) -> Error {
    Error::Refused {
        what: format!("{TENANTS}/{tenant}"),
        rule: "the directory of a tenant is a real directory, not a link or a file",
    }
}

fn create_private_dir_all(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}
