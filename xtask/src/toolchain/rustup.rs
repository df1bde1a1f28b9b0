//! The target from rustup.

use std::process::Command;

use anyhow::{Result, bail};

use super::{TARGET, on_path};
use crate::process::{self, Echo};

/// Add the target to the toolchain in use.
///
/// # Errors
/// When there is no rustup, or it cannot download the target; the error names the command and repeats its last lines.
pub(super) fn add_target() -> Result<()> {
    if !on_path("rustup") {
        bail!("rustup: not installed");
    }
    let mut command = Command::new("rustup");
    // A back trace would push the reason out of the lines that are kept.
    command.args(["target", "add", TARGET]).env("RUST_BACKTRACE", "0");
    process::run_with_tail(&mut command, Echo::Hidden)
}
