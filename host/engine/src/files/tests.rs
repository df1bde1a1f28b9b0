//! The files interface by its documented behaviour, one folder of the disk a test.

mod content;
mod links;
mod listing;
mod names;
#[cfg(unix)]
mod open_files;
mod quota;

use std::{path::PathBuf, sync::Arc};

use tempfile::TempDir;

use super::*;
use crate::{
    FileQuota, Limits, TenantId,
    config::OwnFaults,
    sandbox::{OwnerLock, Root, TenantDir},
    telemetry::Meters,
};

/// A tenant on a disk of its own, and its files.
struct Place {
    disk: TempDir,
    root: Root,
    owner: Arc<OwnerLock>,
    files: Files,
}

impl Place {
    fn new() -> Place {
        Place::with(FileQuota::default())
    }

    fn with(quota: FileQuota) -> Place {
        let disk = tempfile::tempdir().unwrap();
        let root = Root::open(&disk.path().join("root")).unwrap();
        let owner = Arc::new(OwnerLock::acquire(&tenant(&root)).unwrap());
        let files =
            Files::open(&tenant(&root), owner.clone(), quota, limits(), OwnFaults::default(), Meters::default())
                .unwrap();
        Place { disk, root, owner, files }
    }

    fn bytes(bytes: u64) -> Place {
        Place::with(FileQuota { bytes: Some(bytes), files: None })
    }

    fn names(files: u64) -> Place {
        Place::with(FileQuota { bytes: None, files: Some(files) })
    }

    /// The same tenant as the next process finds it.
    fn reopened(&self, quota: FileQuota) -> Files {
        Files::open(&tenant(&self.root), self.owner.clone(), quota, limits(), OwnFaults::default(), Meters::default())
            .unwrap()
    }

    /// Where something of the tenant's files lies on the disk.
    fn on_disk(&self, path: &str) -> PathBuf {
        self.root.path().join("tenants/acme/files").join(path)
    }

    fn temporary(&self) -> PathBuf {
        self.root.path().join("tenants/acme/tmp")
    }

    /// A file outside of the root, which nothing may touch.
    fn outside(&self) -> PathBuf {
        let outside = self.disk.path().join("outside");
        if !outside.exists() {
            std::fs::write(&outside, "untouched").unwrap();
        }
        outside
    }

    fn used(&self) -> (u64, u64) {
        let usage = self.files.usage().unwrap();
        (usage.bytes, usage.files)
    }

    /// The account says what a walk finds, and no temporary file is left.
    #[track_caller]
    fn check(&self) {
        let usage = self.files.usage().unwrap();
        assert_eq!(usage, self.files.ledger().recount().unwrap());
        assert_eq!(std::fs::read_dir(self.temporary()).unwrap().count(), 0);
    }
}

fn tenant(root: &Root) -> TenantDir {
    root.create_tenant(&TenantId::parse("acme").unwrap()).unwrap()
}

/// Small, so that tests of them need no large files.
fn limits() -> Limits {
    Limits { file_read_bytes: 64, ..Limits::default() }
}

macro_rules! assert_refused {
    ($result:expr, $pattern:pat $(if $guard:expr)?) => {
        match $result {
            Err($pattern) $(if $guard)? => {}
            other => panic!("{other:?} instead of {}", stringify!($pattern)),
        }
    };
}
use assert_refused;
