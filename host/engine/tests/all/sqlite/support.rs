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

/// The bytes of a file; shown by their number alone.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// Each file of a directory with its bytes, but for the lock, which each opener signs, the log's index, and
/// a log with nothing in it.
pub(crate) fn contents(dir: &Path) -> Vec<(String, Bytes)> {
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), Bytes(fs::read(entry.path()).unwrap())))
        .filter(|(name, _)| !["owner.lock", "store.db-shm"].contains(&name.as_str()))
        .filter(|(name, bytes)| name != "store.db-wal" || !bytes.0.is_empty())
        .collect();
    files.sort();
    files
}
