//! Writes for ever, and says after each write, on a line of its own, that it was told it is stored.
//!
//! `w <me> <n>`: the entry `n` of the group `single-<me>` has the value `n`. `t <me> <n>`: a transaction wrote `n` to both
//! entries of `pair-<me>` and added 1 to the counters `shared` and `<me>`.

use std::io::{Write, stdout};

use larder_guest::{Result, Store};
use larder_test_programs::argument;

fn main() -> Result<()> {
    let me = argument(1);
    let store = Store::default_store()?;
    let (single, pair) = (format!("single-{me}"), format!("pair-{me}"));
    let mut n = store.count(&single)?;
    loop {
        n += 1;
        let text = n.to_string();
        store.set(&single, &text, &text)?;
        say("w", &me, n);
        if n % 3 == 0 {
            store.transaction(|tx| {
                tx.set(&pair, "left", &text)?;
                tx.increment("counters", "shared", 1)?;
                tx.increment("counters", &me, 1)?;
                tx.set(&pair, "right", &text)
            })?;
            say("t", &me, n);
        }
    }
}

fn say(what: &str, me: &str, n: u64) {
    let line = format!("{what} {me} {n}\n");
    stdout().write_all(line.as_bytes()).and_then(|()| stdout().flush()).expect("somebody listens");
}
