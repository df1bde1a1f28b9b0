//! The long form of the tests that kill a host at work.

use std::process::Command;

use anyhow::{Result, bail};

use crate::guests;
use crate::phases::Phases;
use crate::process;
use crate::project::Project;
use crate::toolchain::{self, Choice};

/// Kill hosts and engines with SIGKILL at random moments, `kills` times each, and check what is left.
pub(crate) fn run(project: &Project, choice: Choice, kills: u64, phases: &mut Phases) -> Result<()> {
    let toolchain = toolchain::setup(choice, phases)?;
    guests::build(project, &toolchain, phases)?;
    let outcomes = [
        ("the engine", tests(project, kills, &["--package", "larder-engine", "--test", "all", "crash"])),
        ("hosts with guests", tests(project, kills, &["--package", "larder-tests", "--test", "all", "durability"])),
    ]
    .map(|(what, mut tests)| {
        let phase = format!("{what}, killed {kills} times");
        phases.run(&phase, || process::run(&mut tests))
    });
    print!("\n{}\n", phases.table());
    if outcomes.iter().any(Result::is_err) {
        bail!("something that was acknowledged is not there, or is there by half; see above");
    }
    Ok(())
}

fn tests(project: &Project, kills: u64, arguments: &[&str]) -> Command {
    let mut command = project.cargo();
    command.arg("test").args(arguments).args(["--", "--nocapture"]);
    command.env("LARDER_GUESTS", project.guests()).env("LARDER_KILLS", kills.to_string());
    command
}
