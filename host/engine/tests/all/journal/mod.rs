//! The journal, on a real file.

mod append;
mod query;
mod sql;

use larder_engine::{JournalEntry, JournalQuery, Store};

use crate::support::*;

/// A store on disk, and its clock.
fn store() -> (Kit, Store) {
    let kit = Kit::on_sqlite();
    let store = kit.store();
    (kit, store)
}

/// Every row that is meant, in pages of two.
fn every(store: &Store, query: JournalQuery) -> Vec<JournalEntry> {
    let mut query = JournalQuery { limit: 2, ..query };
    let mut found = Vec::new();
    loop {
        let page = store.journal().query(&query).unwrap();
        assert!(page.entries.len() <= 2);
        found.extend(page.entries);
        query.cursor = page.next;
        if query.cursor.is_none() {
            return found;
        }
    }
}

fn measurements(entries: &[JournalEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.measurement.as_str()).collect()
}
