//! Packing the crates that are published.

use std::process::Command;

use anyhow::{Result, bail};

use crate::phases::Phases;
use crate::process;
use crate::project::Project;

/// What a registry shows of a crate, and what its licences ask for.
const COMMON: [&str; 3] = ["README.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// The contract; a crate that generates code from it must carry it along.
const CONTRACT: &str = "wit/package.wit";

/// Pack every published crate and check what is in it.
///
/// # Errors
/// When a crate does not pack, or packs without a file that it needs.
pub(crate) fn run(project: &Project, phases: &mut Phases) -> Result<()> {
    phases.run("no file is left out", || {
        for name in ["larder-engine", "larder", "larder-cli"] {
            let contract = match name {
                "larder" => Some(CONTRACT),
                // What `larder new` copies into projects.
                "larder-cli" => Some("vendor/wit/package.wit"),
                _ => None,
            };
            let mut list = project.cargo();
            requires(list.args(["package", "--list", "--allow-dirty", "--package", name]), contract)?;
        }
        requires(&mut guest_sdk(project, &["package", "--list"]), Some(CONTRACT))
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

fn requires(command: &mut Command, contract: Option<&str>) -> Result<()> {
    let listing = process::output(command)?;
    for file in COMMON.into_iter().chain(contract) {
        if !listing.lines().any(|packed| packed == file) {
            bail!("{file} is not among the files of `{}`", process::shown(command));
        }
    }
    Ok(())
}
