//! Running the binary.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A directory to run commands in.
pub(crate) struct Cli {
    dir: TempDir,
}

/// How a command ended.
pub(crate) struct Ran {
    line: String,
    status: Option<i32>,
    stdout: Vec<u8>,
    stderr: String,
}

impl Cli {
    /// With nothing in it but a larder.toml that lets all tests share compiled components.
    pub(crate) fn new() -> Cli {
        let cli = Cli { dir: TempDir::new().unwrap() };
        cli.manifest("");
        cli
    }

    /// With a tenant `acme` that has the entries `config/colour = blue` and `config/size = 12`.
    pub(crate) fn with_acme() -> Cli {
        let cli = Cli::new();
        cli.run(&["set", "--create", "-t", "acme", "config", "colour", "blue"]).ok();
        cli.run(&["set", "-t", "acme", "config", "size", "12"]).ok();
        cli
    }

    /// Write a larder.toml.
    pub(crate) fn manifest(&self, text: &str) {
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
        let text = format!("cache = {:?}\n{text}", cache.to_str().unwrap());
        std::fs::write(self.path("larder.toml"), text).unwrap();
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.dir.path().join(relative)
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.path("larder-data")
    }

    pub(crate) fn write(&self, relative: &str, bytes: &[u8]) {
        std::fs::write(self.path(relative), bytes).unwrap();
    }

    /// Compile a component from its text form into a file.
    pub(crate) fn component(&self, relative: &str, text: &str) {
        self.write(relative, &wat::parse_str(text).unwrap());
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with_input(arguments, b"")
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // One that does not read its input closes it, which is no failure of the test.
        let _ = child.stdin.take().unwrap().write_all(input);
        Ran::new(arguments, child.wait_with_output().unwrap())
    }

    /// The command, to be run by the test.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_larder"));
        command.args(arguments).current_dir(self.dir.path());
        for variable in [
            "LARDER_ROOT",
            "LARDER_CONFIG",
            "LARDER_LOG",
            "LARDER_METRICS",
            "LARDER_OTLP",
            "OTEL_SERVICE_NAME",
            "NO_COLOR",
        ] {
            command.env_remove(variable);
        }
        command
    }
}

impl Ran {
    fn new(arguments: &[&str], output: Output) -> Ran {
        Ran {
            line: arguments.join(" "),
            status: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// It succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> Ran {
        self.ended(0)
    }

    /// It ended with this status.
    #[track_caller]
    pub(crate) fn ended(self, status: i32) -> Ran {
        assert_eq!(
            self.status,
            Some(status),
            "larder {}\nstdout: {}\nstderr: {}",
            self.line,
            String::from_utf8_lossy(&self.stdout),
            self.stderr
        );
        self
    }

    /// Standard error holds each of these.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Ran {
        for part in parts {
            assert!(self.stderr.contains(part), "larder {}\nno {part:?} in: {}", self.line, self.stderr);
        }
        self
    }

    /// Standard output is this.
    #[track_caller]
    pub(crate) fn prints(self, text: &str) -> Ran {
        assert_eq!(self.text(), text, "larder {}\nstderr: {}", self.line, self.stderr);
        self
    }

    /// Standard output holds each of these.
    #[track_caller]
    pub(crate) fn shows(self, parts: &[&str]) -> Ran {
        for part in parts {
            assert!(self.text().contains(part), "larder {}\nno {part:?} in: {}", self.line, self.text());
        }
        self
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.stdout
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.stdout).unwrap()
    }

    pub(crate) fn stderr(&self) -> &str {
        &self.stderr
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Standard output as one JSON value a line.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The `error` of a JSON error on standard error.
    #[track_caller]
    pub(crate) fn json_error(&self) -> Value {
        let value: Value =
            serde_json::from_str(&self.stderr).unwrap_or_else(|error| panic!("{error}: {}", self.stderr));
        value["error"].clone()
    }
}

/// A component that `cargo xtask guests` built.
#[track_caller]
pub(crate) fn guest(name: &str) -> String {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/guests");
    let directory = std::env::var_os("LARDER_GUESTS").map_or(built, PathBuf::from);
    let path = directory.join(format!("{name}.wasm"));
    assert!(path.exists(), "{} is missing: build the guests with `cargo xtask guests`", path.display());
    path.to_str().unwrap().to_owned()
}
