use larder::{Config, Durability};
use wasmtime::component::Val;

use crate::{
    Result,
    bench::{Bench, GROUP, SIZE},
    guest::text,
    measure::Case,
    report::{Durability as Writes, Line},
};

const KEYS: u64 = 1_000;

pub(crate) fn one_caller(bench: &Bench) -> Result<Vec<Line>> {
    let full = durability(bench, Durability::Full, Writes::Full, 1.1, bench.operations(300))?;
    let normal = durability(bench, Durability::Normal, Writes::Normal, 1.5, bench.operations(3_000))?;
    Ok(full.into_iter().chain(normal).collect())
}

fn durability(bench: &Bench, durability: Durability, writes: Writes, most: f64, n: u64) -> Result<Vec<Line>> {
    let place = bench.place(Config::new().durability(durability))?;
    let mut ours = bench.guest(&place.store)?;
    let mut single = bench.guest_on_one_thread(&place.store)?;
    ours.fill(GROUP, KEYS, SIZE)?;
    let mut native = bench.native(durability)?;
    native.fill(GROUP, KEYS, SIZE)?;
    let mut keyvalue = bench.keyvalue(KEYS)?;
    let arguments = [text(GROUP), Val::U64(n), Val::U64(KEYS), Val::U32(SIZE)];
    let again = bench.in_turn(&mut [
        Case::new(n, || ours.timed("set-again", &arguments, 0)),
        Case::new(n, || single.timed("set-again", &arguments, 0)),
        Case::new(n, || native.set_again(GROUP, n, KEYS, SIZE)),
        Case::new(n, || native.set_again_and_tell(GROUP, n, KEYS, SIZE)),
        Case::new(n, || keyvalue.set_again(n, KEYS)),
    ])?;
    let (mut next, mut native_next) = (KEYS, KEYS);
    let fresh = bench.in_turn(&mut [
        Case::new(n, || {
            let arguments = [text(GROUP), Val::U64(next), Val::U64(n), Val::U32(SIZE)];
            next += n;
            ours.timed("set", &arguments, 0)
        }),
        Case::new(n, || {
            native_next += n;
            native.set(GROUP, native_next - n, n, SIZE)
        }),
    ])?;
    let [again, handed_over, native_again, told, keyvalue] = again[..] else { return Err("a case is missing".into()) };
    let [fresh, native_fresh] = fresh[..] else { return Err("a case is missing".into()) };
    Ok(vec![
        Line::new("set again", writes, again)
            .at_most_times(most, "native upsert", native_again)
            .beside("native upsert and an event", told)
            .beside("executor of one thread", handed_over)
            .beside("wasi:keyvalue in memory", keyvalue),
        Line::new("set new", writes, fresh).at_most_times(most, "native upsert", native_fresh),
    ])
}
