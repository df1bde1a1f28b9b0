//! What the demo shows, step by step.

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::larder::Larder;
use super::{claim, headline, kill, lock_file, lock_files, refusals, show};
use crate::project::Project;

/// Tenants have their own store and files; the plugin is the same file for all.
pub(super) const ACME: &str = "acme";
pub(super) const GLOBEX: &str = "globex";

/// All of it.
///
/// # Errors
/// When a claim does not hold.
pub(super) fn tell(project: &Project, larder: &Larder) -> Result<()> {
    first_runs(project, larder)?;
    apart(larder)?;
    kill::tell(project, larder)?;
    changed_file(project, larder)?;
    refusals::tell(project, larder)
}

fn first_runs(project: &Project, larder: &Larder) -> Result<()> {
    let [cargo, npm] = lock_files(project);
    headline(1, "One plugin, two tenants, each with a lock file of its own");
    larder.put(ACME, "Cargo.lock", &cargo)?;
    larder.put(GLOBEX, "package-lock.json", &npm)?;
    println!();
    for tenant in [ACME, GLOBEX] {
        println!("   larder run inventory.wasm --tenant {tenant} --grant default --files default -- scan\n");
        show(&larder.scan(tenant)?);
    }
    let expected = lock_file::count(&fs::read_to_string(cargo)?) as u64;
    let acme = packages(&larder.stored(ACME, "report")?)?;
    claim(
        &format!("all {expected} packages of this project's Cargo.lock are stored for {ACME}"),
        acme == expected,
        || acme.to_string(),
    )
}

fn apart(larder: &Larder) -> Result<()> {
    headline(2, "No tenant sees anything of another");
    for (tenant, own) in [(ACME, "cargo"), (GLOBEX, "npm")] {
        let report = larder.stored(tenant, "report")?;
        let ecosystems: Vec<&String> =
            report["ecosystems"].as_object().into_iter().flat_map(|map| map.keys()).collect();
        let holds = ecosystems == [own] && report["files"].as_array().is_some_and(|files| files.len() == 1);
        claim(&format!("{tenant} has packages of {own} only, from one file"), holds, || report.to_string())?;
    }
    Ok(())
}

fn changed_file(project: &Project, larder: &Larder) -> Result<()> {
    let [cargo, _] = lock_files(project);
    headline(4, "A lock file changes, and the next run says what changed, no more and no less");
    let changed = lock_file::change(&fs::read_to_string(cargo)?)?;
    let file = larder.scratch("Cargo.lock");
    fs::write(&file, &changed.text)?;
    larder.put(ACME, "Cargo.lock", &file)?;
    println!("\n   one package was added, one taken out, one given another version\n");
    let text = larder.scan(ACME)?;
    show(&text);
    let run = last_run(larder, ACME)?;
    let counts = ["added", "removed", "changed"].map(|kind| run[kind].as_u64());
    claim("one package was added, one removed, one changed", counts == [Some(1); 3], || run.to_string())?;
    let names = [&changed.added, &changed.removed, &changed.updated];
    claim(
        &format!("they are {}, {} and {}", changed.added, changed.removed, changed.updated),
        names.iter().all(|name| text.contains(name.as_str())),
        || text.clone(),
    )?;
    let other = runs(&larder.stored(GLOBEX, "history")?)?.len();
    claim(&format!("{GLOBEX} still has its one run and knows of no change"), other == 1, || other.to_string())
}

/// The number of packages in a report.
pub(super) fn packages(report: &Value) -> Result<u64> {
    report["packages"].as_u64().with_context(|| format!("a report without a number of packages: {report}"))
}

/// The runs of a history, the newest first.
pub(super) fn runs(history: &Value) -> Result<&Vec<Value>> {
    history["runs"].as_array().with_context(|| format!("a history without runs: {history}"))
}

fn last_run(larder: &Larder, tenant: &str) -> Result<Value> {
    let history = larder.stored(tenant, "history")?;
    match runs(&history)?.first() {
        Some(run) => Ok(run.clone()),
        None => bail!("{tenant} has no run"),
    }
}
