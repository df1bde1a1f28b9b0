//! Archives of the journal, on a real disk.

mod compact;
mod crash;
mod restore;
mod retention;

use std::{io::Read, path::PathBuf};

use larder_engine::{Archives, Config, JournalQuery, Larder, Store};
use tempfile::TempDir;

use crate::support::*;

/// A tenant on disk whose directory can be looked into.
struct Place {
    kit: Kit,
    root: TempDir,
    larder: Larder,
    store: Store,
}

impl Place {
    fn new() -> Place {
        Place::with(|config| config)
    }

    fn with(configure: impl FnOnce(Config) -> Config) -> Place {
        let (kit, root) = (Kit::in_memory(), tempfile::tempdir().unwrap());
        let larder = Larder::open(root.path(), configure(kit.config())).unwrap();
        let store = acme(&larder).store();
        Place { kit, root, larder, store }
    }

    /// Append a row of each measurement, a second apart.
    fn append(&self, measurements: &[&str]) {
        for measurement in measurements {
            self.store.journal().append(measurement, "{\"n\":9007199254740993}", &Default::default()).unwrap();
            self.kit.advance(1000);
        }
    }

    fn directory(&self) -> PathBuf {
        self.root.path().join("tenants/acme/archive")
    }

    /// What lies in the directory, in order.
    fn files(&self) -> Vec<String> {
        let entries =
            std::fs::read_dir(self.directory()).map(|entries| entries.collect::<Vec<_>>()).unwrap_or_default();
        let mut files: Vec<_> = entries.into_iter().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        files
    }

    /// The text of an archive, by the programs' own libraries.
    fn text(&self, name: &str) -> String {
        let file = std::fs::File::open(self.directory().join(name)).unwrap();
        let mut text = String::new();
        match name.rsplit('.').next() {
            Some("gz") => flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap(),
            _ => zstd::Decoder::new(file).unwrap().read_to_string(&mut text).unwrap(),
        };
        text
    }

    fn sql(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.root.path().join("tenants/acme/store.db")).unwrap()
    }
}

/// The measurements of live rows.
fn live(store: &Store) -> Vec<String> {
    let page = store.journal().query(&JournalQuery::default()).unwrap();
    assert_eq!(page.next, None);
    page.entries.into_iter().map(|entry| entry.measurement).collect()
}

/// The measurements of an archive.
fn archived(archives: &Archives, name: &str) -> Vec<String> {
    archives.read(name).unwrap().map(|row| row.unwrap().measurement).collect()
}
