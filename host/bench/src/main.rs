//! What larder costs a guest, beside the same work without larder.
//!
//! Each row runs in one process, larder and what it is compared with in turn, round by round; a line says the median of
//! the rounds and the least and the most. "Native" is rusqlite with prepared statements on a file that larder made, with
//! the same pragmas and without a boundary; it keeps no versions, counters, quotas or feed.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod allocator;
mod args;
mod bench;
mod child;
mod guest;
mod measure;
mod native;
mod process;
mod report;
mod rows;

/// The keys and values that guests make, for whoever is compared with them.
#[path = "../../../guest/bench/src/data.rs"]
mod data;

use std::process::ExitCode;

use clap::Parser as _;

use args::Args;
use bench::Bench;
use report::Report;

type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(missed) if args.strict && missed > 0 => ExitCode::from(1),
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", chain(error.as_ref()));
            ExitCode::from(2)
        }
    }
}

/// Answers how many targets were missed.
fn run(args: &Args) -> Result<usize> {
    if args.list {
        rows::ALL.iter().for_each(|row| println!("{:<24} {}", row.name, row.about));
        return Ok(0);
    }
    if let Some(words) = &args.child {
        rows::in_child(args, words)?;
        return Ok(0);
    }
    let chosen: Vec<_> = rows::ALL.iter().filter(|row| args.chooses(row.name)).collect();
    if chosen.is_empty() {
        return Err("no row has such a name; --list shows them".into());
    }
    let bench = Bench::new(args)?;
    let mut report = Report::new(args);
    for (n, row) in chosen.iter().enumerate() {
        eprintln!("[{}/{}] {}", n + 1, chosen.len(), row.name);
        let lines = (row.run)(&bench).map_err(|error| format!("{}: {}", row.name, chain(error.as_ref())))?;
        report.add(row.name, lines);
    }
    report.print()?;
    Ok(report.missed())
}

/// An error with what caused it.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
