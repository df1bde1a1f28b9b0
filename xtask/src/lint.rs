//! Formatting, clippy and documentation, with warnings as errors.

use anyhow::Result;

use crate::phases::Phases;
use crate::process;
use crate::project::Project;

/// All checks; a failed one does not keep the others from running.
///
/// # Errors
/// When one of them fails.
pub(crate) fn run(project: &Project, phases: &mut Phases) -> Result<()> {
    let results = [format(project, phases), clippy(project, phases), documentation(project, phases)];
    print!("\n{}", phases.table());
    results.into_iter().collect()
}

/// `cargo fmt --check`, guests included.
///
/// # Errors
/// When a file is formatted in another way.
pub(crate) fn format(project: &Project, phases: &mut Phases) -> Result<()> {
    phases.run("formatting", || {
        process::run(project.cargo().args(["fmt", "--all", "--check"]))?;
        let mut guests = project.cargo();
        guests.args(["fmt", "--all", "--check", "--manifest-path"]).arg(project.guest_manifest());
        process::run(&mut guests)?;
        let mut bindings = project.cargo();
        bindings.args(["fmt", "--check", "--manifest-path"]).arg(project.root().join("xtask/bindings-c/Cargo.toml"));
        process::run(&mut bindings)
    })
}

/// Clippy over all targets of both workspaces.
///
/// # Errors
/// When it has a warning.
pub(crate) fn clippy(project: &Project, phases: &mut Phases) -> Result<()> {
    const ARGUMENTS: [&str; 4] = ["clippy", "--quiet", "--workspace", "--all-targets"];
    phases.run("clippy", || {
        process::run(project.cargo().args(ARGUMENTS).args(["--", "-D", "warnings"]))?;
        let mut guests = project.cargo_for_native_guests(&ARGUMENTS);
        process::run(guests.args(["--", "-D", "warnings"]))
    })
}

fn documentation(project: &Project, phases: &mut Phases) -> Result<()> {
    phases.run("documentation", || {
        let mut host = project.cargo();
        host.args(["doc", "--quiet", "--no-deps", "--workspace"]);
        process::run(host.env("RUSTDOCFLAGS", "-D warnings"))?;
        let mut guests = project.cargo_for_native_guests(&["doc", "--quiet", "--no-deps", "--all-features"]);
        process::run(guests.args(["--package", "larder-guest"]).env("RUSTDOCFLAGS", "-D warnings"))
    })
}
