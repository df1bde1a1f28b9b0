//! `larder completions`.

use clap::CommandFactory as _;

use crate::{
    args::{Cli, CompletionsArgs},
    exit::Exit,
    failure::{Failure, Result},
};

/// Print completions for a shell.
pub(super) fn run(args: &CompletionsArgs) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "larder", &mut script);
    std::io::Write::write_all(&mut std::io::stdout(), &script).map_err(|error| Failure::output(&error))?;
    Ok(Exit::Ok)
}
