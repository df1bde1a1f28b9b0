//! Commands on the delivery of journals.

use clap::Subcommand;
use larder::Span;

use super::{ChosenArgs, TenantArg};

/// What to do about delivery.
#[derive(Debug, Subcommand)]
pub(crate) enum DeliveryCommand {
    /// Show what waits to be delivered and what was put aside; the tenants may be in use
    Status {
        /// Only this tenant
        #[arg(short, long, value_name = "TENANT")]
        tenant: Option<String>,
    },
    /// List the rows that were put aside, with the reason; the tenant may be in use
    Parked(TenantArg),
    /// Let rows that were put aside be delivered again
    Retry {
        #[command(flatten)]
        tenant: TenantArg,
        #[command(flatten)]
        chosen: ChosenArgs,
    },
    /// Give rows up that were put aside; they stay in the journal
    Drop {
        #[command(flatten)]
        tenant: TenantArg,
        #[command(flatten)]
        chosen: ChosenArgs,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Deliver what waits, until nothing is left or the time is over
    Deliver {
        /// Only of this tenant
        #[arg(short, long, value_name = "TENANT")]
        tenant: Option<String>,
        /// How long to try
        #[arg(long, value_name = "TIME", default_value = "30s")]
        time: Span,
    },
}
