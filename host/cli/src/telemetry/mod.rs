//! The log, and what is measured and traced: where it goes.
//!
//! - `log` is what is logged to standard error.
//! - `prometheus` serves what is measured; `otlp` sends it to a collector, and spans; `client` is how it gets there.
//! - `recorder` is what the store measures into.

mod client;
mod log;
mod otlp;
mod prometheus;
mod recorder;

use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusHandle, PrometheusRecorder};
use tracing_subscriber::{layer::SubscriberExt as _, util::SubscriberInitExt as _};

use self::{otlp::Collector, recorder::Recorders};
use crate::{
    args::Global,
    exit::Exit,
    failure::{Failure, Result},
};

/// Upper bounds of the buckets that durations are counted in, in seconds: from a read of what is in memory to the longest call.
const SECONDS: [f64; 14] = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

/// How often distributions are summed up.
const UPKEEP: Duration = Duration::from_secs(5);

/// What is to be sent before the process ends.
pub(crate) struct Telemetry {
    collector: Option<Collector>,
    scrape: Option<PrometheusHandle>,
}

/// Start what the options ask for. To be done before a root is opened: what was opened before is not measured.
/// `scraped`: what is measured is asked for by [`Telemetry::scrape`].
pub(crate) fn start(global: &Global, scraped: bool) -> Result<Telemetry> {
    let collector = global.otlp.as_deref().map(Collector::start).transpose()?;
    let spans = collector.as_ref().map(Collector::spans);
    // A second start is no failure of the command.
    let _ = tracing_subscriber::registry().with(log::layer(global)).with(spans).try_init();
    let served = global.metrics.map(prometheus::serve).transpose()?;
    let prometheus = match served {
        None if scraped => Some(prometheus::kept()?),
        served => served,
    };
    let scrape = prometheus.as_ref().map(PrometheusRecorder::handle);
    let recorders = Recorders { prometheus, otlp: collector.as_ref().map(Collector::recorder) };
    if recorders.prometheus.is_some() || recorders.otlp.is_some() {
        metrics::set_global_recorder(recorders).map_err(|error| failed("metrics cannot be recorded", error))?;
    }
    Ok(Telemetry { collector, scrape })
}

impl Telemetry {
    /// What answers what was measured.
    pub(crate) fn scrape(&self) -> Option<PrometheusHandle> {
        self.scrape.clone()
    }

    /// Keep what is measured small, for as long as nobody asks for it; never ends.
    pub(crate) async fn upkeep(&self) {
        let Some(scrape) = &self.scrape else { return std::future::pending().await };
        loop {
            tokio::time::sleep(UPKEEP).await;
            scrape.run_upkeep();
        }
    }

    /// Send what was not sent yet. That it cannot be sent is logged, and no failure of the command.
    pub(crate) fn finish(self) {
        if let Some(collector) = self.collector {
            collector.finish();
        }
    }
}

fn failed(what: &str, error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Storage, "telemetry", format!("{what}: {error}"))
}
