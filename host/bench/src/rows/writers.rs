use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use larder::{Config, Durability, Instance, Store, engine};
use wasmtime::component::Val;

use crate::{
    Result,
    bench::{Bench, GROUP, SIZE},
    data::{Value, keys},
    guest::text,
    measure::{Case, Latencies, Stats},
    report::{Durability as Writes, Line, Unit},
};

/// Keys of each writer.
const KEYS: u64 = 16;

/// What `in_child` knows the counted part as.
pub(crate) const CHILD: &str = "writers";

const MANY: usize = 64;

pub(crate) fn writers(bench: &Bench) -> Result<Vec<Line>> {
    let place = bench.place(Config::new().durability(Durability::Full))?;
    let numbers: [(usize, u64); 3] = [(1, 200), (8, 60), (MANY, 30)];
    let groups: Vec<(RefCell<Vec<Instance>>, u64, Latencies)> = numbers
        .iter()
        .map(|(writers, sets)| {
            let instances = RefCell::new(bench.instances(&place.store, *writers)?);
            Ok((instances, bench.operations(*sets), Latencies::default()))
        })
        .collect::<Result<_>>()?;
    let mut cases: Vec<Case<'_>> = groups
        .iter()
        .map(|(instances, sets, latencies)| {
            let writers = instances.borrow().len() as u64;
            Case::new(sets * writers, move || {
                let (took, answers) = write(bench, &mut instances.borrow_mut(), *sets)?;
                latencies.add(times(answers)?);
                Ok(took)
            })
        })
        .collect();
    let (each, store) = (bench.operations(30), &place.store);
    let alone = |store: &Store, key: (&str, &str), value: &[u8]| store.update(|update| update.set(key.0, key.1, value));
    let combined = |store: &Store, key: (&str, &str), value: &[u8]| store.set(key.0, key.1, value);
    cases.push(Case::new(each * MANY as u64, move || threads(store, each, alone)));
    cases.push(Case::new(each * MANY as u64, move || threads(store, each, combined)));
    let stats = bench.in_turn(&mut cases)?;
    drop(cases);
    let rates: Vec<Stats> = stats.into_iter().map(Stats::rate).collect();
    let [one, eight, many, each, threads] = rates[..] else { return Err("a case is missing".into()) };
    let rate = |name: &str, stats| Line::new(name, Writes::Full, stats).unit(Unit::PerSecond);
    let mut lines = vec![
        rate("commits, 1 writer", one),
        rate("commits, 8 writers", eight).beside("1 writer", one),
        rate("commits, 64 writers", many)
            .at_least_times(10.0, "1 writer", one)
            .beside("64 threads, not combined", each),
        rate("commits, 64 threads, natively", threads).beside("not combined", each),
    ];
    for ((writers, _), (.., latencies)) in numbers.iter().zip(&groups) {
        for (name, of_thousand) in [("p50", 500), ("p99", 990), ("p99.9", 999)] {
            lines.push(Line::new(
                format!("set {name}, writers: {writers}"),
                Writes::Full,
                latencies.quantile(of_thousand),
            ));
        }
    }
    lines.push(syncs(bench)?);
    Ok(lines)
}

/// Each instance sets keys in a group of its own.
fn write(bench: &Bench, instances: &mut Vec<Instance>, sets: u64) -> Result<(Duration, Vec<Vec<Val>>)> {
    bench.at_once(instances, "set-timed", |writer| {
        vec![text(&format!("{GROUP}-{writer}")), Val::U64(sets), Val::U64(KEYS), Val::U32(SIZE)]
    })
}

/// As many threads natively, which block.
fn threads(
    store: &Store,
    sets: u64,
    set: impl Fn(&Store, (&str, &str), &[u8]) -> engine::Result<u64> + Copy + Send,
) -> Result<Duration> {
    let start = Instant::now();
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..MANY)
            .map(|writer| {
                scope.spawn(move || {
                    let (group, keys, mut value) = (format!("{GROUP}-{writer}"), keys(KEYS), Value::new(SIZE));
                    keys.iter()
                        .cycle()
                        .take(sets as usize)
                        .try_for_each(|key| set(store, (&group, key), value.next()).map(drop))
                })
            })
            .collect();
        writers.into_iter().try_for_each(|writer| writer.join().map_err(|_| "a writer panicked")?.map_err(Into::into))
    })
    .map(|()| start.elapsed())
}

fn times(answers: Vec<Vec<Val>>) -> Result<Vec<u64>> {
    let mut times = Vec::new();
    for answer in answers {
        let [Val::List(list)] = answer.as_slice() else { return Err("the guest answered no list".into()) };
        times.extend(list.iter().filter_map(|time| if let Val::U64(time) = time { Some(*time) } else { None }));
    }
    Ok(times)
}

/// What a process that writes syncs more than one that does all else.
fn syncs(bench: &Bench) -> Result<Line> {
    let sets = bench.operations(100);
    let count = |sets: u64| {
        let child = bench.child(&[CHILD.to_owned(), sets.to_string()])?;
        child.syncs(&bench.new_directory()?)
    };
    let name = "syncs a commit, 64 writers";
    let line = |name: &str, number| Line::new(name, Writes::Full, Stats::once(number)).unit(Unit::Count);
    let (Some(with), Some(without)) = (count(sets)?, count(0)?) else {
        return Ok(line(&format!("{name}: not counted"), f64::NAN));
    };
    let commits = sets * MANY as u64;
    Ok(line(name, with.saturating_sub(without) as f64 / commits as f64).at_most(0.05))
}

/// All writers make `sets` commits each.
pub(crate) fn in_child(bench: &Bench, sets: u64) -> Result<()> {
    let place = bench.place(Config::new().durability(Durability::Full))?;
    let mut instances = bench.instances(&place.store, MANY)?;
    if sets > 0 {
        write(bench, &mut instances, sets)?;
    }
    Ok(())
}
