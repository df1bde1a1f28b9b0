//! Building the guest programs.

mod artifacts;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::languages;
use crate::phases::Phases;
use crate::process;
use crate::project::Project;
use crate::toolchain::Toolchain;
use artifacts::Artifact;

/// Build every program and every component library of the guest workspace, and put them into `target/guests/` as
/// `<name>.wasm`. A file there changes only when its content does.
///
/// # Errors
/// When the build fails or a file cannot be copied.
pub(crate) fn build(project: &Project, toolchain: &Toolchain, phases: &mut Phases) -> Result<()> {
    phases.run("guests", || {
        let artifacts = compile(project, toolchain, &["--workspace"])?;
        let directory = project.guests();
        let changed = publish(&artifacts, &directory)?;
        remove_others(&artifacts, &directory)?;
        let (number, directory) = (artifacts.len(), project.shown(&directory));
        println!("   {number} components in {directory}, {changed} of them new or changed");
        Ok(())
    })
}

/// Build some packages of the guest workspace; what else is in `target/guests/` stays.
///
/// # Errors
/// As [`build`].
pub(crate) fn build_some(
    project: &Project,
    toolchain: &Toolchain,
    packages: &[&str],
    phases: &mut Phases,
) -> Result<()> {
    phases.run("guests", || {
        let packages: Vec<&str> = packages.iter().flat_map(|package| ["--package", package]).collect();
        publish(&compile(project, toolchain, &packages)?, &project.guests()).map(drop)
    })
}

fn compile(project: &Project, toolchain: &Toolchain, packages: &[&str]) -> Result<Vec<Artifact>> {
    let mut command = toolchain.cargo_build(project)?;
    command.args(["--release", "--message-format", "json-render-diagnostics"]).args(packages);
    command.arg("--manifest-path").arg(project.guest_manifest());
    command.arg("--target-dir").arg(project.guests_build());
    let mut artifacts = Vec::new();
    let status = process::for_each_line(&mut command, |line| artifacts.extend(artifacts::parse(line)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", process::shown(&command));
    }
    Ok(artifacts)
}

/// Make `directory` hold the artifacts, and answer how many files changed.
fn publish(artifacts: &[Artifact], directory: &Path) -> Result<usize> {
    fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
    let mut changed = 0;
    for artifact in artifacts {
        let from = fs::read(&artifact.path).with_context(|| format!("cannot read {}", artifact.path.display()))?;
        let to = directory.join(artifact.file_name());
        if fs::read(&to).is_ok_and(|there| there == from) {
            continue;
        }
        let unfinished = directory.join(format!(".{}", artifact.file_name()));
        fs::write(&unfinished, from)
            .and_then(|()| fs::rename(&unfinished, &to))
            .with_context(|| format!("cannot write {}", to.display()))?;
        changed += 1;
    }
    Ok(changed)
}

/// A program that was renamed must not go on being run under its old name.
fn remove_others(artifacts: &[Artifact], directory: &Path) -> Result<()> {
    for entry in directory.read_dir()? {
        let path = entry?.path();
        let is_wasm = path.extension().is_some_and(|extension| extension == "wasm");
        let is_known = artifacts.iter().any(|artifact| path.ends_with(artifact.file_name())) || languages::made(&path);
        if is_wasm && !is_known {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_written_and_what_is_gone_goes() -> Result<()> {
        let scratch = std::env::temp_dir().join(format!("xtask-publish-{}", std::process::id()));
        let guests = scratch.join("guests");
        fs::create_dir_all(&guests)?;
        fs::write(scratch.join("a.wasm"), "one")?;
        fs::write(scratch.join("b.wasm"), "two")?;
        fs::write(guests.join("old.wasm"), "old")?;
        let artifact = |name: &str| Artifact { name: name.into(), path: scratch.join(format!("{name}.wasm")) };
        let artifacts = [artifact("a"), artifact("b")];
        assert_eq!(publish(&artifacts, &guests)?, 2);
        assert!(guests.join("old.wasm").exists());
        remove_others(&artifacts, &guests)?;
        assert!(!guests.join("old.wasm").exists());
        let before = fs::metadata(guests.join("a.wasm"))?.modified()?;
        fs::write(scratch.join("b.wasm"), "three")?;
        assert_eq!(publish(&artifacts, &guests)?, 1);
        assert_eq!(fs::metadata(guests.join("a.wasm"))?.modified()?, before);
        assert_eq!(fs::read_to_string(guests.join("b.wasm"))?, "three");
        fs::remove_dir_all(&scratch)?;
        Ok(())
    }
}
