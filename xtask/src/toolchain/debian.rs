//! The toolchain from Debian's packages.
//!
//! They have a rustc and a cargo, the source of the standard library, linkers and a libc, but no standard library for
//! wasm: cargo builds that from source (`-Zbuild-std`), once, within a minute or so.

mod linker;
mod packages;

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::{TARGET, on_path};
use crate::environment;
use crate::process;
use crate::project::Project;
pub(super) use packages::INSTALL_COMMAND;

pub(super) const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";

/// The oldest rustc that compiles the guests.
const OLDEST_RUSTC: (u32, u32) = (1, 95);

/// Whether every package is installed and new enough.
pub(super) fn is_complete() -> bool {
    packages::missing().is_ok_and(|missing| missing.is_empty()) && is_new_enough()
}

/// Why the packages cannot be installed here; `None` when they can.
pub(super) fn obstacle() -> Option<&'static str> {
    if !on_path("apt-get") || !on_path("dpkg-query") {
        Some("this is not Debian (there is no apt-get)")
    } else if !is_root() {
        Some("only root may install them")
    } else {
        None
    }
}

/// Install what is missing.
///
/// # Errors
/// When `apt-get` fails, or what it has is too old.
pub(super) fn install() -> Result<()> {
    packages::install(is_new_enough)
}

/// Install one more package.
///
/// # Errors
/// When `apt-get` fails.
pub(super) fn install_package(package: &str) -> Result<()> {
    packages::install_one(package)
}

/// The `cargo build` of this toolchain.
///
/// # Errors
/// When the linker's script cannot be written.
pub(super) fn cargo_build(project: &Project) -> Result<Command> {
    let linker = linker::write(project, Path::new(RUSTC))?;
    let mut command = Command::new(CARGO);
    environment::remove(&mut command, environment::ties_to_toolchain);
    command
        .current_dir(project.root())
        .env("CARGO_HOME", project.tools().join("cargo-home"))
        .env("RUSTC", RUSTC)
        // Empty turns off a wrapper that a configuration file of the user's names.
        .env("RUSTC_WRAPPER", "")
        .env("RUSTC_WORKSPACE_WRAPPER", "")
        // -Zbuild-std is for nightly compilers; with this the stable one takes it.
        .env("RUSTC_BOOTSTRAP", "1")
        // Encoded, because a path may hold a space.
        .env("CARGO_ENCODED_RUSTFLAGS", linker_flags(&linker))
        .args(["build", "--target", TARGET, "-Zbuild-std=std,panic_abort"]);
    Ok(command)
}

/// Rustc's own start files are part of the standard library that is not there: the linker script brings libc's.
fn linker_flags(linker: &Path) -> String {
    format!("-Clinker={}\x1f-Clink-self-contained=no", linker.display())
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim_end() == "0")
}

fn is_new_enough() -> bool {
    let version = process::output(Command::new(RUSTC).arg("--version"));
    version.ok().and_then(|text| rustc_version(&text)).is_some_and(|found| found >= OLDEST_RUSTC)
        && Path::new(CARGO).is_file()
}

/// `(1, 96)` from `rustc 1.96.0 (ac68faa20 2026-05-25)`.
fn rustc_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split_whitespace().nth(1)?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_rustc_is_read() {
        assert_eq!(rustc_version("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"), Some((1, 96)));
        assert_eq!(rustc_version("rustc 1.63.0\n"), Some((1, 63)));
        assert_eq!(rustc_version("rustc 2.0.0-nightly"), Some((2, 0)));
        assert_eq!(rustc_version("rustc"), None);
        assert_eq!(rustc_version("rustc x.y"), None);
    }

    #[test]
    fn flags_are_separated_as_cargo_expects() {
        let flags = linker_flags(Path::new("/a path/guest-ld"));
        assert_eq!(flags.split('\x1f').collect::<Vec<_>>(), ["-Clinker=/a path/guest-ld", "-Clink-self-contained=no"]);
    }
}
