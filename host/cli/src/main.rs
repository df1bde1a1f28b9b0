//! The larder command.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod args;
mod commands;
mod compile;
mod confirm;
mod exit;
mod failure;
mod grants;
mod json;
mod log;
mod needs;
mod output;
mod place;
mod progress;
mod text;
mod val_json;
mod wave;

use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match args::parse() {
        Ok(cli) => cli,
        Err(ended) => return ended,
    };
    log::start(&cli.global);
    let output = output::Output::new(&cli.global, cli.command.prefix());
    match commands::run(cli, &output) {
        Ok(status) => status,
        Err(failure) => output.fail(&failure),
    }
}
