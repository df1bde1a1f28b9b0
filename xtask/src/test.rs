//! Every test of the project.

mod summary;

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::phases::Phases;
use crate::process;
use crate::project::Project;
use crate::toolchain::{self, Choice};
use crate::{guests, lint};
use summary::Summary;

/// Set up, build and test; the last line of the output is `N passed, N failed`, whatever happens.
///
/// A step that fails without a test of its own that failed (formatting, a build) counts as one failure.
pub(crate) fn run(project: &Project, choice: Choice, phases: &mut Phases) -> ExitCode {
    let mut summary = Summary::default();
    if let Err(error) = all(project, choice, phases, &mut summary) {
        println!("error: {error:#}");
    }
    summary.failed = summary.failed.max(phases.failed());
    print!("\n{}\n{summary}\n", phases.table());
    if summary.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn all(project: &Project, choice: Choice, phases: &mut Phases, summary: &mut Summary) -> Result<()> {
    let toolchain = toolchain::setup(choice, phases)?;
    let formatted = lint::format(project, phases);
    guests::build(project, &toolchain, phases)?;
    phases.run("build", || process::run(&mut host_tests(project, &["--no-run"])))?;
    let host = phases.run("tests", || count(&mut host_tests(project, &["--no-fail-fast"]), summary));
    let clean = lint::clippy(project, phases);
    let guests = phases.run("tests of the guests' crates", || count(&mut guest_tests(project), summary));
    formatted.and(host).and(clean).and(guests)
}

/// Unit, integration and documentation tests of the workspace at the top.
fn host_tests(project: &Project, arguments: &[&str]) -> Command {
    let mut command = project.cargo();
    command.args(["test", "--workspace"]).args(arguments).env("LARDER_GUESTS", project.guests());
    command
}

/// Tests of the guests' crates that need no host.
fn guest_tests(project: &Project) -> Command {
    project.cargo_for_native_guests(&[
        "test",
        "--no-fail-fast",
        "--workspace",
        "--all-features",
        // Its programs are what the host's tests run.
        "--exclude",
        "larder-test-programs",
    ])
}

fn count(command: &mut Command, total: &mut Summary) -> Result<()> {
    let mut found = Summary::default();
    let status = process::for_each_line(command, |line| {
        println!("{line}");
        if let Some(binary) = summary::parse(line) {
            found.add(&binary);
        }
    })?;
    if !status.success() && found.failed == 0 {
        // A test binary that did not compile, or died before its summary.
        found.failed = 1;
    }
    total.add(&found);
    if !status.success() {
        bail!("`{}` failed ({status})", process::shown(command));
    }
    Ok(())
}
