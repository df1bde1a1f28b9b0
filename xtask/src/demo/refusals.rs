//! What quotas and the sandbox do not let through.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::larder::{Answer, Larder, answer};
use super::story::{ACME, GLOBEX, packages};
use super::{claim, headline, lock_files};
use crate::project::Project;

/// A tenant that gets a quota.
const INITECH: &str = "initech";

/// Entries that it may have.
const QUOTA_KEYS: &str = "50";

/// # Errors
/// When something is let through.
pub(super) fn tell(project: &Project, larder: &Larder) -> Result<()> {
    let [cargo, _] = lock_files(project);
    headline(5, "What is refused: more than the quota, what was not granted, what lies outside");
    quota(larder, &cargo)?;
    grants(larder)?;
    names(larder, &cargo)?;
    links(larder)
}

fn quota(larder: &Larder, cargo: &Path) -> Result<()> {
    larder.put(INITECH, "Cargo.lock", cargo)?;
    let refused = answer(&mut larder.plugin(INITECH, &["--quota-keys", QUOTA_KEYS], &["scan", "--json"]))?;
    let error = refused.json()?["error"].clone();
    say(&refused);
    let holds = refused.status == Some(3) && error["quota"]["limit"] == 50;
    claim(&format!("a tenant with a quota of {QUOTA_KEYS} entries cannot store more"), holds, || refused.to_string())?;
    let stored = packages(&larder.stored(INITECH, "report")?)?;
    claim("of what was refused nothing is stored, not even what would have fitted", stored == 0, || stored.to_string())
}

fn grants(larder: &Larder) -> Result<()> {
    let nothing = answer(&mut larder.plugin_without_grants(ACME))?;
    say(&nothing);
    claim("without a grant the plugin does not start", nothing.status == Some(3), || nothing.to_string())?;
    let before = larder.stored(ACME, "history")?;
    let reader = answer(&mut larder.plugin(ACME, &["--read-only", "default"], &["scan"]))?;
    say(&reader);
    claim("a plugin that may only read cannot write", reader.status == Some(3), || reader.to_string())?;
    let after = larder.stored(ACME, "history")?;
    claim("and leaves no trace of having tried", before == after, || after.to_string())
}

fn names(larder: &Larder, cargo: &Path) -> Result<()> {
    for (tenant, path) in [(ACME, "../globex/Cargo.lock"), (ACME, "/etc/passwd"), ("../acme", "Cargo.lock")] {
        let mut command = larder.command(&["files", "put", "--create", "--tenant", tenant]);
        let refused = answer(command.arg(cargo).arg(path))?;
        say(&refused);
        let what = format!("{path:?} of tenant {tenant:?} is refused by its name alone");
        claim(&what, refused.status == Some(2), || refused.to_string())?;
    }
    let globex = answer(&mut larder.command(&["files", "list", "--tenant", GLOBEX]))?;
    claim("nothing came to lie with the other tenant", !globex.stdout.contains("Cargo.lock"), || globex.to_string())
}

/// A link in one tenant's directory to a file of another one's, as an attacker with a foothold would make it.
fn links(larder: &Larder) -> Result<()> {
    let tenants = larder.root().join("tenants");
    let link = tenants.join(ACME).join("files/package-lock.json");
    link_to(&tenants.join(GLOBEX).join("files/package-lock.json"), &link)?;
    let read = answer(&mut larder.command(&["files", "get", "--tenant", ACME, "package-lock.json"]))?;
    say(&read);
    let holds = read.status != Some(0) && read.stdout.is_empty();
    claim("a symbolic link to another tenant's file is not followed", holds, || read.to_string())?;
    answer(&mut larder.plugin(ACME, &[], &["scan"]))?;
    let report = larder.stored(ACME, "report")?;
    let holds = report["ecosystems"].get("npm").is_none();
    claim("nor by the plugin", holds, || report.to_string())?;
    fs::remove_file(link)?;
    Ok(())
}

#[cfg(unix)]
fn link_to(target: &Path, link: &Path) -> Result<()> {
    Ok(std::os::unix::fs::symlink(target, link)?)
}

#[cfg(windows)]
fn link_to(target: &Path, link: &Path) -> Result<()> {
    Ok(std::os::windows::fs::symlink_file(target, link)?)
}

/// The words of a refusal, without the last ones of a long one.
fn say(refused: &Answer) {
    println!();
    for line in refused.stderr.lines().filter(|line| !line.trim().is_empty()).take(3) {
        println!("     {line}");
    }
}
