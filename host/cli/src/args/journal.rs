//! Commands on journals.

use clap::{Args, Subcommand};

use super::DeliveryCommand;

const JOURNAL_HELP: &str = "\
Examples:
  larder journal status
  larder journal deliver --time 1min
  larder journal parked --tenant acme --json
  larder journal retry --tenant acme --all

Rows are delivered where larder.toml has a table [journal.deliver]; docs/journal-delivery.md is the guide.
";

/// Look after journals and their delivery
#[derive(Args, Debug)]
#[command(after_long_help = JOURNAL_HELP, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct JournalArgs {
    #[command(subcommand)]
    pub(crate) command: JournalCommand,
}

/// What to do with journals.
#[derive(Debug, Subcommand)]
pub(crate) enum JournalCommand {
    #[command(flatten)]
    Delivery(DeliveryCommand),
}
