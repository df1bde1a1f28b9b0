//! The loops of the benchmark over `wasi:keyvalue`, and one over a function that does nothing.

#[path = "../../bench/src/data.rs"]
mod data;

use bindings::larder::bench::floor;
use bindings::wasi::keyvalue::store::{self, Bucket};
use data::{Chance, Key, Value};

#[allow(unsafe_code, unreachable_pub, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        // As far as the loops use it: https://github.com/WebAssembly/wasi-keyvalue, version 0.2.0-draft.
        inline: "
            package larder:bench;

            interface floor {
                empty: func();
            }

            world keyvalue-loops {
                import wasi:keyvalue/store@0.2.0-draft;
                import floor;

                export empty: func(n: u64);
                export get-hot: func(n: u64, keys: u64) -> u64;
                export get-random: func(n: u64, keys: u64, seed: u64) -> u64;
                export set-again: func(n: u64, keys: u64, size: u32);
            }

            package wasi:keyvalue@0.2.0-draft {
                interface store {
                    variant error { no-such-store, access-denied, other(string) }

                    open: func(identifier: string) -> result<bucket, error>;

                    resource bucket {
                        get: func(key: string) -> result<option<list<u8>>, error>;
                        set: func(key: string, value: list<u8>) -> result<_, error>;
                    }
                }
            }
        ",
        world: "larder:bench/keyvalue-loops",
        generate_all,
    });

    export!(Loops with_types_in self);
    use super::Loops;
}

struct Loops;

thread_local! {
    static BUCKET: Bucket = store::open("").expect("the host has a store");
}

impl bindings::Guest for Loops {
    fn empty(n: u64) {
        for _ in 0..n {
            floor::empty();
        }
    }

    fn get_hot(n: u64, keys: u64) -> u64 {
        let keys = data::keys(keys);
        BUCKET.with(|bucket| keys.iter().cycle().take(n as usize).map(|key| length(bucket, key)).sum())
    }

    fn get_random(n: u64, keys: u64, seed: u64) -> u64 {
        let (mut key, mut chance) = (Key::new(), Chance::new(seed));
        BUCKET.with(|bucket| (0..n).map(|_| length(bucket, key.of(chance.below(keys)))).sum())
    }

    fn set_again(n: u64, keys: u64, size: u32) {
        let keys = data::keys(keys);
        let mut value = Value::new(size);
        BUCKET.with(|bucket| {
            for key in keys.iter().cycle().take(n as usize) {
                bucket.set(key, value.next()).expect("written");
            }
        });
    }
}

fn length(bucket: &Bucket, key: &str) -> u64 {
    bucket.get(key).expect("read").map_or(0, |value| value.len() as u64)
}
