//! Other engines, without a boundary on either side.

mod engine;
mod fjall;
mod redb;

use std::time::Duration;

use crate::{
    Result,
    bench::{Bench, SIZE},
    data::{Chance, Key, Value, keys},
    measure::{Case, Stats},
    report::{Durability as Writes, Line},
};

/// Entries of each.
const KEYS: u64 = 100_000;

const BATCH: u64 = 1_000;

/// What each of them is asked for. Writes are on the disk when they are answered.
trait Other {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>>;
    fn set(&self, key: &str, value: &[u8]) -> Result<()>;
    /// All of it or nothing.
    fn set_many(&self, entries: &[(String, Vec<u8>)]) -> Result<()>;
}

pub(crate) fn engines(bench: &Bench) -> Result<Vec<Line>> {
    let ours = engine::Engine::new(bench)?;
    let uncached = engine::Engine::without_cache(bench)?;
    let redb = redb::Redb::new(&bench.new_directory()?)?;
    let fjall = fjall::Fjall::new(&bench.new_directory()?)?;
    let all: [&dyn Other; 4] = [&ours, &uncached, &redb, &fjall];
    for other in all {
        fill(other)?;
        // Those who keep what was read have read all of it.
        for key in keys(KEYS) {
            other.get(&key)?;
        }
    }
    let (gets, sets, batches) = (bench.operations(20_000), bench.operations(200), bench.operations(10));
    let get = in_turn(bench, &all, gets, get_random)?;
    let set = in_turn(bench, &all, sets, set_random)?;
    let many = in_turn(bench, &all, batches * BATCH, set_batches)?;
    let lines =
        [("get random", Writes::Reads, get), ("set", Writes::Full, set), ("set many, an entry", Writes::Full, many)];
    lines
        .into_iter()
        .map(|(name, writes, stats)| {
            let [ours, uncached, redb, fjall] = stats[..] else { return Err("a case is missing".into()) };
            let line = Line::new(format!("{name}, engine natively"), writes, ours);
            Ok(line.beside("no read cache", uncached).beside("redb", redb).beside("fjall", fjall))
        })
        .collect()
}

fn in_turn(
    bench: &Bench,
    all: &[&dyn Other],
    n: u64,
    work: fn(&dyn Other, u64, u64) -> Result<Duration>,
) -> Result<Vec<Stats>> {
    let cases = all.iter().map(|other| {
        let mut seed = 0;
        Case::new(n, move || {
            seed += 1;
            work(*other, n, seed)
        })
    });
    bench.in_turn(&mut cases.collect::<Vec<_>>())
}

fn fill(other: &dyn Other) -> Result<()> {
    let mut value = Value::new(SIZE);
    for first in (0..KEYS).step_by(BATCH as usize) {
        let entries = (first..first + BATCH).map(|number| (Key::new().of(number).to_owned(), value.next().to_vec()));
        other.set_many(&entries.collect::<Vec<_>>())?;
    }
    Ok(())
}

fn get_random(other: &dyn Other, n: u64, seed: u64) -> Result<Duration> {
    let (mut key, mut chance) = (Key::new(), Chance::new(seed));
    let start = std::time::Instant::now();
    for _ in 0..n {
        if other.get(key.of(chance.below(KEYS)))?.is_none() {
            return Err("an entry is missing".into());
        }
    }
    Ok(start.elapsed())
}

fn set_random(other: &dyn Other, n: u64, seed: u64) -> Result<Duration> {
    let (mut key, mut chance, mut value) = (Key::new(), Chance::new(seed), Value::new(SIZE));
    let start = std::time::Instant::now();
    for _ in 0..n {
        other.set(key.of(chance.below(KEYS)), value.next())?;
    }
    Ok(start.elapsed())
}

fn set_batches(other: &dyn Other, n: u64, seed: u64) -> Result<Duration> {
    let (mut chance, mut value) = (Chance::new(seed), Value::new(SIZE));
    let mut took = Duration::ZERO;
    for _ in 0..n / BATCH {
        let first = chance.below(KEYS - BATCH);
        let entries = (first..first + BATCH).map(|number| (Key::new().of(number).to_owned(), value.next().to_vec()));
        let entries: Vec<_> = entries.collect();
        let start = std::time::Instant::now();
        other.set_many(&entries)?;
        took += start.elapsed();
    }
    Ok(took)
}
