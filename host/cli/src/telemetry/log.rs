use std::io;

use tracing::Subscriber;
use tracing_subscriber::{EnvFilter, Layer, registry::LookupSpan};

use crate::args::Global;

/// Log to standard error what `LARDER_LOG` asks for, else errors, and more with each `--verbose`.
pub(super) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(global: &Global) -> impl Layer<S> {
    let level = match global.verbose {
        0 => "error",
        1 => "warn,larder=info,larder_engine=info,larder_cli=info",
        2 => "warn,larder=debug,larder_engine=debug,larder_cli=debug",
        _ => "debug,larder=trace,larder_engine=trace,larder_cli=trace",
    };
    let filter = EnvFilter::try_from_env("LARDER_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_target(false).without_time();
    log.with_ansi(false).with_filter(filter)
}
