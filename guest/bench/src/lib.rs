//! What the benchmark has guests do. Each export runs a loop, so that the way into the guest is paid once and each turn
//! crosses into the host once.
//!
//! The loops call the bindings and not the SDK's types: `Store::set_many` of the SDK makes a list of its own on the way,
//! and what is measured here is the host.

mod data;
mod reads;
mod watches;
mod writes;

use larder_guest::bindings::store::Store;

#[allow(unsafe_code, unreachable_pub, reason = "generated code")]
mod bindings {
    larder_guest::wit_bindgen::generate!({
        inline: "
            package larder:bench;

            world loops {
                /// Sets the keys from `start` on, `batch` at a time.
                export fill: func(group: string, start: u64, n: u64, size: u32, batch: u32);
                /// Gets the first `keys` keys in turn; answers the bytes of all values.
                export get-hot: func(group: string, n: u64, keys: u64) -> u64;
                /// Gets any of the first `keys` keys.
                export get-random: func(group: string, n: u64, keys: u64, seed: u64) -> u64;
                /// Gets any of the first `keys` keys, `batch` at a time; `n` keys in all.
                export get-many: func(group: string, n: u64, batch: u32, keys: u64, seed: u64) -> u64;
                export exists: func(group: string, n: u64, keys: u64) -> u64;
                export count: func(group: string, n: u64) -> u64;
                export count-all: func(prefix: string, n: u64) -> u64;
                export usage: func(n: u64) -> u64;
                /// Reads a group from one end to the other, once; answers the number of entries.
                export scan: func(group: string, limit: u32) -> u64;
                export scan-packed: func(group: string, limit: u32) -> u64;
                /// Reads the page behind a key.
                export page-behind: func(group: string, key: u64, limit: u32, n: u64) -> u64;
                /// Sets the keys from `start` on.
                export set: func(group: string, start: u64, n: u64, size: u32);
                /// Sets the first `keys` keys in turn.
                export set-again: func(group: string, n: u64, keys: u64, size: u32);
                /// As `set-again`; answers how long each took, in nanoseconds.
                export set-timed: func(group: string, n: u64, keys: u64, size: u32) -> list<u64>;
                /// Increments one counter.
                export increment: func(group: string, n: u64);
                /// Sets `entries` keys in each of `n` transactions.
                export transaction: func(group: string, n: u64, entries: u64, size: u32);
                /// Watches a group from now on.
                export watch: func(group: string);
                /// Takes `n` events of those that wait, at most `max` at a time.
                export drain: func(n: u64, max: u32) -> u64;
                /// Stops watching.
                export unwatch: func();
            }
        ",
        runtime_path: "larder_guest::wit_bindgen::rt",
    });

    export!(Loops with_types_in self);
    use super::Loops;
}

struct Loops;

thread_local! {
    /// Opened once: opening is no part of what is measured.
    static STORE: Store = Store::open("default").expect("the host grants a store");
}

impl bindings::Guest for Loops {
    fn fill(group: String, start: u64, n: u64, size: u32, batch: u32) {
        STORE.with(|store| writes::fill(store, &group, start, n, size, batch));
    }

    fn get_hot(group: String, n: u64, keys: u64) -> u64 {
        STORE.with(|store| reads::get_hot(store, &group, n, keys))
    }

    fn get_random(group: String, n: u64, keys: u64, seed: u64) -> u64 {
        STORE.with(|store| reads::get_random(store, &group, n, keys, seed))
    }

    fn get_many(group: String, n: u64, batch: u32, keys: u64, seed: u64) -> u64 {
        STORE.with(|store| reads::get_many(store, &group, n, batch, keys, seed))
    }

    fn exists(group: String, n: u64, keys: u64) -> u64 {
        STORE.with(|store| reads::exists(store, &group, n, keys))
    }

    fn count(group: String, n: u64) -> u64 {
        STORE.with(|store| (0..n).map(|_| store.count(&group).expect("counted")).last().unwrap_or(0))
    }

    fn count_all(prefix: String, n: u64) -> u64 {
        STORE.with(|store| (0..n).map(|_| store.count_all(&prefix).expect("counted")).last().unwrap_or(0))
    }

    fn usage(n: u64) -> u64 {
        STORE.with(|store| (0..n).map(|_| store.usage().expect("counted").bytes.used).last().unwrap_or(0))
    }

    fn scan(group: String, limit: u32) -> u64 {
        STORE.with(|store| reads::scan(store, &group, limit))
    }

    fn scan_packed(group: String, limit: u32) -> u64 {
        STORE.with(|store| reads::scan_packed(store, &group, limit))
    }

    fn page_behind(group: String, key: u64, limit: u32, n: u64) -> u64 {
        STORE.with(|store| reads::page_behind(store, &group, key, limit, n))
    }

    fn set(group: String, start: u64, n: u64, size: u32) {
        STORE.with(|store| writes::set(store, &group, start, n, size));
    }

    fn set_again(group: String, n: u64, keys: u64, size: u32) {
        STORE.with(|store| writes::set_again(store, &group, n, keys, size));
    }

    fn set_timed(group: String, n: u64, keys: u64, size: u32) -> Vec<u64> {
        STORE.with(|store| writes::set_timed(store, &group, n, keys, size))
    }

    fn increment(group: String, n: u64) {
        STORE.with(|store| writes::increment(store, &group, n));
    }

    fn transaction(group: String, n: u64, entries: u64, size: u32) {
        STORE.with(|store| writes::transaction(store, &group, n, entries, size));
    }

    fn watch(group: String) {
        STORE.with(|store| watches::watch(store, &group));
    }

    fn drain(n: u64, max: u32) -> u64 {
        watches::drain(n, max)
    }

    fn unwatch() {
        watches::unwatch();
    }
}
