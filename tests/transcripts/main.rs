//! Replays transcripts of the reference: `cargo xtask transcripts DIR...` builds and runs it.

mod replay;

use std::path::PathBuf;
use std::process::ExitCode;

use larder::{Runtime, RuntimeConfig};
use replay::{Failed, Guest, Report};

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failed) => {
            eprintln!("error: {failed}");
            ExitCode::from(2)
        }
    }
}

/// Answers whether nothing differs but what is meant to.
fn run() -> Result<bool, Failed> {
    let mut arguments = std::env::args_os().skip(1);
    let plugin = PathBuf::from(arguments.next().ok_or("the first argument is the plugin's file")?);
    let (mut json, mut places) = (None, Vec::new());
    while let Some(argument) = arguments.next() {
        if argument == "--json" {
            json = Some(PathBuf::from(arguments.next().ok_or("--json takes a file")?));
        } else {
            places.push(PathBuf::from(argument));
        }
    }
    let cache = plugin.with_file_name("compiled");
    let guest = Guest::load(&Runtime::new(RuntimeConfig::new().cache(cache))?, &plugin)?;
    let mut report = Report::default();
    for place in places {
        replay::replay_all(&place, &guest, &mut report)?;
    }
    let passed = report.end();
    if let Some(file) = json {
        std::fs::write(file, &report.json)?;
    }
    Ok(passed)
}
