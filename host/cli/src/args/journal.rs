//! Commands on the journal.

use clap::{Args, Subcommand};

use super::{DeliveryCommand, ScopeArgs};

const JOURNAL_HELP: &str = "\
Examples:
  larder journal append --tenant acme import '{\"rows\": 12}' --tag source=crm
  larder journal query -t acme
  larder journal query -t acme --measurement import --tag source=crm --from -24h
  larder journal query -t acme 'range(start: -24h) |> filter(fn: (r) => r.rows > 10)'
  larder journal query -t acme \"SELECT sum(fields_json ->> 'rows') FROM journal\" --json
  larder journal status
  larder journal deliver --time 1min
  larder journal retry --tenant acme --all

docs/journal.md is the guide. Rows are delivered where larder.toml has a table [journal.deliver]: docs/journal-delivery.md.
";

/// Append to journals, query them, look after their delivery
#[derive(Args, Debug)]
#[command(after_long_help = JOURNAL_HELP, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct JournalArgs {
    #[command(subcommand)]
    pub(crate) command: JournalCommand,
}

/// What to do with journals.
#[derive(Debug, Subcommand)]
pub(crate) enum JournalCommand {
    Append(JournalAppendArgs),
    Query(Box<JournalQueryArgs>),
    #[command(flatten)]
    Delivery(DeliveryCommand),
}

/// Append a row
#[derive(Args, Debug)]
pub(crate) struct JournalAppendArgs {
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,

    /// What was done
    #[arg(value_name = "MEASUREMENT")]
    pub(crate) measurement: String,

    /// A JSON object; `-` reads it from standard input
    #[arg(value_name = "FIELDS", default_value = "{}", hide_default_value = true)]
    pub(crate) fields: String,

    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "NAME=VALUE")]
    pub(crate) tags: Vec<String>,

    /// Make the tenant if there is none of this name
    #[arg(long)]
    pub(crate) create: bool,
}

const QUERY_HELP: &str = "\
A QUERY that begins with SELECT, WITH, VALUES or EXPLAIN is a statement of SQL that reads `journal`; any other is Flux. \
Without one, the rows that meet all options are shown, by the time of their commit. JSON is one value a line: for rows an \
object with id, bucket, measurement, fields, tags, committed_at_ms and archived_at_ms (null unless it is archived); for SQL \
an object with the columns.

A TIME is a duration from now (-24h, -5d), now(), or a moment like 2026-01-31T00:00:00Z. A field is compared with a number \
or true and false where VALUE is one, with text otherwise.
";

/// Show rows
#[derive(Args, Debug)]
#[command(after_long_help = QUERY_HELP)]
pub(crate) struct JournalQueryArgs {
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,

    /// SQL, or Flux
    #[arg(value_name = "QUERY", conflicts_with_all = ["bucket", "measurement", "from", "to", "tags", "fields", "archived"])]
    pub(crate) query: Option<String>,

    /// Only rows of this bucket
    #[arg(long, value_name = "NAME")]
    pub(crate) bucket: Option<String>,

    /// Only rows with this measurement
    #[arg(long, value_name = "TEXT")]
    pub(crate) measurement: Option<String>,

    /// Only rows that were committed then or later
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) from: Option<String>,

    /// Only rows that were committed before
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) to: Option<String>,

    /// Only rows with this tag; may be given several times
    #[arg(long = "tag", value_name = "NAME=VALUE")]
    pub(crate) tags: Vec<String>,

    /// Only rows with this field; may be given several times
    #[arg(long = "field", value_name = "NAME=VALUE")]
    pub(crate) fields: Vec<String>,

    /// Rows too that are archived and still kept
    #[arg(long)]
    pub(crate) archived: bool,

    /// At most so many rows [default: all; 10,000 of SQL]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
}
