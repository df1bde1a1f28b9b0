//! `wasm-component-ld`: the linker that wraps `wasm-ld` and makes a component of what it links.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::library_directory;
use crate::process::{self, Echo};
use crate::project::Project;

const NAME: &str = "wasm-component-ld";

/// The version that is installed where none is there; it is known to work with Debian's compiler.
const VERSION: &str = "0.5.31";

/// Where it is, if it is there.
pub(super) fn find(project: &Project) -> Option<PathBuf> {
    let own = project.tools().join("bin").join(NAME);
    from_rustup().into_iter().chain([own]).find(|path| path.is_file())
}

/// A toolchain of rustup's brings it along, whatever targets it has.
fn from_rustup() -> Option<PathBuf> {
    Some(library_directory(&[])?.parent()?.join("bin").join(NAME))
}

/// Where it is, after two minutes of compiling if it was not there.
///
/// # Errors
/// When it cannot be downloaded or compiled.
pub(super) fn find_or_install(project: &Project) -> Result<PathBuf> {
    if let Some(found) = find(project) {
        return Ok(found);
    }
    println!("   compiling {NAME} {VERSION}, which takes about two minutes");
    let mut command = project.cargo();
    command.args(["install", "--locked", "--version", VERSION, NAME, "--root"]).arg(project.tools());
    // Its own, so that it does not wait for a build that holds the project's.
    command.arg("--target-dir").arg(env::temp_dir().join(format!("{NAME}-{}", std::process::id())));
    process::run_with_tail(&mut command, Echo::Hidden)?;
    find(project).with_context(|| format!("`{}` left no {NAME}", process::shown(&command)))
}
