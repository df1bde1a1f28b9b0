//! Where the parts of the project lie.

use std::env;
use std::path::{Display, Path, PathBuf};
use std::process::Command;

use crate::environment;

/// The checkout that this program was built from.
pub(crate) struct Project {
    root: PathBuf,
    target: PathBuf,
}

impl Project {
    /// The checkout, and the target directory that cargo uses for it.
    pub(crate) fn locate() -> Project {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.parent().unwrap_or(here).to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(directory) => root.join(directory),
            None => root.join("target"),
        };
        Project { root, target }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The manifest of the workspace whose crates are compiled to wasm.
    pub(crate) fn guest_manifest(&self) -> PathBuf {
        self.root.join("guest/Cargo.toml")
    }

    /// What the project installs for itself: nothing of it outlives `cargo clean`.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// Cargo's target directory for guests. Apart from the host's, so that neither waits for the other's lock.
    pub(crate) fn guests_build(&self) -> PathBuf {
        self.target.join("guests-build")
    }

    /// Cargo's target directory for programs over the SDKs of others.
    pub(crate) fn others_build(&self) -> PathBuf {
        self.target.join("others-build")
    }

    /// Cargo's target directory for the guest crates' tests, which run natively.
    pub(crate) fn guests_native(&self) -> PathBuf {
        self.target.join("guests-native")
    }

    /// The finished components.
    pub(crate) fn guests(&self) -> PathBuf {
        self.target.join("guests")
    }

    /// The data of the demo.
    pub(crate) fn demo(&self) -> PathBuf {
        self.target.join("demo")
    }

    /// A program of the host's, after `cargo build`.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// A path as one types it at the top of the checkout.
    pub(crate) fn shown<'a>(&self, path: &'a Path) -> Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }

    /// The cargo that runs this program, at the top of the checkout.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root);
        environment::remove(&mut command, environment::describes_running_package);
        command
    }

    /// As [`Project::cargo`], with the guest workspace compiled for this machine.
    ///
    /// `arguments` starts with the subcommand.
    pub(crate) fn cargo_for_native_guests(&self, arguments: &[&str]) -> Command {
        let mut command = self.cargo();
        command.args(arguments).arg("--manifest-path").arg(self.guest_manifest());
        command.arg("--target-dir").arg(self.guests_native());
        command
    }
}
