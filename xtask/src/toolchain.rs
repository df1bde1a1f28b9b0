//! The compiler for guest programs: what makes components for `wasm32-wasip2`.
//!
//! What is installed is preferred to what could be installed: then a second run asks no network.

mod debian;
mod rustup;

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::phases::Phases;
use crate::process;
use crate::project::Project;

/// The target that guests are compiled for.
pub(crate) const TARGET: &str = "wasm32-wasip2";

/// Which toolchain the user wants.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    /// Whatever works.
    Auto,
    /// The installed rustc, with the target added by rustup if it is missing.
    Rustup,
    /// Debian's packages.
    Debian,
}

/// A toolchain that is ready for use.
pub(crate) enum Toolchain {
    /// The rustc that also compiles the host has the target.
    Installed,
    /// Debian's compiler, which has no standard library for the target but its source.
    Debian,
}

impl Toolchain {
    /// The command that builds for [`TARGET`]; arguments of `cargo build` can be added.
    ///
    /// # Errors
    /// When a file that the build needs cannot be written.
    pub(crate) fn cargo_build(&self, project: &Project) -> Result<Command> {
        match self {
            Toolchain::Installed => {
                let mut command = project.cargo();
                command.args(["build", "--target", TARGET]);
                Ok(command)
            }
            Toolchain::Debian => debian::cargo_build(project),
        }
    }
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Toolchain::Installed => write!(f, "the installed rustc, which has the target {TARGET}"),
            Toolchain::Debian => {
                write!(f, "Debian's rustc (/usr/bin/rustc) and a standard library made from source")
            }
        }
    }
}

/// Find a toolchain, or install one.
///
/// # Errors
/// When there is none and none can be installed; the error has the commands to type.
pub(crate) fn setup(choice: Choice, phases: &mut Phases) -> Result<Toolchain> {
    phases.run("guest toolchain", || {
        let toolchain = find_or_install(choice)?;
        println!("   {toolchain}");
        Ok(toolchain)
    })
}

fn find_or_install(choice: Choice) -> Result<Toolchain> {
    let (rustup, debian) = (choice != Choice::Debian, choice != Choice::Rustup);
    if rustup && has_target() {
        return Ok(Toolchain::Installed);
    }
    if debian && debian::is_complete() {
        return Ok(Toolchain::Debian);
    }
    let mut tried = Vec::new();
    if rustup {
        println!("   asking rustup for {TARGET}");
        match rustup::add_target() {
            Ok(()) if has_target() => return Ok(Toolchain::Installed),
            Ok(()) => tried.push(format!("rustup added {TARGET} to another toolchain than the one in use")),
            Err(error) => tried.push(format!("{error:#}")),
        }
    }
    if debian {
        match debian::obstacle() {
            None => {
                tried.iter().for_each(|reason| println!("   {}", short(reason)));
                debian::install()?;
                return Ok(Toolchain::Debian);
            }
            Some(obstacle) => tried.push(format!("Debian's packages: {obstacle}")),
        }
    }
    bail!("{}", nothing_found(&tried))
}

fn nothing_found(tried: &[String]) -> String {
    format!(
        "no compiler for {TARGET} was found, and none could be installed:\n  - {}\n\
         Type one of these, and then the command again:\n  \
         rustup target add {TARGET}\n  \
         sudo {}",
        tried.join("\n  - "),
        debian::INSTALL_COMMAND
    )
}

/// What is worth reading of a reason when there is another way: the line with the error, cut.
fn short(reason: &str) -> String {
    const CHARACTERS: usize = 110;
    let error = reason.lines().map(str::trim).find(|line| line.starts_with("error:"));
    error.unwrap_or(reason).chars().take(CHARACTERS).collect()
}

/// Whether the rustc that compiles the host has the standard library for [`TARGET`].
fn has_target() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    library_directory(&rustc, &["--target", TARGET]).is_some_and(|directory| has_std(&directory))
}

/// Where a rustc keeps the libraries of a target; `None` when it does not know the target.
fn library_directory(rustc: &OsStr, arguments: &[&str]) -> Option<PathBuf> {
    let output = process::output(Command::new(rustc).args(["--print", "target-libdir"]).args(arguments)).ok()?;
    Some(PathBuf::from(output.trim_end()))
}

fn has_std(directory: &Path) -> bool {
    let Ok(entries) = directory.read_dir() else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    })
}

/// The linker that makes a component of what `wasm-ld` links; every rustc since 1.82 brings one along.
pub(crate) fn component_ld() -> Option<PathBuf> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let installed = [rustc, OsString::from(debian::RUSTC)];
    installed.iter().find_map(|rustc| {
        let libraries = library_directory(rustc, &[])?;
        Some(libraries.parent()?.join("bin/wasm-component-ld")).filter(|path| path.is_file())
    })
}

/// Install a package of Debian's that is no part of the toolchain.
///
/// # Errors
/// When this is not Debian, only root may install, or `apt-get` fails.
pub(crate) fn install_package(package: &'static str) -> Result<()> {
    match debian::obstacle() {
        None => debian::install_package(package),
        Some(obstacle) => bail!("{obstacle}"),
    }
}

/// Whether a program is on the search path.
pub(crate) fn on_path(program: &str) -> bool {
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|directory| directory.join(&file).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_says_what_was_tried_and_what_to_type() {
        let error = nothing_found(&["rustup: not installed".into(), "Debian's packages: not root".into()]);
        assert!(error.contains("- rustup: not installed\n  - Debian's packages: not root\n"), "{error}");
        assert!(error.contains("\n  rustup target add wasm32-wasip2\n"), "{error}");
        assert!(error.contains("\n  sudo apt-get install -y rustc-web"), "{error}");
    }

    #[test]
    fn of_a_failed_command_the_error_is_shown() {
        assert_eq!(short("`rustup` failed\n    info: downloading\n    error: no network"), "error: no network");
        assert_eq!(short("rustup: not installed"), "rustup: not installed");
    }

    #[test]
    fn a_directory_that_is_not_there_has_no_standard_library() {
        assert!(!has_std(Path::new("/no/such/directory")));
    }

    #[test]
    fn programs_are_looked_up_on_the_search_path() {
        assert!(on_path("sh"));
        assert!(!on_path("no-such-program-anywhere"));
    }
}
