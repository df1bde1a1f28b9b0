//! `larder check`.

use serde_json::json;

use crate::{
    args::CheckArgs,
    exit::Exit,
    failure::Result,
    output::{Look, Output},
    place::Place,
    text,
};

/// Compare the counters of a tenant with its rows.
pub(super) fn run(place: &Place, args: &CheckArgs, output: &Output) -> Result<Exit> {
    let (_larder, tenant) = place.tenant(&args.tenant.tenant)?;
    let report = tenant.check()?;
    let ok = report.problems.is_empty();
    let mut lines = output.lines();
    if output.is_json() {
        lines.value(&json!({ "ok": ok, "entries": report.entries, "problems": report.problems, "unmigrated": report.unmigrated }))?;
    } else {
        for problem in &report.problems {
            lines.text(&format!("{} {}", output.styled(Look::Bad, "problem:"), text::shown(problem)))?;
        }
        let state = if ok { output.styled(Look::Good, "sound") } else { output.styled(Look::Bad, "not sound") };
        let entries = text::count(report.entries, "entry", "entries");
        lines.text(&format!("tenant {}: {state}, {entries}", tenant.id()))?;
        if report.unmigrated > 0 {
            let rows = text::count(report.unmigrated, "row", "rows");
            lines.text(&format!("{rows} of a legacy table kept aside: `larder unmigrated` lists them"))?;
        }
    }
    lines.finish()?;
    Ok(if ok { Exit::Ok } else { Exit::Damaged })
}
