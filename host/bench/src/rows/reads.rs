use larder::{Config, Durability};
use wasmtime::component::Val;

use crate::{
    Result,
    bench::{Bench, GROUP, SIZE},
    guest::{Form, text},
    measure::Case,
    report::{Durability as Writes, Line},
};

const HOT_KEYS: u64 = 16;

/// Of the reads that are random.
const KEYS: u64 = 100_000;

pub(crate) fn hot(bench: &Bench) -> Result<Vec<Line>> {
    let n = bench.operations(50_000);
    let bytes = n * u64::from(SIZE);
    let (place, uncached_place) = (bench.place(Config::new())?, bench.place(Config::new().read_cache(0))?);
    let (mut ours, mut uncached) = (bench.guest(&place.store)?, bench.guest(&uncached_place.store)?);
    ours.fill(GROUP, HOT_KEYS, SIZE)?;
    uncached.fill(GROUP, HOT_KEYS, SIZE)?;
    let (mut native, mut large) = (bench.native(Durability::Full)?, bench.native(Durability::Full)?);
    native.fill(GROUP, HOT_KEYS, SIZE)?;
    large.fill(GROUP, KEYS, SIZE)?;
    let (mut echo, mut echo_async) = (bench.echo(Form::Plain)?, bench.echo(Form::Async)?);
    let mut echo_concurrent = bench.echo(Form::ConcurrentEngine)?;
    let (mut keyvalue, mut floor) = (bench.keyvalue(HOT_KEYS)?, bench.keyvalue(0)?);
    let arguments = [text(GROUP), Val::U64(n), Val::U64(HOT_KEYS)];
    let mut seed = 0;
    let stats = bench.in_turn(&mut [
        Case::new(n, || ours.timed("get-hot", &arguments, bytes)),
        Case::new(n, || uncached.timed("get-hot", &arguments, bytes)),
        Case::new(n, || native.get_hot(GROUP, n, HOT_KEYS)),
        Case::new(n, || large.get_random(GROUP, n, KEYS, next_seed(&mut seed))),
        Case::new(n, || echo.get_hot(n, HOT_KEYS)),
        Case::new(n, || echo_async.get_hot(n, HOT_KEYS)),
        Case::new(n, || echo_concurrent.get_hot(n, HOT_KEYS)),
        Case::new(n, || keyvalue.get_hot(n, HOT_KEYS)),
        Case::new(n, || floor.empty(n)),
    ])?;
    let [ours, uncached, native, random, echo, echo_async, echo_concurrent, keyvalue, empty] = stats[..] else {
        return Err("a case is missing".into());
    };
    // What a get costs SQLite is told by one over many keys: one of 16 finds all that it needs in the processor's caches,
    // and takes less than the way into a host function.
    let cached = Line::new("get hot", Writes::Reads, ours)
        .at_most_times(0.15, "native get of 100,000", random)
        .beside("native get of 16", native)
        .at_most_times(1.5, "echo", echo)
        .beside("echo, async function", echo_async)
        .beside("echo, concurrent engine", echo_concurrent)
        .beside("wasi:keyvalue in memory", keyvalue)
        .beside("empty call", empty);
    let uncached = Line::new("get hot, no read cache", Writes::Reads, uncached)
        .beside("with the cache", ours)
        .beside("native get of 16", native);
    Ok(vec![cached, uncached])
}

pub(crate) fn random(bench: &Bench) -> Result<Vec<Line>> {
    let n = bench.operations(20_000);
    let bytes = n * u64::from(SIZE);
    let filled = |config: Config| {
        let place = bench.place(config.clone())?;
        bench.guest(&place.store)?.fill(GROUP, KEYS, SIZE)?;
        place.reopened(config)
    };
    // The one has room for all entries, the other for none.
    let (place, uncached_place) = (filled(Config::new())?, filled(Config::new().read_cache(0))?);
    let (mut ours, mut uncached) = (bench.guest(&place.store)?, bench.guest(&uncached_place.store)?);
    // Each key is read at least once by this, but for one in some hundred million.
    ours.call("get-random", &[text(GROUP), Val::U64(20 * KEYS), Val::U64(KEYS), Val::U64(0)])?;
    let mut native = bench.native(Durability::Full)?;
    native.fill(GROUP, KEYS, SIZE)?;
    let mut keyvalue = bench.keyvalue(KEYS)?;
    let arguments = |seed| [text(GROUP), Val::U64(n), Val::U64(KEYS), Val::U64(seed)];
    let (mut seed, mut uncached_seed, mut native_seed, mut keyvalue_seed) = (0, 0, 0, 0);
    let stats = bench.in_turn(&mut [
        Case::new(n, || ours.timed("get-random", &arguments(next_seed(&mut seed)), bytes)),
        Case::new(n, || uncached.timed("get-random", &arguments(next_seed(&mut uncached_seed)), bytes)),
        Case::new(n, || native.get_random(GROUP, n, KEYS, next_seed(&mut native_seed))),
        Case::new(n, || keyvalue.get_random(n, KEYS, next_seed(&mut keyvalue_seed))),
    ])?;
    let [ours, uncached, native, keyvalue] = stats[..] else { return Err("a case is missing".into()) };
    let cached = Line::new("get random, cached", Writes::Reads, ours)
        .at_most_times(0.25, "native get", native)
        .beside("wasi:keyvalue in memory", keyvalue);
    let uncached = Line::new("get random, uncached", Writes::Reads, uncached).at_most_times(1.2, "native get", native);
    Ok(vec![cached, uncached])
}

fn next_seed(seed: &mut u64) -> u64 {
    *seed += 1;
    *seed
}
