//! An inventory of the packages that a tenant's lock files name.
//!
//! A plugin for larder, and a `wasi:cli` command: it reads the files of its
//! tenant ([`reading`], [`lockfiles`]), keeps what they name in the store
//! ([`store`]) and says what changed ([`diff`], [`report`]). See [`args::HELP`].

mod args;
mod diff;
mod exit;
mod failure;
mod lockfiles;
mod model;
mod reading;
mod report;
mod store;
mod version;

use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use args::{Args, Command};
use failure::Failure;
use larder_guest::Store;
use larder_guest::files::Directory;
use report::{json, text};

/// The label of the store and of the files.
const LABEL: &str = "default";

fn main() {
    let code = match Args::parse(std::env::args_os()) {
        Ok(args) => run(args),
        Err(error) => {
            complain(&format!("{error}. `inventory --help` says what there is.\n"));
            exit::USAGE
        }
    };
    exit::exit(code);
}

fn run(args: Args) -> u8 {
    match answer(args) {
        Ok((output, code)) => {
            // Whoever stopped reading does not want to hear of it.
            let _ = io::stdout().write_all(output.as_bytes());
            let _ = io::stdout().flush();
            code
        }
        Err(failure) => {
            let message = failure.to_string();
            if args.json
                && let Ok(document) = json::refused(args.command.name(), &message, failure.quota())
            {
                let _ = io::stdout().write_all(document.as_bytes());
            }
            complain(&format!("{message}\n"));
            failure.code()
        }
    }
}

/// What to print, and the exit code.
fn answer(args: Args) -> Result<(String, u8), Failure> {
    let store = || Store::open(LABEL);
    let output = match args.command {
        Command::Help => args::HELP.to_owned(),
        Command::Version => format!("inventory {}\n", env!("CARGO_PKG_VERSION")),
        Command::Scan => return scan(args),
        Command::Report => {
            let store = store()?;
            let run = store::last_run(&store)?;
            let inventory = store::load(&store)?;
            if args.json {
                json::stored(&inventory, run.as_ref())?
            } else {
                text::stored(&inventory, run.as_ref(), args.all)
            }
        }
        Command::History => {
            let runs = store::runs(&store()?)?;
            if args.json { json::history(&runs)? } else { text::history(&runs, args.all) }
        }
        Command::Forget => {
            let forgotten = store::forget(&store()?)?;
            if args.json { json::forgotten(&forgotten)? } else { text::forgotten(&forgotten) }
        }
    };
    Ok((output, exit::OK))
}

fn scan(args: Args) -> Result<(String, u8), Failure> {
    let store = Store::open(LABEL)?;
    let reading = reading::read(&Directory::open(LABEL)?)?;
    let recorded = store::record(&store, &reading, now_ms())
        .map_err(|error| Failure::Record { error, packages: reading.inventory.len() })?;
    let output = if args.json { json::scanned(&recorded)? } else { text::scanned(&recorded, args.all) };
    if reading.problems.is_empty() {
        return Ok((output, exit::OK));
    }
    complain(&text::problems(&reading.problems, args.all));
    Ok((output, exit::UNREAD))
}

fn complain(message: &str) {
    let _ = io::stderr().write_all(b"inventory: ");
    let _ = io::stderr().write_all(message.as_bytes());
}

fn now_ms() -> u64 {
    // A clock before 1970 is a clock that was never set.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
