//! Commands on tenants as a whole, and completions.

use clap::Args;
use clap_complete::Shell;

use super::{ScopeArgs, TenantArg};

const TENANTS_HELP: &str = "\
Examples:
  larder tenants
  larder tenants --prefix acme --usage
  larder tenants --json | jq -r .tenant

Without --usage, no tenant is opened. With it, a tenant that another process has open is listed as in use.
";

const USAGE_HELP: &str = "\
Examples:
  larder usage --tenant acme
  larder usage -t acme --scope inventory
  larder usage -t acme --json

Limits are those of larder.toml: [store] for the tenant. Files are of the whole tenant.
";

const CHECK_HELP: &str = "\
Examples:
  larder check --tenant acme

Reads the whole database and compares the counters of keys, groups and bytes with the rows. The status is 6 when \
something is wrong.
";

const COMPLETIONS_HELP: &str = "\
Examples:
  larder completions bash > ~/.local/share/bash-completion/completions/larder
  larder completions zsh > ~/.zfunc/_larder
  larder completions fish > ~/.config/fish/completions/larder.fish
";

/// List the tenants
#[derive(Args, Debug)]
#[command(after_long_help = TENANTS_HELP)]
pub(crate) struct TenantsArgs {
    /// Only those whose name starts with this
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) prefix: String,

    /// What each one stores; opens each
    #[arg(long)]
    pub(crate) usage: bool,
}

/// Show what a tenant stores, and its quotas
#[derive(Args, Debug)]
#[command(after_long_help = USAGE_HELP)]
pub(crate) struct UsageArgs {
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
}

/// Check a tenant's database
#[derive(Args, Debug)]
#[command(after_long_help = CHECK_HELP)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) tenant: TenantArg,
}

/// Print completions for a shell
#[derive(Args, Debug)]
#[command(after_long_help = COMPLETIONS_HELP)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: Shell,
}
