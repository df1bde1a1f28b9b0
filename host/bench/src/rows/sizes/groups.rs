use std::time::{Duration, Instant};

use larder::{Config, Durability, Store};
use wasmtime::component::Val;

use crate::{
    Result,
    bench::{Bench, GROUP, Place, SIZE},
    guest::{Guest, text},
    measure::{Case, Stats},
    report::{Durability as Writes, Line},
};

/// Entries of a page.
const PAGE: u32 = 10;

/// Nothing may take longer in a large group but what the documents say does; caches of the processor and of pages take
/// their share, which is no growth with the group.
const FLAT: f64 = 3.0;

const SIZES: [u64; 4] = [10, 1_000, 100_000, 1_000_000];

struct Group<'a> {
    entries: u64,
    place: Place,
    guest: Guest<'a>,
}

type Work = fn(&mut Group<'_>, u64) -> Result<Duration>;

/// What is done, how often, and whether its time may grow.
const KINDS: [(&str, u64, bool, Work); 5] = [
    ("get, no read cache", 5_000, false, get),
    ("scan behind the far end's key", 1_000, false, scan),
    ("count", 5_000, false, count),
    ("usage", 5_000, false, usage),
    ("page at the far end, by offset", 5, true, page),
];

/// Groups of 10 to 1,000,000 entries, each in a tenant of its own.
pub(crate) fn groups(bench: &Bench) -> Result<Vec<Line>> {
    let config = || Config::new().durability(Durability::Normal).read_cache(0);
    let mut groups: Vec<Group<'_>> = SIZES
        .iter()
        .map(|entries| {
            let entries = bench.operations(*entries).max(u64::from(PAGE));
            let place = bench.place(config())?;
            bench.guest(&place.store)?.fill(GROUP, entries, SIZE)?;
            let place = place.reopened(config())?;
            let guest = bench.guest(&place.store)?;
            Ok(Group { entries, place, guest })
        })
        .collect::<Result<_>>()?;
    let mut lines = Vec::new();
    for (name, usual, grows, work) in KINDS {
        let n = bench.operations(usual);
        let mut cases: Vec<Case<'_>> = groups.iter_mut().map(|group| Case::new(n, move || work(group, n))).collect();
        let stats: Vec<Stats> = bench.in_turn(&mut cases)?;
        let [ten, thousand, hundred_thousand, million] = stats[..] else { return Err("a case is missing".into()) };
        let line = Line::new(format!("1,000,000: {name}"), Writes::Reads, million)
            .beside("100,000 entries", hundred_thousand)
            .beside("1,000 entries", thousand);
        lines.push(if grows { line.beside("10 entries", ten) } else { line.at_most_times(FLAT, "10 entries", ten) });
    }
    Ok(lines)
}

fn get(group: &mut Group<'_>, n: u64) -> Result<Duration> {
    let arguments = [text(GROUP), Val::U64(n), Val::U64(group.entries), Val::U64(n)];
    group.guest.timed("get-random", &arguments, n * u64::from(SIZE))
}

fn scan(group: &mut Group<'_>, n: u64) -> Result<Duration> {
    // The last page is a full one, but for the smallest group, which has one entry less behind its first key.
    let behind = group.entries.saturating_sub(u64::from(PAGE) + 1);
    let entries = u64::from(PAGE).min(group.entries - behind - 1);
    let arguments = [text(GROUP), Val::U64(behind), Val::U32(PAGE), Val::U64(n)];
    group.guest.timed("page-behind", &arguments, n * entries)
}

fn count(group: &mut Group<'_>, n: u64) -> Result<Duration> {
    group.guest.timed("count", &[text(GROUP), Val::U64(n)], group.entries)
}

fn usage(group: &mut Group<'_>, n: u64) -> Result<Duration> {
    let start = Instant::now();
    group.guest.call("usage", &[Val::U64(n)])?;
    Ok(start.elapsed())
}

/// Natively: what grows is SQLite's work.
fn page(group: &mut Group<'_>, n: u64) -> Result<Duration> {
    let (store, offset): (&Store, u64) = (&group.place.store, group.entries - u64::from(PAGE));
    let start = Instant::now();
    for _ in 0..n {
        if store.page(GROUP, offset, PAGE)?.entries.len() != PAGE as usize {
            return Err("the page is not full".into());
        }
    }
    Ok(start.elapsed())
}
