//! The project's own commands, run as `cargo xtask <command>`.

mod bench;
mod crash;
mod demo;
mod environment;
mod guests;
mod languages;
mod lint;
mod others;
mod package;
mod phases;
mod process;
mod project;
mod test;
mod toolchain;
mod transcripts;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use languages::Language;
use phases::Phases;
use project::Project;
use toolchain::Choice;

/// Set up, build, show and test larder.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", after_help = "Start with `cargo xtask demo`; before a commit: `cargo xtask test`.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// Where the compiler for the guest programs comes from.
    ///
    /// `auto` takes what is installed; if nothing is, it asks rustup, and then, as root on Debian, installs packages.
    #[arg(long, global = true, value_enum, default_value_t = Choice::Auto, env = "LARDER_TOOLCHAIN")]
    toolchain: Choice,
}

#[derive(Subcommand)]
enum Command {
    /// Find or install the compiler for the guest programs (wasm32-wasip2). Does nothing where it is there already.
    Setup,
    /// Build every guest program into target/guests/.
    Guests,
    /// Build the guests in other languages than Rust into target/guests/, and set up the tools for it below target/.
    Languages {
        /// Which ones; all if none is named.
        #[arg(value_enum)]
        languages: Vec<Language>,
        /// Run the tests of the packages for guests too; they need no host.
        #[arg(long)]
        test: bool,
    },
    /// Set up, build, and show a real plugin at work: two tenants, a killed host, a changed file, refusals.
    Demo,
    /// Set up, build, check formatting and clippy, and run every test; the last line is `N passed, N failed`.
    Test,
    /// Check formatting, clippy and documentation, with warnings as errors.
    Lint,
    /// Kill hosts at work again and again (SIGKILL), and check that what they acknowledged is there.
    Crash {
        /// How often each kind of host is killed.
        #[arg(long, default_value_t = 1000)]
        kills: u64,
    },
    /// Measure what larder costs a guest, beside the same work without it; `cargo xtask bench -- --help` says more.
    Bench {
        /// Arguments of the benchmark.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Build programs over the SDKs of other hosts as they are on crates.io, and run them for two tenants. Takes minutes.
    Others,
    /// Check that the published crates pack with all they need.
    Package,
    /// Replay recordings of the reference, natively and through a guest, and print each line that differs.
    ///
    /// The status is 1 when a line differs that is not meant to.
    Transcripts {
        /// Folders of such files, or single files; `tests/fixtures/transcripts` has those of the project.
        #[arg(required = true)]
        places: Vec<PathBuf>,
        /// Write the differences to this file too: a JSON object a line, the last one the summary.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let project = Project::locate();
    let mut phases = Phases::new();
    match dispatch(&arguments, &project, &mut phases) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &Arguments, project: &Project, phases: &mut Phases) -> Result<ExitCode> {
    let choice = arguments.toolchain;
    match &arguments.command {
        Command::Setup => {
            toolchain::setup(choice, phases)?;
        }
        Command::Guests => {
            let toolchain = toolchain::setup(choice, phases)?;
            guests::build(project, &toolchain, phases)?;
        }
        Command::Languages { languages, test } => return Ok(languages::run(project, languages, *test, phases)),
        Command::Demo => demo::run(project, choice, phases)?,
        Command::Test => return Ok(test::run(project, choice, phases)),
        Command::Lint => lint::run(project, phases)?,
        Command::Crash { kills } => crash::run(project, choice, *kills, phases)?,
        Command::Bench { arguments } => return bench::run(project, choice, arguments, phases),
        Command::Others => others::run(project, choice, phases)?,
        Command::Package => package::run(project, phases)?,
        Command::Transcripts { places, json } => {
            return transcripts::run(project, choice, places, json.as_deref(), phases);
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }
}
