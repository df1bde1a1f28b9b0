//! A host that is killed while it compacts and restores: each row is live or in exactly one archive.
//!
//! `LARDER_KILLS` sets how often, as for the kills of writers.

use std::{collections::BTreeMap, path::Path};

use larder_engine::{ArchiveFormat, Config, JournalQuery, Larder, Store};

use crate::{child, support::*};

/// Rows of each round of the child.
const ROUND: u64 = 40;

fn open(root: &Path) -> (Larder, Store) {
    let larder = Larder::open(root, Config::new()).unwrap();
    let store = acme(&larder).store();
    (larder, store)
}

#[test]
#[ignore = "run by another test, which kills it"]
fn the_host_that_is_killed() {
    let Some(root) = child::argument() else { return };
    let (_larder, store) = open(Path::new(&root));
    let archives = store.archives();
    let mut next = rows(&store).len() as u64;
    for round in 0_u64.. {
        store
            .update(|update| {
                for n in next..next + ROUND {
                    update.journal_append(&n.to_string(), "{\"v\":1}", &Default::default())?;
                }
                Ok(())
            })
            .unwrap();
        next += ROUND;
        child::say(next);
        let format = if round.is_multiple_of(2) { ArchiveFormat::Gzip } else { ArchiveFormat::Zstd };
        archives.compact(i64::MAX, format).unwrap();
        child::say("compacted");
        let listed = archives.list("").unwrap();
        if round.is_multiple_of(3)
            && let Some(oldest) = listed.first()
        {
            archives.restore(&oldest.name).unwrap();
            child::say("restored");
        }
    }
}

/// How often each row is found, live or in an archive.
fn rows(store: &Store) -> BTreeMap<u64, u64> {
    let mut found = BTreeMap::new();
    let mut count = |measurement: &str| *found.entry(measurement.parse().unwrap()).or_default() += 1;
    let mut query = JournalQuery::default();
    loop {
        let page = store.journal().query(&query).unwrap();
        page.entries.iter().for_each(|entry| count(&entry.measurement));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    let archives = store.archives();
    let mut after = String::new();
    loop {
        let page = archives.list(&after).unwrap();
        let Some(last) = page.last() else { return found };
        after.clone_from(&last.name);
        for archive in page {
            let rows: Vec<_> = archives.read(&archive.name).unwrap().map(Result::unwrap).collect();
            assert_eq!(rows.len() as u64, archive.rows, "{}", archive.name);
            rows.iter().for_each(|row| count(&row.measurement));
        }
    }
}

#[test]
fn a_row_is_live_or_in_exactly_one_archive_after_a_kill() {
    let kills = child::kills();
    let place = tempfile::tempdir().unwrap();
    let mut told = 0;
    for _ in 0..kills {
        child::kill("archive::crash::the_host_that_is_killed", place.path().to_str().unwrap(), 12, |line| {
            told = line.parse().unwrap_or(told);
        });
        let (_larder, store) = open(place.path());
        let found = rows(&store);
        assert!(found.values().all(|times| *times == 1), "{:?}", found.iter().find(|(_, times)| **times != 1));
        let count = found.len() as u64;
        assert!(count == told || count == told + ROUND, "{count} rows, told {told}");
        assert_eq!(found.last_key_value().map_or(0, |(last, _)| last + 1), count);
        told = count;
        // The next who comes cleans up, so that what lies there is what is listed.
        store.archives().compact(1, ArchiveFormat::Gzip).unwrap();
        let listed = store.archives().list("").unwrap().len();
        let directory = place.path().join("tenants/acme/archive");
        assert_eq!(std::fs::read_dir(directory).map_or(0, Iterator::count), listed);
    }
}
