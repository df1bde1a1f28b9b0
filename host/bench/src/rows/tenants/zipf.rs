use std::{
    path::Path,
    time::{Duration, Instant},
};

use larder::{Config, Durability, Larder, Plugin};
use wasmtime::component::Val;

use super::{CHILD, KEYS, tenant};
use crate::{
    Result,
    bench::{Bench, GROUP, SIZE, setup},
    data::{Chance, Value, keys},
    guest::text,
    measure::{Stats, quantile},
    process,
    report::{Durability as Writes, Line, Unit},
};

/// Tenants that may be open.
const OPEN: usize = 256;

/// Of so many operations, one writes.
const WRITE_EACH: u64 = 10;

/// Tenants by their rank: the second is chosen half as often as the first, the third a third as often.
struct Zipf {
    /// Shares of all ranks up to each, of the sum of all.
    sums: Vec<f64>,
    chance: Chance,
}

impl Zipf {
    fn new(number: u64) -> Zipf {
        let shares = (1..=number).scan(0.0, |sum, rank| {
            *sum += 1.0 / rank as f64;
            Some(*sum)
        });
        Zipf { sums: shares.collect(), chance: Chance::new(7) }
    }

    fn next(&mut self) -> u64 {
        const STEPS: u64 = 1 << 53;
        let whole = self.sums.last().copied().unwrap_or(0.0);
        let at = self.chance.below(STEPS) as f64 / STEPS as f64 * whole;
        self.sums.partition_point(|sum| *sum <= at) as u64
    }
}

pub(crate) fn zipf(bench: &Bench, root: &Path, tenants: u64) -> Result<Vec<Line>> {
    let n = bench.operations(50_000);
    let words = [CHILD, "zipf", &root.display().to_string(), &tenants.to_string(), &n.to_string()].map(str::to_owned);
    let numbers = bench.child(&words)?.numbers()?;
    let [p50, p99, memory, memory_after, descriptors, descriptors_after] = numbers[..] else {
        return Err("the part printed other numbers".into());
    };
    let guests = through_guests(bench, root, tenants, bench.operations(20_000))?;
    let line = |name: &str, number| Line::new(name, Writes::Full, Stats::once(number));
    let count = |name: &str, number| line(name, number).unit(Unit::Count);
    let mut lines = vec![
        line("10,000 tenants, zipf, p50", p50),
        line("10,000 tenants, zipf, p99", p99),
        line("the same, new instances, p50", quantile(guests.clone(), 500)),
        line("the same, new instances, p99", quantile(guests, 990)),
    ];
    if memory.is_finite() {
        lines.push(line("resident memory at the end", memory_after).unit(Unit::KiB).at_most_times(
            1.1,
            "after a tenth",
            Stats::once(memory),
        ));
        lines.push(count("descriptors at the end", descriptors_after).at_most_times(
            1.1,
            "after a tenth",
            Stats::once(descriptors),
        ));
    }
    Ok(lines)
}

/// An instance for each operation, as a host of many tenants makes them.
fn through_guests(bench: &Bench, root: &Path, tenants: u64, n: u64) -> Result<Vec<u64>> {
    let larder = Larder::open(root, config())?;
    let plugin = bench.pooling_plugin()?;
    let mut zipf = Zipf::new(tenants);
    bench.executor().block_on(async {
        let mut times = Vec::with_capacity(n as usize);
        for turn in 0..n {
            let id = tenant(zipf.next())?;
            let start = Instant::now();
            operation(&larder, &plugin, &id, turn % WRITE_EACH == 0).await?;
            times.push(nanoseconds(start.elapsed()));
        }
        Ok(times)
    })
}

async fn operation(larder: &Larder, plugin: &Plugin, id: &larder::TenantId, write: bool) -> Result<()> {
    let mut instance = plugin.instantiate(setup(&larder.tenant(id).store())?).await?;
    if write {
        instance.call("set-again", &[text(GROUP), Val::U64(1), Val::U64(1), Val::U32(SIZE)]).await?;
    } else {
        instance.call("get-hot", &[text(GROUP), Val::U64(1), Val::U64(KEYS)]).await?;
    }
    Ok(())
}

fn config() -> Config {
    Config::new().durability(Durability::Full).open_tenants(OPEN)
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Natively, in a process that holds nothing else. Prints p50, p99, memory and descriptors after a tenth and at the end.
pub(crate) fn in_child(root: &str, tenants: u64, n: u64) -> Result<()> {
    let larder = Larder::open(root, config())?;
    let (mut zipf, mut chance, mut value) = (Zipf::new(tenants), Chance::new(3), Value::new(SIZE));
    let keys = keys(KEYS);
    let mut times = Vec::with_capacity(n as usize);
    let mut early = (f64::NAN, f64::NAN);
    for turn in 0..n {
        let (id, key) = (tenant(zipf.next())?, keys.get(chance.below(KEYS) as usize).map_or("", String::as_str));
        let start = Instant::now();
        let store = larder.tenant(&id).store();
        if turn % WRITE_EACH == 0 {
            store.set(GROUP, key, value.next())?;
        } else if store.get(GROUP, key)?.is_none() {
            return Err("an entry is missing".into());
        }
        times.push(nanoseconds(start.elapsed()));
        if turn + 1 == n.div_ceil(10) {
            early = held();
        }
    }
    let late = held();
    println!("{} {}", quantile(times.clone(), 500), quantile(times, 990));
    println!("{} {} {} {}", early.0, late.0, early.1, late.1);
    Ok(())
}

fn held() -> (f64, f64) {
    (process::resident_kib().unwrap_or(f64::NAN), process::descriptors().unwrap_or(f64::NAN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_chosen_most_often_and_all_can_be() {
        let (mut zipf, mut chosen) = (Zipf::new(4), [0; 4]);
        for _ in 0..10_000 {
            chosen[zipf.next() as usize] += 1;
        }
        assert!(chosen[0] > 4_500 && chosen[0] < 5_100, "{chosen:?}");
        assert!(chosen[3] > 1_000, "{chosen:?}");
    }
}
