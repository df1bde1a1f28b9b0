//! Which of Debian's packages are there, and installing the others.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, Echo};

/// Compiler, cargo, source of the standard library, `wasm-component-ld`, the `wasm-ld` that it wraps, libc for wasm.
const PACKAGES: [&str; 6] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-19", "wasi-libc"];

/// What a person types to install them all.
pub(crate) const INSTALL_COMMAND: &str =
    "apt-get install -y rustc-web cargo-web rust-web-src rust-web-llvm lld-19 wasi-libc";

/// The packages that are not installed.
///
/// # Errors
/// When there is no `dpkg-query`.
pub(super) fn missing() -> Result<Vec<&'static str>> {
    let mut command = Command::new("dpkg-query");
    command.args(["--show", "--showformat", "${Package} ${db:Status-Status}\\n"]).args(PACKAGES);
    // It fails when one package is unknown, and still lists the others.
    let output = command.output().context("cannot start `dpkg-query`")?;
    let installed = installed(&String::from_utf8_lossy(&output.stdout));
    Ok(PACKAGES.into_iter().filter(|package| !installed.iter().any(|other| other == package)).collect())
}

/// The installed ones of lines `<package> <status>`.
fn installed(listing: &str) -> Vec<String> {
    let lines = listing.lines().filter_map(|line| line.split_once(' '));
    lines.filter(|(_, status)| *status == "installed").map(|(package, _)| package.to_string()).collect()
}

/// Install what is missing, and newer versions where `is_good` says that those installed are too old.
///
/// # Errors
/// When `apt-get` fails, or what it installs is still too old.
pub(super) fn install(is_good: fn() -> bool) -> Result<()> {
    if !has_package_lists() {
        update()?;
        return install_once(is_good);
    }
    let Err(error) = install_once(is_good) else { return Ok(()) };
    println!("   apt-get did not have it; asking for newer package lists");
    update().context(format!("{error:#}"))?;
    install_once(is_good)
}

fn install_once(is_good: fn() -> bool) -> Result<()> {
    let missing = missing()?;
    let wanted = if missing.is_empty() { PACKAGES.to_vec() } else { missing };
    println!("   installing {}", wanted.join(", "));
    let mut command = apt_get();
    command.args(["install", "--yes", "--no-install-recommends"]).args(wanted);
    process::run_with_tail(&mut command, Echo::Shown)?;
    if !is_good() {
        bail!("Debian's rustc is too old to compile the guests; rustup has newer ones");
    }
    Ok(())
}

/// Install one package, whatever there is of it.
///
/// # Errors
/// When `apt-get` fails.
pub(super) fn install_one(package: &str) -> Result<()> {
    println!("   installing {package}");
    let install = || {
        process::run_with_tail(apt_get().args(["install", "--yes", "--no-install-recommends", package]), Echo::Shown)
    };
    if has_package_lists() && install().is_ok() {
        return Ok(());
    }
    update()?;
    install()
}

fn update() -> Result<()> {
    process::run_with_tail(apt_get().arg("update"), Echo::Shown)
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(["--quiet", "--option", "Dpkg::Use-Pty=0"]);
    command
}

fn has_package_lists() -> bool {
    let Ok(entries) = Path::new("/var/lib/apt/lists").read_dir() else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().contains("_Packages"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fully_installed_packages_count() {
        let listing = "cargo-web installed\nlld-19 config-files\nwasi-libc not-installed\nrustc-web installed\n\nodd\n";
        assert_eq!(installed(listing), ["cargo-web", "rustc-web"]);
        assert!(installed("").is_empty());
    }

    #[test]
    fn the_command_that_is_shown_installs_what_is_needed() {
        assert_eq!(INSTALL_COMMAND, format!("apt-get install -y {}", PACKAGES.join(" ")));
    }
}
