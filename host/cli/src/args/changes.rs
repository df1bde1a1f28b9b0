//! Commands on what changes.

use clap::{Args, Subcommand};

use super::{ChosenArgs, ScopeArgs, TenantArg};

const WATCH_HELP: &str = "\
Examples:
  larder watch --tenant acme
  larder watch -t acme --scope inventory --group packages
  larder watch -t acme --from 1 --until-head --json | jq -r .event.key

The tenant may be in use by another process: its database is read and not changed. Commits that the change feed no longer \
holds are shown as one gap. With --json, each line is {\"event\": {...}} or {\"gap\": {\"from\": N, \"to\": N}}; a value \
that is no text is in \"value_base64\".
";

/// Follow what changes in a tenant, as it is committed
#[derive(Args, Debug)]
#[command(after_long_help = WATCH_HELP)]
pub(crate) struct WatchArgs {
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,

    /// Only this group
    #[arg(long, value_name = "GROUP", conflicts_with = "prefix")]
    pub(crate) group: Option<String>,

    /// Only groups whose name starts with this
    #[arg(long, value_name = "TEXT")]
    pub(crate) prefix: Option<String>,

    /// From this commit on, itself included; 1 is all that is kept [default: from now on]
    #[arg(long, value_name = "SEQ")]
    pub(crate) from: Option<u64>,

    /// End when all that was committed has been shown, instead of waiting for more
    #[arg(long)]
    pub(crate) until_head: bool,

    /// End after so many changes
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
}

const TRIGGERS_HELP: &str = "\
Examples:
  larder triggers run
  larder triggers run indexer --tenant acme --once
  larder triggers status --tenant acme
  larder triggers parked --tenant acme --json
  larder triggers retry --tenant acme --all

A plugin of larder.toml is a trigger when it has a table `on-change`; docs/events.md is the guide.
";

/// Run plugins when something changes, and look after them
#[derive(Args, Debug)]
#[command(after_long_help = TRIGGERS_HELP, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct TriggersArgs {
    #[command(subcommand)]
    pub(crate) command: TriggersCommand,
}

/// What to do with triggers.
#[derive(Debug, Subcommand)]
pub(crate) enum TriggersCommand {
    /// Run the triggers of larder.toml until interrupted
    Run {
        /// Only these plugins
        #[arg(value_name = "PLUGIN")]
        plugins: Vec<String>,
        /// Only for this tenant
        #[arg(short, long, value_name = "TENANT")]
        tenant: Option<String>,
        /// End when there is nothing left to do
        #[arg(long)]
        once: bool,
    },
    /// Show how far each has come in a tenant
    Status(TenantArg),
    /// List the events that were put aside
    Parked {
        #[command(flatten)]
        tenant: TenantArg,
        /// Only those of this trigger
        #[arg(long, value_name = "NAME")]
        trigger: Option<String>,
    },
    /// Run the plugin for events that were put aside; what succeeds is parked no longer
    Retry {
        #[command(flatten)]
        tenant: TenantArg,
        #[command(flatten)]
        chosen: ChosenArgs,
    },
    /// Give events up that were put aside
    Drop {
        #[command(flatten)]
        tenant: TenantArg,
        /// The numbers that `parked` shows
        #[arg(value_name = "ID", required = true)]
        ids: Vec<i64>,
    },
    /// Forget how far a trigger has come, and what is parked of it: it begins anew with all that the feed holds
    Forget {
        #[command(flatten)]
        tenant: TenantArg,
        /// The trigger
        #[arg(value_name = "NAME")]
        trigger: String,
    },
}
