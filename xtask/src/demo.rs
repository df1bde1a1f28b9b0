//! The main job on real input: `inventory`, a plugin that reads lock files, works for several tenants.
//!
//! What the demo says is not only printed: each claim is checked, and the first one that does not hold ends it.

mod kill;
mod larder;
mod lock_file;
mod refusals;
mod story;

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::phases::Phases;
use crate::project::Project;
use crate::toolchain::{self, Choice};
use crate::{guests, process};
use larder::Larder;

/// Set up, build and run the demo in a fresh `target/demo/`.
///
/// # Errors
/// When something cannot be built, or a claim does not hold.
pub(crate) fn run(project: &Project, choice: Choice, phases: &mut Phases) -> Result<()> {
    let toolchain = toolchain::setup(choice, phases)?;
    guests::build(project, &toolchain, phases)?;
    // The whole workspace, as the tests build it: alone, the command's dependencies could get other features, and would be
    // compiled again for the tests.
    phases
        .run("larder", || process::run(project.cargo().args(["build", "--workspace", "--exclude", "larder-bench"])))?;
    let larder = prepare(project)?;
    phases.run("the demo", || story::tell(project, &larder))?;
    println!("\n{}", phases.table());
    println!("Every line with a tick was checked. The data is in {}; look into it:", project.shown(larder.root()));
    println!("  {} --root {} tenants --usage", project.shown(larder.binary()), project.shown(larder.root()));
    Ok(())
}

fn prepare(project: &Project) -> Result<Larder> {
    let directory = project.demo();
    match fs::remove_dir_all(&directory) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove {}", directory.display()));
        }
        _ => {}
    }
    fs::create_dir_all(&directory).with_context(|| format!("cannot make {}", directory.display()))?;
    Ok(Larder::new(project.binary("larder"), project.guests().join("inventory.wasm"), directory))
}

/// Say what was claimed, if it holds.
///
/// # Errors
/// When it does not; `found` tells what there was instead.
fn claim(what: &str, holds: bool, found: impl FnOnce() -> String) -> Result<()> {
    if !holds {
        bail!("it does not hold that {what}; found: {}", found());
    }
    println!("   \u{2713} {what}");
    Ok(())
}

fn headline(number: u32, text: &str) {
    println!("\n{number}. {text}");
}

/// The project's own lock file, and the one of an npm project.
fn lock_files(project: &Project) -> [PathBuf; 2] {
    [project.root().join("Cargo.lock"), project.root().join("examples/data/package-lock.json")]
}

/// Show what a program printed, set in.
fn show(text: &str) {
    for line in text.trim_end().lines() {
        println!("{}", format!("     {line}").trim_end());
    }
    println!();
}
