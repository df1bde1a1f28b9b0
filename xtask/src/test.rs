//! Every test of the project.

mod receiver;
mod summary;

use std::process::{Command, ExitCode};

use anyhow::{Error, Result, bail};

use crate::phases::Phases;
use crate::process;
use crate::project::Project;
use crate::toolchain::{self, Choice};
use crate::{guests, languages, lint};
pub(crate) use summary::Summary;

/// Set up, build and test; the last line of the output is `N passed, N failed`, whatever happens.
///
/// A step that is no test and fails (formatting, a build) counts as one failure.
pub(crate) fn run(project: &Project, choice: Choice, phases: &mut Phases) -> ExitCode {
    let mut summary = Summary::default();
    let errors = match all(project, choice, phases, &mut summary) {
        Ok(errors) => errors,
        Err(error) => vec![error],
    };
    for error in &errors {
        println!("error: {error:#}");
    }
    summary.failed += phases.failed() - summary.failed_runs;
    print!("\n{}\n{summary}\n", phases.table());
    if summary.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Answers what failed and did not keep the rest from being tried.
fn all(project: &Project, choice: Choice, phases: &mut Phases, summary: &mut Summary) -> Result<Vec<Error>> {
    let toolchain = toolchain::setup(choice, phases)?;
    receiver::setup(phases);
    let formatted = lint::format(project, phases);
    guests::build(project, &toolchain, phases)?;
    let mut failed = languages::build(project, &[], phases);
    phases.run("build", || process::run(&mut host_tests(project, &["--no-run"])))?;
    let host = phases.run("tests", || count(&mut host_tests(project, &["--no-fail-fast"]), summary));
    let guests = phases.run("tests of the guests' crates", || count(&mut guest_tests(project), summary));
    failed.extend(languages::test_packages(project, phases, summary));
    let clean = lint::clippy(project, phases);
    failed.extend([formatted, host, guests, clean].into_iter().filter_map(Result::err));
    Ok(failed)
}

/// Unit, integration and documentation tests of the workspace at the top, but for the benchmark: it has databases of others
/// to compile.
fn host_tests(project: &Project, arguments: &[&str]) -> Command {
    let mut command = project.cargo();
    command
        .args(["test", "--workspace", "--exclude", "larder-bench"])
        .args(arguments)
        .env("LARDER_GUESTS", project.guests());
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
    found.failed_runs = u64::from(!status.success());
    total.add(&found);
    if !status.success() {
        bail!("`{}` failed ({status})", process::shown(command));
    }
    Ok(())
}
