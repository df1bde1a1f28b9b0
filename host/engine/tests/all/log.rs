//! The write-ahead log stays short, however much is written: what was committed is moved to its place meanwhile.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use larder_engine::{Durability, Larder, Store};

use crate::{sqlite::Place, support::*};

/// A page in the log, with its head.
const FRAME: u64 = 4_096 + 24;

/// Pages at which a commit moves the log itself, and no longer leaves it to the background.
const LONGEST: u64 = 4_000;

/// What one commit of this test may add, and the pages that change between that look and the next.
const SLACK: u64 = 100;

const COMMITS: u32 = 5_000;

/// Answers the longest that the log was. Five pages a commit, and as much again for the feed.
fn write(store: &Store, log: &Path) -> u64 {
    let mut longest = 0;
    let mut value = vec![0; 5 * 4_096];
    for n in 0..COMMITS {
        value.chunks_mut(1_024).for_each(|piece| piece[..4].copy_from_slice(&n.to_le_bytes()));
        store.set("g", &(n % 20).to_string(), &value).unwrap();
        longest = longest.max(fs::metadata(log).unwrap().len());
    }
    longest
}

fn place() -> (Place, Larder) {
    let place = Place::new();
    let larder = Larder::open(place.root(), place.config().durability(Durability::Normal)).unwrap();
    (place, larder)
}

#[test]
fn the_log_stays_short_while_one_writes() {
    let (place, larder) = place();
    let longest = write(&acme(&larder).store(), &place.root().join("tenants/acme/store.db-wal"));
    assert!(longest <= (LONGEST + SLACK) * FRAME, "{longest} bytes");
}

/// Readers that look at one moment after the other, without a pause between them.
#[test]
fn the_log_stays_short_beside_readers() {
    let (place, larder) = place();
    let store = acme(&larder).store();
    store.set("g", "0", b"").unwrap();
    let is_over = AtomicBool::new(false);
    let longest = std::thread::scope(|threads| {
        for _ in 0..3 {
            threads.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    store.page("g", 0, 10).unwrap();
                }
            });
        }
        let longest = write(&store, &place.root().join("tenants/acme/store.db-wal"));
        is_over.store(true, Ordering::Relaxed);
        longest
    });
    // A log begins anew when nobody reads from it for a moment: later than alone, but long before all that was written.
    assert!(longest <= 4 * LONGEST * FRAME, "{longest} bytes");
}
