//! The larder command.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod args;
mod commands;
mod compile;
mod confirm;
mod exit;
mod failure;
mod grants;
mod input;
mod interrupt;
mod json;
mod needs;
mod output;
mod place;
mod progress;
mod project;
mod role;
mod sql;
mod telemetry;
mod text;
mod val_json;
mod wave;

use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match args::parse() {
        Ok(cli) => cli,
        Err(ended) => return ended,
    };
    let output = output::Output::new(&cli.global, cli.command.prefix());
    let telemetry = match telemetry::start(&cli.global, cli.command.serves()) {
        Ok(telemetry) => telemetry,
        Err(failure) => return output.fail(&failure),
    };
    let status = {
        let _span =
            tracing::info_span!(target: "command", "command", otel.name = format!("larder {}", cli.name)).entered();
        match commands::run(cli, &telemetry, &output) {
            Ok(status) => status,
            Err(failure) => output.fail(&failure),
        }
    };
    telemetry.finish();
    status
}
