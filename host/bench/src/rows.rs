//! The rows, in the order of the table.

mod allocations;
mod batches;
mod engines;
mod http;
mod instances;
mod reads;
mod scans;
mod sets;
mod sizes;
mod tenants;
mod watch;
mod writers;

use crate::{Result, args::Args, bench::Bench, report::Line};

pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) run: fn(&Bench) -> Result<Vec<Line>>,
}

pub(crate) const ALL: &[Row] = &[
    Row { name: "get-hot", about: "get one of 16 entries, 64 bytes each", run: reads::hot },
    Row { name: "get-random", about: "get any of 100,000 entries, in the cache and not", run: reads::random },
    Row {
        name: "set",
        about: "one caller sets keys again, and new keys; durability full and normal",
        run: sets::one_caller,
    },
    Row {
        name: "set-many",
        about: "1,000 entries in a call, with feed and quotas and without",
        run: batches::set_many,
    },
    Row { name: "scan", about: "read 10,000 entries in order", run: scans::scan },
    Row {
        name: "instance",
        about: "new instance, one get, drop; a call of an instance that is there",
        run: instances::new,
    },
    Row {
        name: "writers",
        about: "1, 8 and 64 instances set keys of one tenant at once, durability full; syncs counted by strace",
        run: writers::writers,
    },
    Row {
        name: "watch",
        about: "a guest takes events; what watchers cost the writer, durability normal",
        run: watch::watch,
    },
    Row {
        name: "tenants",
        about: "a closed tenant is opened; 10,000 tenants of which 256 are open; what an open one holds",
        run: tenants::tenants,
    },
    Row {
        name: "sizes",
        about: "values of 16 B to 1 MiB, groups of 10 to 1,000,000 entries, 1 to 256 instances that read",
        run: sizes::sizes,
    },
    Row { name: "engines", about: "the engine without a guest, beside redb and fjall", run: engines::engines },
    Row {
        name: "http",
        about: "requests over HTTP that store nothing, get and set, beside wasmtime-wasi-http with wasi-keyvalue",
        run: http::http,
    },
    Row {
        name: "allocations",
        about: "what a guest's call takes of the host's allocator",
        run: allocations::allocations,
    },
];

/// The part of a row that `words` name, in this process, which was started for it. It prints numbers or nothing.
pub(crate) fn in_child(args: &Args, words: &[String]) -> Result<()> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [writers::CHILD, sets] => writers::in_child(&Bench::new(args)?, sets.parse()?),
        [tenants::CHILD, ref words @ ..] => tenants::in_child(words),
        _ => Err("there is no such part".into()),
    }
}
