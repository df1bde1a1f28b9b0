use std::time::{Duration, Instant};

use larder::{Config, Plugin, Store};
use wasmtime::component::Val;

use crate::{
    Result,
    bench::{Bench, GROUP, SIZE, setup},
    guest::text,
    measure::Case,
    report::{Durability as Writes, Line},
};

pub(crate) fn new(bench: &Bench) -> Result<Vec<Line>> {
    let n = bench.operations(300);
    let calls = bench.operations(5_000);
    let place = bench.place(Config::new())?;
    let mut guest = bench.guest(&place.store)?;
    guest.fill(GROUP, 1, SIZE)?;
    let mut idle = bench.guest(&place.store)?;
    let pooling = bench.pooling_plugin()?;
    let stats = bench.in_turn(&mut [
        Case::new(n, || short_lives(bench, &pooling, &place.store, n)),
        Case::new(n, || short_lives(bench, bench.plugin(), &place.store, n)),
        Case::new(calls, || {
            let start = Instant::now();
            for _ in 0..calls {
                guest.call("get-hot", &one_get())?;
            }
            Ok(start.elapsed())
        }),
        Case::new(calls, || {
            let start = Instant::now();
            for _ in 0..calls {
                idle.call("get-hot", &no_get())?;
            }
            Ok(start.elapsed())
        }),
    ])?;
    let [pooled, on_demand, reused, empty] = stats[..] else { return Err("a case is missing".into()) };
    let most = 50_000.0;
    Ok(vec![
        Line::new("new instance, pooled", Writes::Reads, pooled).at_most(most),
        Line::new("new instance, on demand", Writes::Reads, on_demand).at_most(most),
        Line::new("call of an instance, a get", Writes::Reads, reused).at_most(2_000.0).beside("the call alone", empty),
    ])
}

/// Make an instance, let it get an entry, and drop it.
fn short_lives(bench: &Bench, plugin: &Plugin, store: &Store, n: u64) -> Result<Duration> {
    bench.executor().block_on(async {
        let start = Instant::now();
        for _ in 0..n {
            let mut instance = plugin.instantiate(setup(store)?).await?;
            instance.call("get-hot", &one_get()).await?;
        }
        Ok(start.elapsed())
    })
}

fn one_get() -> [Val; 3] {
    [text(GROUP), Val::U64(1), Val::U64(1)]
}

fn no_get() -> [Val; 3] {
    [text(GROUP), Val::U64(0), Val::U64(1)]
}
