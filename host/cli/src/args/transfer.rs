//! Taking data in and giving it out.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ScopeArgs, TenantArg};

const IMPORT_HELP: &str = "\
Examples:
  larder import store.db --tenant acme --create --dry-run
  larder import store.db --tenant acme --create
  larder import acme.jsonl -t acme --on-conflict replace
  larder export - -t acme --scope notes | larder import - -t other --scope notes

A SQLite file is one of go-store, of any of its versions, or the store.db of a tenant. It is copied first and never changed; \
the program that writes to it has to be stopped. A folder `state` beside it, or the one of --state, holds workspaces \
(NAME.duckdb), which are copied too.

Everything is taken in, or nothing: the status is 1 when something was refused. Entries that have expired are left out; journal \
rows that are there already are not added again.
";

const EXPORT_HELP: &str = "\
Examples:
  larder export acme.db --tenant acme
  larder export acme.jsonl -t acme
  larder export - -t acme --scope notes | gzip > notes.jsonl.gz

A SQLite file has go-store's tables and is opened by it. JSON lines have an object a line; values that are not UTF-8 are in \
base64. Entries that have expired are left out. A file takes its place when it is complete; what is there is not replaced.
";

const UNMIGRATED_HELP: &str = "\
Examples:
  larder unmigrated --tenant acme
  larder unmigrated -t acme --json

When a database of an old go-store is opened, its table kv becomes entries. Rows that cannot are kept aside here, with the reason; \
go-store would drop them.
";

/// Take entries and journal rows in, from a SQLite file of go-store or JSON lines
#[derive(Args, Debug)]
#[command(after_long_help = IMPORT_HELP)]
pub(crate) struct ImportArgs {
    /// The file; - is standard input, with JSON lines
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    #[command(flatten)]
    pub(crate) scope: ScopeArgs,

    /// What the file is [default: what it begins with tells]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<FormatFlag>,

    /// What becomes of an entry whose place is taken by another value or expiry
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = ConflictFlag::Fail)]
    pub(crate) on_conflict: ConflictFlag,

    /// Take the rest in when something is refused
    #[arg(long)]
    pub(crate) leave_out_refused: bool,

    /// Tell what would happen, and keep nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// The folder of workspaces [default: `state` beside a SQLite file, unless there is a --scope]
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<PathBuf>,

    /// Make the tenant if there is none of this name
    #[arg(long)]
    pub(crate) create: bool,
}

/// Give entries and journal rows out, as a SQLite file for go-store or JSON lines
#[derive(Args, Debug)]
#[command(after_long_help = EXPORT_HELP)]
pub(crate) struct ExportArgs {
    /// The file; - is standard output, with JSON lines
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    #[command(flatten)]
    pub(crate) scope: ScopeArgs,

    /// What to write [default: JSON lines to .jsonl and -, else a SQLite file]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<FormatFlag>,
}

/// List rows of a legacy table that could not become entries
#[derive(Args, Debug)]
#[command(after_long_help = UNMIGRATED_HELP)]
pub(crate) struct UnmigratedArgs {
    #[command(flatten)]
    pub(crate) tenant: TenantArg,
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatFlag {
    /// A SQLite database
    Sqlite,
    /// A JSON object a line
    Jsonl,
}

/// What becomes of an entry whose place is taken.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ConflictFlag {
    /// It is refused
    Fail,
    /// What is there stays
    Skip,
    /// What is there is replaced
    Replace,
}
