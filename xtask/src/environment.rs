//! Environment variables that must not reach a child process.
//!
//! `cargo run` sets variables about the package that it runs and rustup sets some about its toolchain. In a child they
//! would cause needless rebuilds, or make one toolchain use parts of another.

use std::env;
use std::process::Command;

/// Take the variables that `unwanted` picks out of the environment of `command`.
pub(crate) fn remove(command: &mut Command, unwanted: fn(&str) -> bool) {
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(unwanted) {
            command.env_remove(name);
        }
    }
}

/// Whether the variable tells of the package that `cargo run` runs: this one.
pub(crate) fn describes_running_package(name: &str) -> bool {
    const PREFIXES: [&str; 3] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || name == "CARGO_CRATE_NAME"
}

/// Whether the variable ties a cargo to a toolchain, or to settings made for a toolchain.
///
/// What is about the network, the terminal or the number of jobs stays.
pub(crate) fn ties_to_toolchain(name: &str) -> bool {
    const KEPT: [&str; 6] =
        ["CARGO_HTTP_", "CARGO_NET_", "CARGO_TERM_", "CARGO_REGISTR", "CARGO_SOURCE_", "CARGO_BUILD_JOBS"];
    const REMOVED: [&str; 6] = ["CARGO", "RUSTUP_", "RUSTC", "RUSTDOC", "RUSTFLAGS", "RUST_RECURSION_COUNT"];
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    name == "LD_LIBRARY_PATH" || (starts(&REMOVED) && !starts(&KEPT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_toolchain_sees_nothing_of_the_first() {
        for name in [
            "CARGO",
            "CARGO_HOME",
            "CARGO_TARGET_DIR",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_BUILD_TARGET",
            "CARGO_PROFILE_RELEASE_LTO",
            "RUSTUP_TOOLCHAIN",
            "RUSTC",
            "RUSTC_WRAPPER",
            "RUSTFLAGS",
            "RUSTDOCFLAGS",
            "LD_LIBRARY_PATH",
        ] {
            assert!(ties_to_toolchain(name), "{name}");
        }
    }

    #[test]
    fn settings_of_network_and_terminal_stay() {
        for name in
            ["PATH", "HOME", "HTTPS_PROXY", "CARGO_HTTP_CAINFO", "CARGO_NET_OFFLINE", "CARGO_TERM_COLOR", "RUST_LOG"]
        {
            assert!(!ties_to_toolchain(name), "{name}");
        }
    }

    #[test]
    fn what_cargo_run_says_of_the_package_is_told_from_the_users_own_settings() {
        assert!(describes_running_package("CARGO_PKG_NAME"));
        assert!(describes_running_package("CARGO_MANIFEST_DIR"));
        assert!(!describes_running_package("CARGO_HOME"));
        assert!(!describes_running_package("RUSTFLAGS"));
    }
}
