//! The rows, in the order of the table.

mod batches;
mod instances;
mod reads;
mod scans;
mod sets;

use crate::{Result, bench::Bench, report::Line};

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
];
