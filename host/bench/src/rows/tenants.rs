//! Many tenants, few of them open.

mod closed;
mod idle;
mod zipf;

use larder::{Config, Durability, Larder, TenantId};

use crate::{
    Result,
    bench::{Bench, GROUP, SIZE},
    data::{Value, keys},
    report::Line,
};

/// What `in_child` knows the parts as.
pub(crate) const CHILD: &str = "tenants";

/// Entries of each tenant.
const KEYS: u64 = 16;

pub(crate) fn tenants(bench: &Bench) -> Result<Vec<Line>> {
    let mut lines = closed::closed(bench)?;
    let number = bench.operations(10_000);
    let root = bench.new_directory()?;
    make(&root, number)?;
    lines.extend(zipf::zipf(bench, &root, number)?);
    lines.extend(idle::idle(bench, &root, number.min(1_000))?);
    Ok(lines)
}

/// `words` are what a part wrote for itself.
pub(crate) fn in_child(words: &[&str]) -> Result<()> {
    match *words {
        ["zipf", root, tenants, operations] => zipf::in_child(root, tenants.parse()?, operations.parse()?),
        ["idle", root, tenants, cache, how] => idle::in_child(root, tenants.parse()?, cache.parse()?, how == "rests"),
        _ => Err("there is no such part".into()),
    }
}

/// Make tenants from 0 on, with the same few entries each.
fn make(root: &std::path::Path, tenants: u64) -> Result<()> {
    let larder = Larder::open(root, Config::new().durability(Durability::Normal))?;
    let keys = keys(KEYS);
    let mut value = Value::new(SIZE);
    for number in 0..tenants {
        let entries: Vec<_> = keys.iter().map(|key| (key.clone(), value.next().to_vec())).collect();
        larder.tenant(&tenant(number)?).store().set_many(GROUP, &entries)?;
    }
    larder.close();
    Ok(())
}

fn tenant(number: u64) -> Result<TenantId> {
    Ok(TenantId::parse(&format!("t{number:06}"))?)
}
