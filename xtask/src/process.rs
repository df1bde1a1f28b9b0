//! Running other programs, with errors that name the command as a person would type it.

use std::collections::VecDeque;
use std::env;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, bail};

/// How many of the last lines an error repeats.
const TAIL_LINES: usize = 12;

/// The command as one types it in a shell, without its environment.
pub(crate) fn shown(command: &Command) -> String {
    let program = command.get_program();
    // Cargo gives the full path of itself; nobody types that.
    let program =
        if env::var_os("CARGO").is_some_and(|cargo| cargo == program) { OsStr::new("cargo") } else { program };
    let words = std::iter::once(program).chain(command.get_args());
    let words: Vec<String> = words
        .map(|word| {
            let word = word.to_string_lossy();
            if word.is_empty() || word.contains([' ', '"', '$', '*']) { format!("'{word}'") } else { word.into_owned() }
        })
        .collect();
    words.join(" ")
}

fn spawn_error(command: &Command) -> String {
    format!("cannot start `{}`", shown(command))
}

fn failed(command: &Command, status: ExitStatus) -> String {
    format!("`{}` failed ({status})", shown(command))
}

/// Run with the terminal of this program.
///
/// # Errors
/// When the program cannot be started or does not exit with 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| spawn_error(command))?;
    if !status.success() {
        bail!(failed(command, status));
    }
    Ok(())
}

/// Run silently and answer what it wrote to its standard output.
///
/// # Errors
/// As [`run`]; the error ends with what it wrote to its standard error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| spawn_error(command))?;
    if !output.status.success() {
        bail!("{}\n{}", failed(command, output.status), String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Run, hand each line of its standard output to `line`, and answer how it ended. Its standard error stays the terminal.
///
/// # Errors
/// When the program cannot be started or its output cannot be read.
pub(crate) fn for_each_line(command: &mut Command, mut line: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| spawn_error(command))?;
    if let Some(stdout) = child.stdout.take() {
        let mut reader = BufReader::new(stdout);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes)? > 0 {
            line(String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']));
            bytes.clear();
        }
    }
    Ok(child.wait()?)
}

/// What becomes of the output while a program runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Echo {
    /// It goes to the terminal.
    Shown,
    /// Only an error repeats the end of it.
    Hidden,
}

/// Run a program that may fail for reasons outside the project (network, packages).
///
/// # Errors
/// As [`run`]; the error ends with the last lines of all the program wrote.
pub(crate) fn run_with_tail(command: &mut Command, echo: Echo) -> Result<()> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| spawn_error(command))?;
    let tail = Mutex::new(VecDeque::new());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        if let Some(stdout) = stdout {
            scope.spawn(|| copy_lines(stdout, echo, &tail));
        }
        if let Some(stderr) = stderr {
            scope.spawn(|| copy_lines(stderr, echo, &tail));
        }
    });
    let status = child.wait()?;
    if !status.success() {
        let tail: Vec<String> = tail.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()).into();
        bail!("{}; it ended with:\n    {}", failed(command, status), tail.join("\n    "));
    }
    Ok(())
}

fn copy_lines(from: impl Read, echo: Echo, tail: &Mutex<VecDeque<String>>) {
    for line in BufReader::new(from).split(b'\n') {
        let Ok(line) = line else { break };
        let line = String::from_utf8_lossy(&line).trim_end().to_string();
        if echo == Echo::Shown {
            // A terminal that went away is no reason to stop reading: the program would block.
            let _ = writeln!(io::stderr(), "{line}");
        }
        let mut tail = tail.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if !line.is_empty() {
            tail.push_back(line);
        }
        if tail.len() > TAIL_LINES {
            tail.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_failure_names_the_command_and_its_last_lines() {
        let error =
            run_with_tail(&mut shell("seq 100; echo the reason >&2; exit 3"), Echo::Hidden).unwrap_err().to_string();
        assert!(error.starts_with("`sh -c 'seq 100;"), "{error}");
        assert!(error.contains("exit status: 3"), "{error}");
        assert!(error.contains("the reason"), "{error}");
        assert!(error.lines().count() <= TAIL_LINES + 1, "{error}");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(&mut Command::new("no-such-program-anywhere")).unwrap_err();
        assert_eq!(error.to_string(), "cannot start `no-such-program-anywhere`");
    }

    #[test]
    fn lines_arrive_one_by_one_and_the_status_is_kept() {
        let mut lines = Vec::new();
        let status = for_each_line(&mut shell("echo a; echo b; exit 1"), |line| lines.push(line.to_string())).unwrap();
        assert_eq!(lines, ["a", "b"]);
        assert_eq!(status.code(), Some(1));
    }
}
