//! Commands on left-over workspaces.

use clap::{Args, Subcommand};

use super::ScopeArgs;

const HELP: &str = "\
Examples:
  larder workspace list --tenant acme
  larder workspace query -t acme 'import 7'
  larder workspace query -t acme 'import 7' \"SELECT data ->> 'sku' FROM entries WHERE kind = ?\" row
  larder workspace commit -t acme 'import 7'
  larder workspace discard -t acme 'import 7' --yes
  larder workspace recover -t acme --commit

A workspace is a buffer of work in progress that a plugin fills and then commits or discards. One whose plugin ended before \
that is left over; docs/workspaces.md is the guide.
";

const QUERY_HELP: &str = "\
Examples:
  larder workspace query -t acme 'import 7'
  larder workspace query -t acme 'import 7' 'SELECT kind, count(*) AS n FROM entries GROUP BY kind' --json
  larder workspace query -t acme 'import 7' \"SELECT data ->> 'sku' AS sku FROM entries WHERE data ->> 'stock' > ?\" 3

The statement sees `entries` (id, kind, data as JSON text, created_at in milliseconds since the epoch) and nothing else, and \
only reads. A value for `?` that is a JSON number or null is that, \"7\" in its own quotes is text, and so is anything else. \
With --json, a row is an object a line; a value that is no text or number is {\"base64\": ..}.
";

/// Look into workspaces that are left over, commit or discard them
#[derive(Args, Debug)]
#[command(after_long_help = HELP, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct WorkspaceArgs {
    #[command(subcommand)]
    pub(crate) command: WorkspaceCommand,
}

/// What to do with workspaces.
#[derive(Debug, Subcommand)]
pub(crate) enum WorkspaceCommand {
    /// List those that are left over, with what they hold
    List {
        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Run a statement of SQL on the entries of one
    #[command(after_long_help = QUERY_HELP)]
    Query {
        #[command(flatten)]
        one: OneWorkspace,
        /// The statement
        #[arg(value_name = "SQL", default_value = "SELECT id, kind, data, created_at FROM entries ORDER BY id")]
        statement: String,
        /// Values for each `?` of the statement, in order
        #[arg(value_name = "VALUE", allow_negative_numbers = true)]
        values: Vec<String>,
    },
    /// Commit one: a row of the journal and a summary in the store, then it is gone
    Commit {
        #[command(flatten)]
        one: OneWorkspace,
    },
    /// Remove one with all that is in it
    Discard {
        #[command(flatten)]
        one: OneWorkspace,
        /// Ask no question
        #[arg(short, long)]
        yes: bool,
    },
    /// Commit or discard all that are left over
    Recover {
        #[command(flatten)]
        scope: ScopeArgs,
        #[command(flatten)]
        end: End,
        /// Ask no question
        #[arg(short, long)]
        yes: bool,
    },
}

/// A workspace that is left over.
#[derive(Args, Debug)]
pub(crate) struct OneWorkspace {
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,

    /// Its name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

/// What becomes of workspaces.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct End {
    /// Commit each, by itself
    #[arg(long)]
    pub(crate) commit: bool,

    /// Discard each
    #[arg(long)]
    pub(crate) discard: bool,
}
