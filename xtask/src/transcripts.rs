//! Recordings of the reference, replayed.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::guests;
use crate::phases::Phases;
use crate::process;
use crate::project::Project;
use crate::toolchain::{self, Choice};

/// Run every transcript in `places` natively and through a guest, and print each line that differs.
///
/// # Errors
/// When something cannot be built or started.
pub(crate) fn run(
    project: &Project,
    choice: Choice,
    places: &[PathBuf],
    json: Option<&Path>,
    phases: &mut Phases,
) -> Result<ExitCode> {
    let toolchain = toolchain::setup(choice, phases)?;
    guests::build(project, &toolchain, phases)?;
    phases.run("build", || process::run(&mut example(project, "build")))?;
    let mut replay = example(project, "run");
    replay.arg("--").arg(project.guests().join("transcripts_guest.wasm"));
    if let Some(file) = json {
        replay.arg("--json").arg(std::path::absolute(file)?);
    }
    for place in places {
        replay.arg(place.canonicalize().with_context(|| format!("there is no {}", place.display()))?);
    }
    let status = phases.run("transcripts", || process::for_each_line(&mut replay, |line| println!("{line}")))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn example(project: &Project, verb: &str) -> Command {
    let mut command = project.cargo();
    command.args([verb, "--quiet", "--package", "larder-tests", "--example", "transcripts"]);
    command
}
