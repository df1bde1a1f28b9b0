//! The command `larder`, as a person calls it.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;

/// The command, the plugin and the data that the demo works with.
pub(super) struct Larder {
    binary: PathBuf,
    plugin: PathBuf,
    directory: PathBuf,
    root: PathBuf,
}

/// How a command ended.
pub(super) struct Answer {
    command: String,
    /// The exit status; `None` after a signal.
    pub(super) status: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Larder {
    /// `directory` is where the command is run, and holds the root.
    pub(super) fn new(binary: PathBuf, plugin: PathBuf, directory: PathBuf) -> Larder {
        let root = directory.join("data");
        Larder { binary, plugin, directory, root }
    }

    pub(super) fn binary(&self) -> &Path {
        &self.binary
    }

    /// The directory of all tenants.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// A file beside the root, for what the demo writes itself.
    pub(super) fn scratch(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Any command, with what the user's environment says of other roots left out.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.current_dir(&self.directory).env("LARDER_ROOT", &self.root).env_remove("LARDER_CONFIG");
        command.args(arguments).stdin(Stdio::null());
        command
    }

    /// The plugin for a tenant, with its store and its files granted.
    pub(super) fn plugin(&self, tenant: &str, flags: &[&str], arguments: &[&str]) -> Command {
        let mut command = self.command(&["run"]);
        command.arg(&self.plugin).args(["--tenant", tenant, "--grant", "default", "--files", "default"]);
        command.args(flags).arg("--").args(arguments);
        command
    }

    /// The plugin without any grant.
    pub(super) fn plugin_without_grants(&self, tenant: &str) -> Command {
        let mut command = self.command(&["run"]);
        command.arg(&self.plugin).args(["--tenant", tenant]);
        command
    }

    /// Put a file of this machine among those of a tenant, which is made if there is none.
    pub(super) fn put(&self, tenant: &str, path: &str, file: &Path) -> Result<()> {
        let mut command = self.command(&["files", "put", "--create", "--tenant", tenant]);
        answer(command.arg(file).arg(path))?.expect_success()?;
        Ok(())
    }

    /// Scan a tenant's lock files and answer what the plugin printed for a person.
    pub(super) fn scan(&self, tenant: &str) -> Result<String> {
        Ok(answer(&mut self.plugin(tenant, &[], &["scan"]))?.expect_success()?.stdout)
    }

    /// What the plugin has stored, as JSON; a command is `report` or `history`.
    pub(super) fn stored(&self, tenant: &str, command: &str) -> Result<Value> {
        answer(&mut self.plugin(tenant, &[], &[command, "--json"]))?.expect_success()?.json()
    }

    /// Start a scan and kill its host (signal 9) after a while. Answers whether it was still at work.
    pub(super) fn scan_and_kill(&self, tenant: &str, after: Duration) -> Result<bool> {
        let mut command = self.plugin(tenant, &[], &["scan"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        std::thread::sleep(after);
        let ended = child.try_wait()?.is_some();
        kill(&mut child)?;
        Ok(!ended)
    }

    /// Start a scan and kill its host as soon as the plugin says what it stored.
    pub(super) fn scan_until_told_and_kill(&self, tenant: &str) -> Result<()> {
        let mut child = self.plugin(tenant, &[], &["scan"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut first = [0];
        let told = child.stdout.as_mut().map(|stdout| stdout.read_exact(&mut first));
        kill(&mut child)?;
        told.context("no output")?.context("the plugin ended without a word")
    }
}

fn kill(child: &mut Child) -> Result<()> {
    // The standard library sends SIGKILL; a process that has ended by itself is no error.
    child.kill()?;
    child.wait()?;
    Ok(())
}

/// Run to the end.
pub(super) fn answer(command: &mut Command) -> Result<Answer> {
    let shown = process::shown(command);
    let output = command.output().with_context(|| format!("cannot start `{shown}`"))?;
    Ok(Answer {
        command: shown,
        status: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

impl Answer {
    fn expect_success(self) -> Result<Answer> {
        if self.status != Some(0) {
            bail!("{self}");
        }
        Ok(self)
    }

    /// What it printed, as JSON.
    pub(super) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.stdout).with_context(|| format!("this is not JSON: {self}"))
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status.map_or("a signal".to_string(), |status| format!("status {status}"));
        write!(f, "`{}` ended with {status}\n{}{}", self.command, self.stdout, self.stderr)
    }
}
