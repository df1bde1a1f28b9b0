//! What can be typed.

use std::path::PathBuf;

use clap::Parser;

/// Measure larder beside the same work without it.
#[derive(Debug, Parser)]
#[command(name = "larder-bench", bin_name = "cargo xtask bench")]
pub(crate) struct Args {
    /// Run only rows whose name holds one of these.
    pub(crate) rows: Vec<String>,

    /// How often each row is measured, larder and the others in turn.
    #[arg(long, default_value_t = 11, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,

    /// A tenth of the operations, in 3 rounds at most: to see that all works.
    #[arg(long)]
    pub(crate) quick: bool,

    /// Write the result to this file too, as JSON; times are nanoseconds, and each line says its unit.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    /// Say which rows there are, and run none.
    #[arg(long)]
    pub(crate) list: bool,

    /// Exit with 1 when a target is missed.
    #[arg(long)]
    pub(crate) strict: bool,

    /// Put the data below this directory; what syncs cost is a matter of its disk. Default: the system's for temporary
    /// files.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,

    /// Where the guests are, as `cargo xtask guests` leaves them.
    #[arg(long, value_name = "DIR", env = "LARDER_GUESTS", default_value = "target/guests")]
    pub(crate) guests: PathBuf,

    /// Do a part of a row in a process of its own, for the benchmark itself.
    #[arg(long, hide = true, num_args = 1.., allow_hyphen_values = true)]
    pub(crate) child: Option<Vec<String>>,
}

impl Args {
    pub(crate) fn rounds(&self) -> u32 {
        if self.quick { self.rounds.min(3) } else { self.rounds }
    }

    pub(crate) fn chooses(&self, row: &str) -> bool {
        self.rows.is_empty() || self.rows.iter().any(|part| row.contains(part.as_str()))
    }
}
