//! The benchmark.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::guests;
use crate::phases::Phases;
use crate::process;
use crate::project::Project;
use crate::toolchain::{self, Choice};

/// The packages that the benchmark has as guests.
const GUESTS: [&str; 3] = ["bench-guest", "bench-http", "bench-keyvalue"];

/// Build the benchmark and its guests and run it, all in release mode.
///
/// # Errors
/// When something cannot be built or started.
pub(crate) fn run(project: &Project, choice: Choice, arguments: &[OsString], phases: &mut Phases) -> Result<ExitCode> {
    let toolchain = toolchain::setup(choice, phases)?;
    guests::build_some(project, &toolchain, &GUESTS, phases)?;
    let mut command = project.cargo();
    command.args(["run", "--release", "--quiet", "--package", "larder-bench", "--"]);
    command.arg("--guests").arg(project.guests()).args(arguments);
    let status = phases.run("benchmark", || process::for_each_line(&mut command, |line| println!("{line}")))?;
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}
