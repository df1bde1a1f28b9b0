use std::cell::RefCell;

use larder_guest::bindings::events::{Filter, Watcher};
use larder_guest::bindings::store::Store;

thread_local! {
    static WATCHER: RefCell<Option<Watcher>> = const { RefCell::new(None) };
}

pub(crate) fn watch(store: &Store, group: &str) {
    let watcher = Watcher::watch(store, Filter::Group(group), None).expect("watched");
    WATCHER.set(Some(watcher));
}

pub(crate) fn drain(n: u64, max: u32) -> u64 {
    WATCHER.with_borrow(|watcher| {
        let watcher = watcher.as_ref().expect("watching");
        let mut taken = 0;
        while taken < n {
            taken += watcher.next(max, None).expect("told").len() as u64;
        }
        taken
    })
}

pub(crate) fn unwatch() {
    WATCHER.set(None);
}
