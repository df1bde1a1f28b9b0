use larder::{Config, Durability};
use wasmtime::component::Val;

use crate::{
    Result,
    bench::{Bench, GROUP, SIZE},
    guest::text,
    measure::Case,
    report::{Durability as Writes, Line},
};

const ENTRIES: u64 = 10_000;

pub(crate) fn scan(bench: &Bench) -> Result<Vec<Line>> {
    let place = bench.place(Config::new())?;
    bench.guest(&place.store)?.fill(GROUP, ENTRIES, SIZE)?;
    let place = place.reopened(Config::new())?;
    let (mut packed, mut most, mut pages) =
        (bench.guest(&place.store)?, bench.guest(&place.store)?, bench.guest(&place.store)?);
    let mut native = bench.native(Durability::Full)?;
    native.fill(GROUP, ENTRIES, SIZE)?;
    let stats = bench.in_turn(&mut [
        Case::new(ENTRIES, || packed.timed("scan-packed", &[text(GROUP), Val::U32(0)], ENTRIES)),
        Case::new(ENTRIES, || most.timed("scan", &[text(GROUP), Val::U32(0)], ENTRIES)),
        Case::new(ENTRIES, || pages.timed("scan", &[text(GROUP), Val::U32(1_000)], ENTRIES)),
        Case::new(ENTRIES, || native.scan(GROUP, ENTRIES)),
        Case::new(ENTRIES, || native.scan_packed(GROUP, ENTRIES)),
    ])?;
    let [packed, most, pages, native, native_packed] = stats[..] else { return Err("a case is missing".into()) };
    Ok(vec![
        Line::new("scan packed, an entry", Writes::Reads, packed)
            .at_most_times(1.1, "native scan", native)
            .beside("native, version and expiry too, packed", native_packed),
        Line::new("scan, an entry", Writes::Reads, most).beside("native scan", native),
        Line::new("scan by 1,000, an entry", Writes::Reads, pages).beside("native scan", native),
    ])
}
