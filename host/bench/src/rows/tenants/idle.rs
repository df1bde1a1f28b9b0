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

/// What a tenant costs that is open and not in use.
pub(crate) fn idle(bench: &Bench, root: &Path, tenants: u64) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (name, cache) in [("an open idle tenant", CACHE), ("the same, no read cache", 0)] {
        let words =
            [CHILD, "idle", &root.display().to_string(), &tenants.to_string(), &cache.to_string()].map(str::to_owned);
        let numbers = bench.child(&words)?.numbers()?;
        let [memory, descriptors] = numbers[..] else { return Err("the part printed other numbers".into()) };
        if memory.is_finite() {
            lines.push(Line::new(name, Writes::Reads, Stats::once(memory)).unit(Unit::KiB).at_most(80.0));
            let name = format!("{name}, descriptors");
            lines.push(Line::new(name, Writes::Reads, Stats::once(descriptors)).unit(Unit::Count));
        }
    }
    Ok(lines)
}

/// Prints KiB and descriptors of each tenant, after one get.
pub(crate) fn in_child(root: &str, tenants: u64, cache: u64) -> Result<()> {
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
    }
    let each = |now: Option<f64>, before: Option<f64>| match (now, before) {
        (Some(now), Some(before)) => (now - before) / (tenants - 1) as f64,
        _ => f64::NAN,
    };
    println!("{} {}", each(process::resident_kib(), memory), each(process::descriptors(), descriptors));
    Ok(())
}
