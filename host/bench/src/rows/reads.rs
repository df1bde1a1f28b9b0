use larder::{Config, Durability};
use wasmtime::component::Val;

use crate::{
    Result,
    bench::{Bench, GROUP, SIZE},
    guest::text,
    measure::Case,
    report::{Durability as Writes, Line},
};

const HOT_KEYS: u64 = 16;

pub(crate) fn hot(bench: &Bench) -> Result<Vec<Line>> {
    let n = bench.operations(50_000);
    let bytes = n * u64::from(SIZE);
    let place = bench.place(Config::new())?;
    let mut ours = bench.guest(&place.store)?;
    ours.fill(GROUP, HOT_KEYS, SIZE)?;
    let mut native = bench.native(Durability::Full)?;
    native.fill(GROUP, HOT_KEYS, SIZE)?;
    let (mut echo, mut echo_async) = (bench.echo(false)?, bench.echo(true)?);
    let (mut keyvalue, mut floor) = (bench.keyvalue(HOT_KEYS)?, bench.keyvalue(0)?);
    let stats = bench.in_turn(&mut [
        Case::new(n, || ours.timed("get-hot", &[text(GROUP), Val::U64(n), Val::U64(HOT_KEYS)], bytes)),
        Case::new(n, || native.get_hot(GROUP, n, HOT_KEYS)),
        Case::new(n, || echo.get_hot(n, HOT_KEYS)),
        Case::new(n, || echo_async.get_hot(n, HOT_KEYS)),
        Case::new(n, || keyvalue.get_hot(n, HOT_KEYS)),
        Case::new(n, || floor.empty(n)),
    ])?;
    let [ours, native, echo, echo_async, keyvalue, empty] = stats[..] else { return Err("a case is missing".into()) };
    let line = Line::new("get hot", Writes::Reads, ours)
        .at_most_times(0.15, "native get", native)
        .at_most_times(1.5, "echo", echo)
        .beside("echo, async function", echo_async)
        .beside("wasi:keyvalue in memory", keyvalue)
        .beside("empty call", empty);
    Ok(vec![line])
}

pub(crate) fn random(bench: &Bench) -> Result<Vec<Line>> {
    const KEYS: u64 = 100_000;
    let n = bench.operations(20_000);
    let bytes = n * u64::from(SIZE);
    let place = bench.place(Config::new())?;
    bench.guest(&place.store)?.fill(GROUP, KEYS, SIZE)?;
    // PLACE OF THE CACHE: with `Config::read_cache(bytes)`, "in cache" is a root with room for all entries that were read
    // once before, and "not in cache" one with `read_cache(0)`. Until then both are the same.
    let place = place.reopened(Config::new())?;
    let mut ours = bench.guest(&place.store)?;
    let mut native = bench.native(Durability::Full)?;
    native.fill(GROUP, KEYS, SIZE)?;
    let mut keyvalue = bench.keyvalue(KEYS)?;
    let arguments = |seed| [text(GROUP), Val::U64(n), Val::U64(KEYS), Val::U64(seed)];
    let (mut seed, mut native_seed, mut keyvalue_seed) = (0, 0, 0);
    let stats = bench.in_turn(&mut [
        Case::new(n, || ours.timed("get-random", &arguments(next_seed(&mut seed)), bytes)),
        Case::new(n, || native.get_random(GROUP, n, KEYS, next_seed(&mut native_seed))),
        Case::new(n, || keyvalue.get_random(n, KEYS, next_seed(&mut keyvalue_seed))),
    ])?;
    let [ours, native, keyvalue] = stats[..] else { return Err("a case is missing".into()) };
    let cached = Line::new("get random, cached", Writes::Reads, ours)
        .at_most_times(0.25, "native get", native)
        .beside("wasi:keyvalue in memory", keyvalue);
    let uncached = Line::new("get random, uncached", Writes::Reads, ours).at_most_times(1.2, "native get", native);
    Ok(vec![cached, uncached])
}

fn next_seed(seed: &mut u64) -> u64 {
    *seed += 1;
    *seed
}
