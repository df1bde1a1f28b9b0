use std::time::Instant;

use larder::{Config, Durability};
use wasmtime::component::Val;

use crate::{
    Result,
    allocator::{counted, take_and_give},
    bench::{Bench, GROUP, SIZE},
    guest::{Form, text},
    measure::{Case, Stats},
    report::{Durability as Writes, Line, Unit},
};

const HOT_KEYS: u64 = 16;

/// Entries of the group that is scanned, and of a page of it.
const ENTRIES: u64 = 1_000;
const PAGE: u32 = 100;

/// What a guest's calls take of the host's allocator, all threads together.
pub(crate) fn allocations(bench: &Bench) -> Result<Vec<Line>> {
    let config = || Config::new().durability(Durability::Normal);
    let (place, uncached_place) = (bench.place(config())?, bench.place(config().read_cache(0))?);
    let (mut cached, mut uncached) = (bench.guest(&place.store)?, bench.guest(&uncached_place.store)?);
    for guest in [&mut cached, &mut uncached] {
        guest.fill(GROUP, ENTRIES, SIZE)?;
    }
    let mut echo = bench.echo(Form::Plain)?;
    let n = bench.operations(2_000);
    let get = [text(GROUP), Val::U64(n), Val::U64(HOT_KEYS)];
    let set = [text(GROUP), Val::U64(n), Val::U64(HOT_KEYS), Val::U32(SIZE)];
    let page = [text(GROUP), Val::U64(0), Val::U32(PAGE), Val::U64(n)];
    let mut lines = Vec::new();
    let mut add = |name: &str, writes, work: &mut dyn FnMut() -> Result<()>| -> Result<()> {
        // What is kept from the first time on.
        work()?;
        let (mut number, mut bytes) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let (done, allocations, taken) = counted(&mut *work);
            done?;
            number.push(allocations as f64 / n as f64);
            bytes.push(taken as f64 / n as f64);
        }
        lines.push(Line::new(format!("allocations, {name}"), writes, Stats::of(number)).unit(Unit::Count));
        lines.push(Line::new(format!("bytes of them, {name}"), writes, Stats::of(bytes)).unit(Unit::Count));
        Ok(())
    };
    add("echo of the benchmark", Writes::Reads, &mut || echo.get_hot(n, HOT_KEYS).map(drop))?;
    add("get hot", Writes::Reads, &mut || cached.call("get-hot", &get).map(drop))?;
    add("get, no read cache", Writes::Reads, &mut || uncached.call("get-hot", &get).map(drop))?;
    add("set", Writes::Normal, &mut || cached.call("set-again", &set).map(drop))?;
    add("page of 100 entries", Writes::Reads, &mut || cached.call("page-behind", &page).map(drop))?;
    lines.push(undistorted(bench)?);
    Ok(lines)
}

/// That counting costs the other rows nothing while it is off.
fn undistorted(bench: &Bench) -> Result<Line> {
    let n = bench.operations(1_000_000);
    let time = |below| {
        let start = Instant::now();
        take_and_give(n, below);
        Ok(start.elapsed())
    };
    let stats = bench.in_turn(&mut [Case::new(n, || time(false)), Case::new(n, || time(true))])?;
    let [counting, below] = stats[..] else { return Err("a case is missing".into()) };
    Ok(Line::new("64 B taken and given, count off", Writes::Reads, counting).at_most_times(1.2, "the system's", below))
}
