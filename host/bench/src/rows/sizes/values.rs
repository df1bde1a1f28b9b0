use larder::{Config, Durability};
use wasmtime::component::Val;

use crate::{
    Result,
    bench::Bench,
    guest::text,
    measure::Case,
    report::{Durability as Writes, Line},
};

const KEYS: u64 = 4;

/// Values of 16 bytes to 1 MiB.
pub(crate) fn values(bench: &Bench) -> Result<Vec<Line>> {
    let (place, uncached_place) = (
        bench.place(Config::new().durability(Durability::Normal))?,
        bench.place(Config::new().durability(Durability::Normal).read_cache(0))?,
    );
    let (mut ours, mut uncached) = (bench.guest(&place.store)?, bench.guest(&uncached_place.store)?);
    let mut native = bench.native(Durability::Normal)?;
    let (mut gets, mut sets) = (Vec::new(), Vec::new());
    for (name, size) in [("16 B", 16), ("256 B", 256), ("4 KiB", 4 << 10), ("64 KiB", 64 << 10), ("1 MiB", 1_u32 << 20)]
    {
        for guest in [&mut ours, &mut uncached] {
            guest.fill(name, KEYS, size)?;
        }
        native.fill(name, KEYS, size)?;
        // Less often where each takes longer.
        let n = bench.operations(20_000 / (1 + u64::from(size) / 1_024)).max(KEYS);
        let bytes = n * u64::from(size);
        let get = [text(name), Val::U64(n), Val::U64(KEYS)];
        let stats = bench.in_turn(&mut [
            Case::new(n, || ours.timed("get-hot", &get, bytes)),
            Case::new(n, || uncached.timed("get-hot", &get, bytes)),
            Case::new(n, || native.get_hot(name, n, KEYS)),
        ])?;
        let [cached, not_cached, without] = stats[..] else { return Err("a case is missing".into()) };
        gets.push(
            Line::new(format!("get of {name}"), Writes::Reads, cached)
                .beside("no read cache", not_cached)
                .beside("native get", without),
        );
        let n = bench.operations(2_000 / (1 + u64::from(size) / 8_192)).max(KEYS);
        let set = [text(name), Val::U64(n), Val::U64(KEYS), Val::U32(size)];
        let stats = bench.in_turn(&mut [
            Case::new(n, || ours.timed("set-again", &set, 0)),
            Case::new(n, || native.set_again(name, n, KEYS, size)),
        ])?;
        let [set, without] = stats[..] else { return Err("a case is missing".into()) };
        sets.push(Line::new(format!("set of {name}"), Writes::Normal, set).beside("native upsert", without));
    }
    gets.extend(sets);
    Ok(gets)
}
