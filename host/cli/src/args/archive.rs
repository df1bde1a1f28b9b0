//! Commands on archives.

use clap::{Args, Subcommand, ValueEnum};

use super::ScopeArgs;

const ARCHIVE_HELP: &str = "\
Examples:
  larder archive write --tenant acme --before -30d
  larder archive write -t acme --before 2026-01-01T00:00:00Z --format zstd
  larder archive list -t acme
  larder archive verify -t acme
  larder archive read -t acme journal-20260131-000000.000000000.jsonl.gz | jq .measurement
  larder archive restore -t acme journal-20260131-000000.000000000.jsonl.gz

A row of the journal is live or in exactly one archive, whatever ends a command. docs/journal.md is the guide.
";

/// Move old rows of a journal into archives, read them, bring them back
#[derive(Args, Debug)]
#[command(after_long_help = ARCHIVE_HELP, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct ArchiveArgs {
    #[command(subcommand)]
    pub(crate) command: ArchiveCommand,
}

/// What to do with archives.
#[derive(Debug, Subcommand)]
pub(crate) enum ArchiveCommand {
    /// Move the rows that were committed before a moment into new archives
    Write {
        #[command(flatten)]
        scope: ScopeArgs,
        /// The moment: a duration from now such as -30d or -12h, now(), or 2026-01-31T00:00:00Z
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        before: String,
        /// How they are compressed
        #[arg(long, value_enum, default_value_t = ArchiveFormatFlag::Gzip, value_name = "FORMAT")]
        format: ArchiveFormatFlag,
    },
    /// List archives, oldest first
    List(ScopeArgs),
    /// Read archives to their end and compare them with what is written down; the status is 6 when one is damaged
    Verify {
        #[command(flatten)]
        scope: ScopeArgs,
        /// The archives [default: all]
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
    /// Print the rows of an archive, one JSON object a line
    Read {
        #[command(flatten)]
        scope: ScopeArgs,
        /// The archive
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Make the rows of an archive live again, and remove the archive
    Restore {
        #[command(flatten)]
        scope: ScopeArgs,
        /// The archive
        #[arg(value_name = "NAME")]
        name: String,
    },
}

/// How an archive is compressed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ArchiveFormatFlag {
    Gzip,
    Zstd,
}
