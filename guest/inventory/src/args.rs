//! The command line.

use lexopt::prelude::*;

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Scan,
    Report,
    History,
    Forget,
    Help,
    Version,
}

impl Command {
    /// As it is typed.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::Report => "report",
            Self::History => "history",
            Self::Forget => "forget",
            Self::Help => "help",
            Self::Version => "version",
        }
    }
}

/// What to do and how to say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) command: Command,
    pub(crate) all: bool,
    pub(crate) json: bool,
}

pub(crate) const HELP: &str = "\
Keeps an inventory of the packages that lock files name, and says what changed.

Usage: inventory [COMMAND] [OPTIONS]

Commands:
  scan     Read the lock files, store what they name, say what changed since
           the last run; this is what happens without a command
  report   Show what is stored, without reading a file
  history  List the runs, the newest first
  forget   Delete what is stored, and the history

Options:
  --all          Print long lists in full
  --json         Print JSON for programs
  -h, --help     Print this
  -V, --version  Print the version

Files are those of the tenant, in all directories but `node_modules` and `.git`:
  Cargo.lock, package-lock.json, npm-shrinkwrap.json, yarn.lock, pnpm-lock.yaml,
  poetry.lock, uv.lock, pdm.lock, Pipfile.lock, requirements*.txt (lines with ==),
  go.sum, composer.lock, Gemfile.lock

Exit codes:
  0  all is well
  1  something could not be read; the rest is stored
  2  the command line makes no sense
  3  the store refused; the last inventory is as it was
";

impl Args {
    /// Reads arguments; the first one, the name of the program, is skipped.
    pub(crate) fn parse(
        arguments: impl IntoIterator<Item = impl Into<std::ffi::OsString>>,
    ) -> Result<Self, lexopt::Error> {
        let mut parser = lexopt::Parser::from_iter(arguments);
        let mut command = None;
        let (mut all, mut json) = (false, false);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("all") => all = true,
                Long("json") => json = true,
                Short('h') | Long("help") => command = Some(Command::Help),
                Short('V') | Long("version") => command = Some(Command::Version),
                Value(ref name) if command.is_none() => {
                    command = Some(match name.to_str() {
                        Some("scan") => Command::Scan,
                        Some("report") => Command::Report,
                        Some("history") => Command::History,
                        Some("forget") => Command::Forget,
                        _ => return Err(argument.unexpected()),
                    });
                }
                // After `--help` the rest does not matter.
                Value(_) if matches!(command, Some(Command::Help | Command::Version)) => {}
                _ => return Err(argument.unexpected()),
            }
        }
        Ok(Self { command: command.unwrap_or(Command::Scan), all, json })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Args, String> {
        Args::parse(line.split_whitespace()).map_err(|error| error.to_string())
    }

    #[test]
    fn without_a_command_it_scans() {
        let args = parse("inventory").unwrap();
        assert_eq!(args.command, Command::Scan);
        assert!(!args.all && !args.json);
    }

    #[test]
    fn options_stand_before_or_behind_the_command() {
        for line in ["inventory --json history", "inventory history --json"] {
            let args = parse(line).unwrap();
            assert_eq!(args.command, Command::History);
            assert!(args.json);
        }
        assert_eq!(parse("inventory scan -h").unwrap().command, Command::Help);
    }

    #[test]
    fn what_is_unknown_is_named() {
        assert_eq!(parse("inventory burn").unwrap_err(), "unexpected argument \"burn\"");
        assert_eq!(parse("inventory --quick").unwrap_err(), "invalid option '--quick'");
        assert_eq!(parse("inventory scan scan").unwrap_err(), "unexpected argument \"scan\"");
        assert!(parse("inventory --json=no").is_err());
    }
}
