//! How times grow with what is stored.

mod groups;
mod instances;
mod values;

use crate::{Result, bench::Bench, report::Line};

pub(crate) fn sizes(bench: &Bench) -> Result<Vec<Line>> {
    let mut lines = values::values(bench)?;
    lines.extend(groups::groups(bench)?);
    lines.extend(instances::instances(bench)?);
    Ok(lines)
}
