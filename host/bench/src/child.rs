//! Parts of a row in a process of their own: what is counted there is theirs alone.

use std::{path::Path, process::Command};

use crate::Result;

/// A process of this program, not started yet.
pub(crate) struct Child {
    program: std::path::PathBuf,
    arguments: Vec<std::ffi::OsString>,
}

impl Child {
    pub(crate) fn new(guests: &Path, directory: &Path, words: &[String]) -> Result<Child> {
        let mut arguments = vec!["--guests".into(), guests.into(), "--dir".into(), directory.into(), "--child".into()];
        arguments.extend(words.iter().map(Into::into));
        Ok(Child { program: std::env::current_exe()?, arguments })
    }

    /// The numbers that it prints.
    pub(crate) fn numbers(&self) -> Result<Vec<f64>> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        let printed = printed_by(&mut command)?;
        Ok(printed.split_whitespace().map(str::parse).collect::<Result<_, _>>()?)
    }

    /// How often it synced a file, as strace counts; `None` without strace.
    pub(crate) fn syncs(&self, directory: &Path) -> Result<Option<u64>> {
        if !has_strace() {
            return Ok(None);
        }
        let counts = directory.join("syncs");
        let mut command = Command::new("strace");
        command.args(["-f", "-c", "-e", "trace=fsync,fdatasync", "-o"]).arg(&counts);
        command.arg(&self.program).args(&self.arguments);
        printed_by(&mut command)?;
        Ok(Some(counted(&std::fs::read_to_string(counts)?)))
    }
}

fn has_strace() -> bool {
    Command::new("strace").arg("-V").output().is_ok_and(|output| output.status.success())
}

fn printed_by(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    Err(format!("a part of it failed: {}", String::from_utf8_lossy(&output.stderr).trim()).into())
}

/// Calls of both kinds in the table of `strace -c`: share, seconds, microseconds a call, calls, errors if any, name.
fn counted(table: &str) -> u64 {
    let calls = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let name = words.last()?;
        if ["fsync", "fdatasync"].contains(name) { words.get(3)?.parse::<u64>().ok() } else { None }
    };
    table.lines().filter_map(calls).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_strace_is_understood() {
        let table = "\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 90.00    0.007003         700        10           fdatasync
 10.00    0.000700         700         1         1 fsync
------ ----------- ----------- --------- --------- ----------------
100.00    0.007703         700        11           total
";
        assert_eq!(counted(table), 11);
        assert_eq!(counted(""), 0);
    }
}
