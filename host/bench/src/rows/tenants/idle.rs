use std::path::Path;

use larder::{Config, Larder};

use super::{CHILD, tenant};
use crate::{
    Result,
    bench::{Bench, GROUP},
    measure::Stats,
    process,
    report::{Durability as Writes, Line, Unit},
};

/// The default of [`Config::read_cache`].
const CACHE: u64 = 64 << 20;

/// Tenants that are opened between two purges.
const STEP: u64 = 10;

/// What a tenant costs that is open and not in use.
pub(crate) fn idle(bench: &Bench, root: &Path, tenants: u64) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (name, cache, rests) in [
        ("an open idle tenant", CACHE, true),
        ("the same, no read cache", 0, true),
        ("a tenant that was just used", CACHE, false),
    ] {
        let words = [
            CHILD,
            "idle",
            &root.display().to_string(),
            &tenants.to_string(),
            &cache.to_string(),
            if rests { "rests" } else { "used" },
        ]
        .map(str::to_owned);
        let numbers = bench.child(&words)?.numbers()?;
        let [memory, descriptors] = numbers[..] else { return Err("the part printed other numbers".into()) };
        if memory.is_finite() {
            let line = Line::new(name, Writes::Reads, Stats::once(memory)).unit(Unit::KiB);
            lines.push(if rests { line.at_most(80.0) } else { line });
            let name = format!("{name}, descriptors");
            lines.push(Line::new(name, Writes::Reads, Stats::once(descriptors)).unit(Unit::Count));
        }
    }
    Ok(lines)
}

/// Prints KiB and descriptors of each tenant, after one get. Where they rest, it is as time goes by: some are used, others have not
/// been since the last purge, and the next ones get the memory that those gave back.
pub(crate) fn in_child(root: &str, tenants: u64, cache: u64, rests: bool) -> Result<()> {
    let larder = Larder::open(root, Config::new().open_tenants(tenants as usize + 1).read_cache(cache))?;
    let get = |number| {
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(
            larder.tenant(&tenant(number)?).store().get(GROUP, "k000000000")?,
        )
    };
    // What the first one brings along for all.
    get(0)?;
    let (memory, descriptors) = (process::resident_kib(), process::descriptors());
    for number in 1..tenants {
        get(number)?;
        if rests && number % STEP == 0 {
            larder.purge();
        }
    }
    let each = |now: Option<f64>, before: Option<f64>| match (now, before) {
        (Some(now), Some(before)) => (now - before) / (tenants - 1) as f64,
        _ => f64::NAN,
    };
    println!("{} {}", each(process::resident_kib(), memory), each(process::descriptors(), descriptors));
    Ok(())
}
