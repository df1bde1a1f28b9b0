use larder_guest::bindings::batch;
use larder_guest::bindings::store::{Bound, Query, Store};

use crate::data::{Chance, Key, keys};

pub(crate) fn get_hot(store: &Store, group: &str, n: u64, most: u64) -> u64 {
    let keys = keys(most);
    let mut bytes = 0;
    for key in keys.iter().cycle().take(n as usize) {
        bytes += length(store, group, key);
    }
    bytes
}

pub(crate) fn get_random(store: &Store, group: &str, n: u64, keys: u64, seed: u64) -> u64 {
    let (mut key, mut chance) = (Key::new(), Chance::new(seed));
    let mut bytes = 0;
    for _ in 0..n {
        bytes += length(store, group, key.of(chance.below(keys)));
    }
    bytes
}

fn length(store: &Store, group: &str, key: &str) -> u64 {
    store.get(group, key).expect("read").map_or(0, |value| value.len() as u64)
}

pub(crate) fn get_many(store: &Store, group: &str, n: u64, batch: u32, keys: u64, seed: u64) -> u64 {
    let (mut places, mut chance) = ((0..batch).map(|_| Key::new()).collect::<Vec<_>>(), Chance::new(seed));
    let mut bytes = 0;
    for _ in 0..n / u64::from(batch) {
        let wanted: Vec<&str> = places.iter_mut().map(|place| place.of(chance.below(keys))).collect();
        let values = batch::get_many(store, group, &wanted).expect("read");
        bytes += values.iter().flatten().map(|value| value.len() as u64).sum::<u64>();
    }
    bytes
}

pub(crate) fn exists(store: &Store, group: &str, n: u64, most: u64) -> u64 {
    let keys = keys(most);
    let mut found = 0;
    for key in keys.iter().cycle().take(n as usize) {
        found += u64::from(store.exists(group, key).expect("read"));
    }
    found
}

pub(crate) fn scan(store: &Store, group: &str, limit: u32) -> u64 {
    let (mut entries, mut cursor) = (0, None);
    loop {
        let page = store.scan(query(group, Bound::Unbounded, limit, cursor.as_deref())).expect("scanned");
        entries += page.entries.len() as u64;
        cursor = page.next;
        if cursor.is_none() {
            return entries;
        }
    }
}

/// Walks over the entries where they lie, and looks at their keys and values.
pub(crate) fn scan_packed(store: &Store, group: &str, limit: u32) -> u64 {
    let (mut entries, mut cursor, mut bytes) = (0, None, 0);
    loop {
        let page = store.scan_packed(query(group, Bound::Unbounded, limit, cursor.as_deref())).expect("scanned");
        let mut rest = &page.entries[..];
        while let Some((head, behind)) = rest.split_at_checked(24) {
            let length = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize;
            let (key, behind) = behind.split_at(length(16));
            let (value, behind) = behind.split_at(length(20));
            bytes += core::str::from_utf8(key).expect("text").len() + value.len();
            entries += 1;
            rest = behind;
        }
        cursor = page.next;
        if cursor.is_none() {
            core::hint::black_box(bytes);
            return entries;
        }
    }
}

pub(crate) fn page_behind(store: &Store, group: &str, number: u64, limit: u32, n: u64) -> u64 {
    let (mut key, mut entries) = (Key::new(), 0);
    let key = key.of(number);
    for _ in 0..n {
        let page = store.scan(query(group, Bound::Excluded(key), limit, None)).expect("scanned");
        entries += page.entries.len() as u64;
    }
    entries
}

fn query<'a>(group: &'a str, start: Bound<'a>, limit: u32, cursor: Option<&'a str>) -> Query<'a> {
    Query { group, prefix: "", start, end: Bound::Unbounded, reverse: false, values: true, limit, cursor }
}
