//! The host is killed at many moments of a run.

use std::time::Instant;

use anyhow::Result;

use super::larder::{Larder, answer};
use super::story::{ACME, packages};
use super::{claim, headline, lock_files};
use crate::project::Project;

/// How many kills are spread over the time that a run takes, and a little beyond.
const KILLS: u32 = 15;

/// All of it.
///
/// # Errors
/// When anything of the tenant's data is lost, or there by half.
pub(super) fn tell(project: &Project, larder: &Larder) -> Result<()> {
    headline(3, "The host is killed (kill -9) in the middle of its work, again and again");
    let [_, npm] = lock_files(project);
    let start = Instant::now();
    larder.scan(ACME)?;
    let time = start.elapsed();
    let before = packages(&larder.stored(ACME, "report")?)?;
    // A second file, so that each run has a hundred packages to store, all of them in one transaction.
    larder.put(ACME, "web/package-lock.json", &npm)?;
    let mut seen = Vec::new();
    let mut kills = 0;
    for moment in 1..=KILLS {
        let at_work = larder.scan_and_kill(ACME, time * moment / (KILLS - 3))?;
        kills += u32::from(at_work);
        seen.push(packages(&larder.stored(ACME, "report")?)?);
    }
    larder.scan_until_told_and_kill(ACME)?;
    let after = packages(&larder.stored(ACME, "report")?)?;
    let old = seen.iter().filter(|found| **found == before).count();
    let new = seen.iter().filter(|found| **found == after).count();
    println!(
        "\n   {KILLS} runs were to store a second file; kill -9 met {kills} of them at work. After each, a new process"
    );
    println!(
        "   found what was stored before ({before} packages, {old} times) or all of the new ({after}, {new} times).\n"
    );
    claim("some hosts were at work when they were killed", kills > 0, || kills.to_string())?;
    let ordered = seen.is_sorted() && old + new == seen.len();
    claim("each time all packages were there or none of the new, never a part", ordered, || format!("{seen:?}"))?;
    claim(
        "what a run had told it stored was there, though its host was killed at that very moment",
        after > before,
        || format!("{before}, then {after}"),
    )?;
    let check = answer(&mut larder.command(&["check", "--tenant", ACME]))?;
    claim("the database is sound and its counters agree with its rows", check.status == Some(0), || check.to_string())?;
    settle(larder, before)
}

/// Back to the one lock file.
fn settle(larder: &Larder, before: u64) -> Result<()> {
    answer(&mut larder.command(&["files", "remove", "--tenant", ACME, "web/package-lock.json"]))?;
    larder.scan(ACME)?;
    let settled = packages(&larder.stored(ACME, "report")?)?;
    claim("without the second file its packages go again", settled == before, || settled.to_string())
}
