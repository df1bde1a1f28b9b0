//! Writes for ever by `wasi:keyvalue`, and says after each write, on a line of its own, that it was told it is stored.
//!
//! `k <me> <n>`: the key `<me>/<n>` has the value `n`. `b <me> <n>`: one call wrote `n` to both `<me>/left` and `<me>/right`.
//! `i <me> <n>`: the counter `<me>/count` has come to `n`.

use std::io::{Write, stdout};

use bindings::wasi::keyvalue::{
    atomics::increment,
    batch::set_many,
    store::{Error, open},
};
use larder_test_programs::argument;

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft", world: "all" }

fn main() -> Result<(), Error> {
    let me = argument(1);
    let bucket = open("")?;
    let key = |name: &str| format!("{me}/{name}");
    loop {
        let n = increment(&bucket, &key("count"), 1)?;
        say("i", &me, n);
        let text = n.to_string();
        bucket.set(&key(&text), text.as_bytes())?;
        say("k", &me, n);
        set_many(&bucket, &[(key("left"), text.clone().into_bytes()), (key("right"), text.into_bytes())])?;
        say("b", &me, n);
    }
}

fn say(what: &str, me: &str, n: u64) {
    let line = format!("{what} {me} {n}\n");
    stdout().write_all(line.as_bytes()).and_then(|()| stdout().flush()).expect("somebody listens");
}
