use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use larder::{Config, Durability, Instance, Larder, Store};
use wasmtime::component::Val;

use super::{make, tenant};
use crate::{
    Result,
    bench::{Bench, GROUP, setup},
    guest::text,
    measure::Case,
    native::Native,
    report::{Durability as Writes, Line},
};

/// Tenants that are used in turn, so that each is closed when its turn comes.
const TENANTS: u64 = 64;

/// Other tenants, of which there is no more than a directory.
const EMPTY: u64 = 100_000;

/// A get from a tenant that is closed, which closes another one.
pub(crate) fn closed(bench: &Bench) -> Result<Vec<Line>> {
    let n = bench.operations(200);
    let (root, crowded, without) = (bench.new_directory()?, bench.new_directory()?, bench.new_directory()?);
    for root in [&root, &crowded, &without] {
        make(root, TENANTS)?;
    }
    for number in 0..bench.operations(EMPTY) {
        fs::create_dir(crowded.join("tenants").join(format!("empty{number:06}")))?;
    }
    let (quiet, full) = (opened(&root)?, opened(&crowded)?);
    let stores = stores(&quiet)?;
    let mut guests: Vec<Instance> = bench.executor().block_on(async {
        let mut guests = Vec::new();
        for store in &stores {
            guests.push(bench.plugin().instantiate(setup(store)?).await?);
        }
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(guests)
    })?;
    let files: Vec<PathBuf> = (0..TENANTS)
        .map(|number| Ok(without.join("tenants").join(tenant(number)?.as_str()).join("store.db")))
        .collect::<Result<_>>()?;
    let other_stores = self::stores(&full)?;
    let hot = bench.operations(20_000);
    let stats = bench.in_turn(&mut [
        Case::new(n, || each_in_turn(&stores, n)),
        Case::new(n, || each_in_turn(&other_stores, n)),
        Case::new(n, || guests_in_turn(bench, &mut guests, n)),
        Case::new(n, || native(&files, n)),
        Case::new(hot, || one(&stores, hot)),
        Case::new(hot, || one(&other_stores, hot)),
    ])?;
    let [engine, engine_crowded, guest, native, hot, hot_crowded] = stats[..] else {
        return Err("a case is missing".into());
    };
    let line = |name: &str, stats| Line::new(name, Writes::Reads, stats);
    Ok(vec![
        line("open a tenant and get, natively", engine).at_most_times(1.5, "native open and get", native),
        line("open a tenant and get, a guest", guest).at_most_times(1.5, "native open and get", native),
        line("the same with 100,000 empty tenants", engine_crowded).at_most_times(1.15, "without them", engine),
        line("get, open, with 100,000 empty tenants", hot_crowded).at_most_times(1.15, "without them", hot),
    ])
}

/// With room for one.
fn opened(root: &Path) -> Result<Larder> {
    Ok(Larder::open(root, Config::new().open_tenants(1))?)
}

fn stores(larder: &Larder) -> Result<Vec<Store>> {
    (0..TENANTS).map(|number| Ok(larder.tenant(&tenant(number)?).store())).collect()
}

fn each_in_turn(stores: &[Store], n: u64) -> Result<Duration> {
    let start = Instant::now();
    for store in stores.iter().cycle().take(n as usize) {
        found(store.get(GROUP, "k000000000")?)?;
    }
    Ok(start.elapsed())
}

fn one(stores: &[Store], n: u64) -> Result<Duration> {
    let Some(store) = stores.first() else { return Err("there is no tenant".into()) };
    found(store.get(GROUP, "k000000000")?)?;
    let start = Instant::now();
    for _ in 0..n {
        found(store.get(GROUP, "k000000000")?)?;
    }
    Ok(start.elapsed())
}

fn guests_in_turn(bench: &Bench, guests: &mut [Instance], n: u64) -> Result<Duration> {
    bench.executor().block_on(async {
        let number = guests.len();
        let start = Instant::now();
        for turn in 0..n as usize {
            if let Some(guest) = guests.get_mut(turn % number) {
                guest.call("get-hot", &[text(GROUP), Val::U64(1), Val::U64(1)]).await?;
            }
        }
        Ok(start.elapsed())
    })
}

fn native(files: &[PathBuf], n: u64) -> Result<Duration> {
    let mut took = Duration::ZERO;
    for file in files.iter().cycle().take(n as usize) {
        let start = Instant::now();
        let native = Native::open(file, Durability::Full)?;
        native.get_hot(GROUP, 1, 1)?;
        drop(native);
        took += start.elapsed();
    }
    Ok(took)
}

fn found(value: Option<Vec<u8>>) -> Result<()> {
    value.map(drop).ok_or_else(|| "an entry is missing".into())
}
