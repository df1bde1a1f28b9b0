//! The log, on standard error.

use std::io;

use tracing_subscriber::EnvFilter;

use crate::args::Global;

/// Log what `LARDER_LOG` asks for, else errors, and more with each `--verbose`.
pub(crate) fn start(global: &Global) {
    let level = match global.verbose {
        0 => "error",
        1 => "warn,larder=info,larder_engine=info,larder_cli=info",
        2 => "warn,larder=debug,larder_engine=debug,larder_cli=debug",
        _ => "debug,larder=trace,larder_engine=trace,larder_cli=trace",
    };
    let filter = EnvFilter::try_from_env("LARDER_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_target(false).without_time();
    // A second start is no failure of the command.
    let _ = log.with_ansi(false).try_init();
}
