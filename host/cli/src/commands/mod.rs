//! What each command does.

mod archive;
mod call;
mod check;
mod completions;
mod delete;
mod delivery;
mod export;
mod files;
mod get;
mod import;
mod inspect;
mod journal;
mod list;
mod new;
mod render;
mod run;
mod serve;
mod set;
mod tenants;
mod test;
mod triggers;
mod unmigrated;
mod usage;
mod watch;
mod workspace;

use std::process::ExitCode;

use crate::{
    args::{Cli, Command},
    exit::Exit,
    failure::Result,
    output::Output,
    place::Place,
    telemetry::Telemetry,
};

/// Do what was typed, and answer the status to end with.
pub(crate) fn run(cli: Cli, telemetry: &Telemetry, output: &Output) -> Result<ExitCode> {
    if let Command::Completions(args) = &cli.command {
        return completions::run(args).map(Into::into);
    }
    if let Command::New(args) = &cli.command {
        return new::run(args, output).map(Into::into);
    }
    let mut place = Place::find(&cli.global)?;
    let exit: Exit = match cli.command {
        Command::Run(args) => return run::run(&mut place, &args, output),
        Command::Serve(args) => serve::run(&mut place, &args, telemetry, output)?,
        Command::Call(args) => call::run(&mut place, &args, output)?,
        Command::Inspect(args) => inspect::run(&mut place, &args, output)?,
        Command::Test(args) => test::run(&mut place, &args, output)?,
        Command::Tenants(args) => tenants::run(&place, &args, output)?,
        Command::Get(args) => get::run(&place, &args, output)?,
        Command::Set(args) => set::run(&place, &args, output)?,
        Command::Delete(args) => delete::run(&place, &args, output)?,
        Command::List(args) => list::run(&place, &args, output)?,
        Command::Render(args) => render::run(&place, &args, output)?,
        Command::Usage(args) => usage::run(&place, &args, output)?,
        Command::Watch(args) => watch::run(&place, &args, output)?,
        Command::Triggers(args) => triggers::run(&mut place, &args.command, output)?,
        Command::Files(args) => files::run(&place, &args.command, output)?,
        Command::Workspace(args) => workspace::run(&place, &args.command, output)?,
        Command::Journal(args) => journal::run(&place, &args.command, output)?,
        Command::Archive(args) => archive::run(&place, &args.command, output)?,
        Command::Check(args) => check::run(&place, &args, output)?,
        Command::Import(args) => import::run(&place, &args, output)?,
        Command::Export(args) => export::run(&place, &args, output)?,
        Command::Unmigrated(args) => unmigrated::run(&place, &args, output)?,
        Command::New(args) => new::run(&args, output)?,
        Command::Completions(args) => completions::run(&args)?,
    };
    Ok(exit.into())
}
