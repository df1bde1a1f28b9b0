//! A plugin and its tests in one component: what the kit lets a test do.

use larder_guest::Store;
use larder_test_programs::kit;
use std::time::Duration;

larder_test_programs::bindings! {
    inline: "
        package test:kit;
        world all {
            export put: func(key: string, ttl-ms: u64) -> result<_, string>;
            export test-moves-the-clock: func() -> result<_, string>;
            export test-faults: func() -> result<_, string>;
            export test-calls-badly: func() -> result<_, string>;
        }
    ",
    world: "test:kit/all",
}

struct All;

type Verdict = Result<(), String>;

impl bindings::Guest for All {
    /// The plugin.
    fn put(key: String, ttl_ms: u64) -> Verdict {
        let store = Store::default_store()?;
        store.set("g", &key, &key)?;
        Ok(store.set_with_ttl("g", &key, &key, Duration::from_millis(ttl_ms)).map(drop)?)
    }

    fn test_moves_the_clock() -> Verdict {
        kit::moves_the_clock()
    }

    fn test_faults() -> Verdict {
        kit::faults()
    }

    fn test_calls_badly() -> Verdict {
        kit::calls_badly()
    }
}

bindings::export!(All with_types_in bindings);

fn main() {}
