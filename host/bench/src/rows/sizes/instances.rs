use std::cell::RefCell;

use larder::{Config, Instance};
use wasmtime::component::Val;

use crate::{
    Result,
    bench::{Bench, GROUP, SIZE},
    guest::text,
    measure::{Case, Stats},
    report::{Durability as Writes, Line, Unit},
};

const KEYS: u64 = 1_000;

/// 1, 16 and 256 instances read a tenant at once.
pub(crate) fn instances(bench: &Bench) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    let kinds = [("gets", Config::new(), 100_000), ("gets, no read cache", Config::new().read_cache(0), 10_000)];
    for (name, config, usual) in kinds {
        let place = bench.place(config)?;
        bench.guest(&place.store)?.fill(GROUP, KEYS, SIZE)?;
        let all: Vec<RefCell<Vec<Instance>>> = [1, 16, 256]
            .into_iter()
            .map(|number| Ok(RefCell::new(bench.instances(&place.store, number)?)))
            .collect::<Result<_>>()?;
        let mut cases: Vec<Case<'_>> = all
            .iter()
            .map(|instances| {
                let number = instances.borrow().len() as u64;
                let each = (bench.operations(usual) / number).max(1);
                Case::new(each * number, move || {
                    let (took, _) = bench.at_once(&mut instances.borrow_mut(), "get-random", |seed| {
                        vec![text(GROUP), Val::U64(each), Val::U64(KEYS), Val::U64(seed as u64)]
                    })?;
                    Ok(took)
                })
            })
            .collect();
        let stats: Vec<Stats> = bench.in_turn(&mut cases)?.into_iter().map(Stats::rate).collect();
        drop(cases);
        let [one, few, many] = stats[..] else { return Err("a case is missing".into()) };
        let line =
            |number: &str, stats| Line::new(format!("{name}, {number}"), Writes::Reads, stats).unit(Unit::PerSecond);
        lines.push(line("1 instance", one));
        lines.push(line("16 instances", few).beside("1 instance", one));
        lines.push(line("256 instances", many).beside("1 instance", one));
    }
    Ok(lines)
}
