//! Packing the crates that are published.

use std::process::Command;

use anyhow::{Result, bail};

use crate::phases::Phases;
use crate::process;
use crate::project::Project;

/// The contract; a crate that generates code from it must carry it along.
const CONTRACT: &str = "wit/package.wit";

/// Pack every published crate and check what is in it.
///
/// # Errors
/// When a crate does not pack, or packs without the contract.
pub(crate) fn run(project: &Project, phases: &mut Phases) -> Result<()> {
    phases.run("contract is packed", || {
        requires_contract(project.cargo().args(["package", "--list", "--allow-dirty", "--package", "larder"]))?;
        requires_contract(&mut guest_sdk(project, &["package", "--list"]))
    })?;
    phases.run("larder-guest", || process::run(&mut guest_sdk(project, &["package"])))?;
    phases.run("larder-engine, larder, larder-cli", || {
        // Verifying would compile wasmtime once more, in a directory of its own: many minutes for what the build of
        // the workspace has shown. What that cannot show, a file left out, is checked above.
        let mut command = project.cargo();
        command.args(["package", "--no-verify", "--allow-dirty"]);
        process::run(command.args(["--package", "larder-engine", "--package", "larder", "--package", "larder-cli"]))
    })
}

fn guest_sdk(project: &Project, arguments: &[&str]) -> Command {
    let mut command = project.cargo_for_native_guests(arguments);
    command.args(["--allow-dirty", "--package", "larder-guest"]);
    command
}

fn requires_contract(command: &mut Command) -> Result<()> {
    let listing = process::output(command)?;
    if !listing.lines().any(|file| file == CONTRACT) {
        bail!("{CONTRACT} is not among the files of `{}`", process::shown(command));
    }
    Ok(())
}
