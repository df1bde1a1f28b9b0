use larder::{Config, Durability};
use wasmtime::component::Val;

use crate::{
    Result,
    bench::{Bench, GROUP, SIZE},
    guest::text,
    measure::Case,
    report::{Durability as Writes, Line},
};

const BATCH: u64 = 1_000;

pub(crate) fn set_many(bench: &Bench) -> Result<Vec<Line>> {
    let n = BATCH * bench.operations(10);
    let with_feed = bench.place(Config::new())?;
    let without_feed = bench.place(Config::new().feed(None))?;
    let mut ours = bench.guest(&with_feed.bounded()?)?;
    let mut no_feed = bench.guest(&without_feed.store)?;
    let mut one_by_one = bench.guest(&with_feed.bounded()?)?;
    let (native, telling) = (bench.native(Durability::Full)?, bench.native(Durability::Full)?);
    let mut lines = Vec::new();
    for (name, fresh) in [("new", true), ("again", false)] {
        // The keys that are set again are those that were new.
        let (mut next, mut no_feed_next, mut native_next, mut telling_next) = (0, 0, 0, 0);
        let step = if fresh { n } else { 0 };
        let few = n / BATCH * 30;
        let single = [text(GROUP), Val::U64(few), Val::U64(BATCH), Val::U32(SIZE)];
        let stats = bench.in_turn(&mut [
            Case::new(n, || ours.timed("fill", &arguments(advance(&mut next, step), n), 0)),
            Case::new(n, || no_feed.timed("fill", &arguments(advance(&mut no_feed_next, step), n), 0)),
            Case::new(few, || one_by_one.timed("set-again", &single, 0)),
            Case::new(n, || native.set_many(GROUP, advance(&mut native_next, step), n, SIZE, BATCH)),
            Case::new(n, || telling.set_many_and_tell(GROUP, advance(&mut telling_next, step), n, SIZE, BATCH)),
        ])?;
        let [ours, no_feed, one_by_one, native, told] = stats[..] else { return Err("a case is missing".into()) };
        let line = Line::new(format!("set many {name}, feed, quotas"), Writes::Full, ours);
        lines.push(
            line.at_most_times(1.4, "native transaction", native)
                .beside("native with versions and events", told)
                .beside("a call and a commit each", one_by_one),
        );
        lines.push(Line::new(format!("set many {name}, no feed"), Writes::Full, no_feed).at_most_times(
            1.1,
            "native transaction",
            native,
        ));
    }
    Ok(lines)
}

fn arguments(start: u64, n: u64) -> [Val; 5] {
    [text(GROUP), Val::U64(start), Val::U64(n), Val::U32(SIZE), Val::U32(BATCH as u32)]
}

fn advance(next: &mut u64, by: u64) -> u64 {
    *next += by;
    *next - by
}
