//! What can be typed.

mod archive;
mod changes;
mod delivery;
mod entries;
mod files;
mod flags;
mod journal;
mod new;
mod operator;
mod plugin;
mod serve;
mod test;
mod transfer;
mod workspaces;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum, error::ErrorKind};

use self::flags::collector;
pub(crate) use self::{
    archive::{ArchiveArgs, ArchiveCommand, ArchiveFormatFlag},
    changes::{TriggersArgs, TriggersCommand, WatchArgs},
    delivery::DeliveryCommand,
    entries::{DeleteArgs, EntryArgs, ListArgs, RenderArgs, ScopeArgs, SetArgs},
    files::{FilesArgs, FilesCommand},
    journal::{JournalAppendArgs, JournalArgs, JournalCommand, JournalQueryArgs},
    new::NewArgs,
    operator::{CheckArgs, CompletionsArgs, TenantsArgs, UsageArgs},
    plugin::{CallArgs, GrantArgs, InspectArgs, PluginArgs, RunArgs},
    serve::ServeArgs,
    test::TestArgs,
    transfer::{ConflictFlag, ExportArgs, FormatFlag, ImportArgs, UnmigratedArgs},
    workspaces::{OneWorkspace, WorkspaceArgs, WorkspaceCommand},
};
use crate::{exit, failure::Failure, output::Output};

const EXAMPLES: &str = "\
Examples:
  larder new --lang rust visits
  larder inspect inventory.wasm
  larder run inventory.wasm --tenant acme --grant default --files default -- scan
  larder call notes.wasm add '\"buy milk\"' --tenant acme --grant default
  larder list --tenant acme
  larder get --tenant acme packages serde

A component gets nothing that was not granted: no store, no files, no environment, no network. `larder run --help` tells \
how to grant, by flags or in larder.toml.
";

/// Run WebAssembly components with a durable store of their own, and look into the store.
///
/// Each tenant has a directory below the root: a database, and files. A component never names a tenant; whoever runs it
/// does, with --tenant.
#[derive(Debug, Parser)]
#[command(
    name = "larder",
    version,
    after_help = "`larder help COMMAND` shows examples; `larder --help` lists the exit statuses.",
    after_long_help = format!("{EXAMPLES}\n{}", exit::help()),
    max_term_width = 110,
    infer_subcommands = false,
    subcommand_required = true,
    arg_required_else_help = true,
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
    /// The command's name.
    #[arg(skip)]
    pub(crate) name: String,
}

/// Options of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The directory that holds all tenants [default: the `root` of larder.toml, else larder-data]
    #[arg(long, global = true, env = "LARDER_ROOT", hide_env_values = true, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,

    /// Read this larder.toml [default: larder.toml in the current directory, if there is one]
    #[arg(long, global = true, env = "LARDER_CONFIG", hide_env_values = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Print JSON for programs; lists are one JSON value a line, errors go to standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Log more to standard error, show backtraces; twice and thrice for more. LARDER_LOG chooses exactly
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Serve metrics as text for Prometheus at this address, such as 127.0.0.1:9184, while the command runs
    #[arg(long, global = true, env = "LARDER_METRICS", hide_env_values = true, value_name = "ADDRESS")]
    pub(crate) metrics: Option<SocketAddr>,

    /// Send spans and metrics to this OpenTelemetry collector, by OTLP over HTTP, such as http://localhost:4318
    #[arg(long, global = true, env = "LARDER_OTLP", hide_env_values = true, value_name = "URL", value_parser = collector)]
    pub(crate) otlp: Option<String>,

    /// When to use colours; NO_COLOR turns them off as well
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", hide_possible_values = false)]
    pub(crate) color: Color,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(NewArgs),
    Run(Box<RunArgs>),
    Serve(Box<ServeArgs>),
    Call(Box<CallArgs>),
    Inspect(Box<InspectArgs>),
    Test(Box<TestArgs>),
    Tenants(TenantsArgs),
    Get(EntryArgs),
    Set(SetArgs),
    Delete(DeleteArgs),
    List(ListArgs),
    Render(RenderArgs),
    Usage(UsageArgs),
    Watch(WatchArgs),
    Triggers(TriggersArgs),
    Journal(JournalArgs),
    Files(FilesArgs),
    Workspace(WorkspaceArgs),
    Archive(ArchiveArgs),
    Check(CheckArgs),
    Import(ImportArgs),
    Export(ExportArgs),
    Unmigrated(UnmigratedArgs),
    Completions(CompletionsArgs),
}

impl Command {
    /// What goes before larder's own lines where a guest writes to the same standard error.
    pub(crate) fn prefix(&self) -> &'static str {
        match self {
            Command::Run(_) | Command::Serve(_) | Command::Triggers(_) => "larder: ",
            _ => "",
        }
    }

    /// Whether it tells of itself at an address of its own.
    pub(crate) fn serves(&self) -> bool {
        matches!(self, Command::Serve(_))
    }
}

/// Whose store it is.
#[derive(Args, Debug)]
pub(crate) struct TenantArg {
    /// The tenant
    #[arg(short, long, value_name = "TENANT")]
    pub(crate) tenant: String,
}

/// Which of what was put aside.
#[derive(Args, Debug)]
pub(crate) struct ChosenArgs {
    /// The numbers that `parked` shows
    #[arg(value_name = "ID", required_unless_present = "all")]
    ids: Vec<i64>,
    /// All of them
    #[arg(long, conflicts_with = "ids")]
    all: bool,
}

impl ChosenArgs {
    /// The numbers; `None` is all.
    pub(crate) fn ids(&self) -> Option<&[i64]> {
        (!self.all).then_some(&self.ids)
    }
}

/// The command line; or the status to end with, after help or an error was printed.
pub(crate) fn parse() -> Result<Cli, ExitCode> {
    let parsed = Cli::command().try_get_matches().and_then(|matches| {
        let name = matches.subcommand_name().unwrap_or_default().to_owned();
        Cli::from_arg_matches(&matches).map(|cli| Cli { name, ..cli })
    });
    parsed.map_err(|error| {
        let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
        let json = std::env::args_os().take_while(|argument| argument != "--").any(|argument| argument == "--json");
        if json && !asked {
            let global =
                Global { root: None, config: None, json, verbose: 0, metrics: None, otlp: None, color: Color::Never };
            return Output::new(&global, "").fail(&Failure::usage(first_line(&error)));
        }
        // Nobody is left to tell when it cannot be printed.
        let _ = error.print();
        if asked { exit::Exit::Ok.into() } else { exit::Exit::Usage.into() }
    })
}

/// What clap says, without the usage that follows.
fn first_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default().trim();
    first.strip_prefix("error: ").unwrap_or(first).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
