use std::time::Instant;

use larder_guest::bindings::store::Store;
use larder_guest::bindings::transactions::Transaction;
use larder_guest::bindings::{atomics, batch};

use crate::data::{Key, Value, keys};

pub(crate) fn fill(store: &Store, group: &str, start: u64, n: u64, size: u32, batch: u32) {
    let mut value = Value::new(size);
    let mut places: Vec<Key> = (0..batch).map(|_| Key::new()).collect();
    let mut next = start;
    while next < start + n {
        let most = u64::from(batch).min(start + n - next) as usize;
        let value = value.next();
        let entries: Vec<(&str, &[u8])> =
            places.iter_mut().take(most).zip(next..).map(|(place, number)| (place.of(number), value)).collect();
        batch::set_many(store, group, &entries).expect("written");
        next += most as u64;
    }
}

pub(crate) fn set(store: &Store, group: &str, start: u64, n: u64, size: u32) {
    let (mut key, mut value) = (Key::new(), Value::new(size));
    for number in start..start + n {
        store.set(group, key.of(number), value.next()).expect("written");
    }
}

pub(crate) fn set_again(store: &Store, group: &str, n: u64, most: u64, size: u32) {
    let (keys, mut value) = (keys(most), Value::new(size));
    for key in keys.iter().cycle().take(n as usize) {
        store.set(group, key, value.next()).expect("written");
    }
}

pub(crate) fn set_timed(store: &Store, group: &str, n: u64, most: u64, size: u32) -> Vec<u64> {
    let (keys, mut value) = (keys(most), Value::new(size));
    let mut times = Vec::with_capacity(n as usize);
    for key in keys.iter().cycle().take(n as usize) {
        let start = Instant::now();
        store.set(group, key, value.next()).expect("written");
        times.push(start.elapsed().as_nanos() as u64);
    }
    times
}

pub(crate) fn increment(store: &Store, group: &str, n: u64) {
    for _ in 0..n {
        atomics::increment(store, group, "counter", 1).expect("written");
    }
}

pub(crate) fn transaction(store: &Store, group: &str, n: u64, entries: u64, size: u32) {
    for _ in 0..n {
        let transaction = Transaction::begin(store).expect("begun");
        let inside = transaction.store().expect("opened");
        set(&inside, group, 0, entries, size);
        drop(inside);
        Transaction::commit(transaction).expect("committed");
    }
}
