//! A root on a disk, and ways around larder to its files.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use larder_engine::{Config, Larder, ManualClock, Store, Tenant};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::*;

/// A root directory that is opened as often as the test likes.
pub(crate) struct Place {
    pub(crate) clock: Arc<ManualClock>,
    dir: TempDir,
}

impl Place {
    pub(crate) fn new() -> Place {
        Place { clock: Arc::new(ManualClock::new(START_MS)), dir: tempfile::tempdir().unwrap() }
    }

    /// One with this database of the tenant `acme`.
    pub(crate) fn with_fixture(name: &str) -> Place {
        let place = Place::new();
        fs::create_dir_all(place.tenant_dir()).unwrap();
        fs::copy(fixture(name), place.database()).unwrap();
        place
    }

    pub(crate) fn config(&self) -> Config {
        config(&self.clock)
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().join("root")
    }

    pub(crate) fn outside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn open(&self) -> Larder {
        Larder::open(self.root(), self.config()).unwrap()
    }

    pub(crate) fn tenant(&self) -> Tenant {
        acme(&self.open())
    }

    pub(crate) fn store(&self) -> Store {
        self.tenant().store()
    }

    pub(crate) fn tenant_dir(&self) -> PathBuf {
        self.root().join("tenants/acme")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.tenant_dir().join("store.db")
    }

    /// Another program's connection, triggers and all.
    pub(crate) fn sql(&self) -> Connection {
        Connection::open(self.database()).unwrap()
    }
}

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// Each file of a directory with its bytes, but for the lock, which each opener signs.
pub(crate) fn contents(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file() && entry.file_name() != "owner.lock")
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}
