//! What is measured of requests.

use std::{sync::Once, time::Duration};

use larder_engine::telemetry::{Metric, MetricKind};
use metrics::{Counter, Gauge, Histogram, Label, Unit, counter, gauge, histogram};

const REQUESTS: &str = "larder_http_requests_total";
const SECONDS: &str = "larder_http_request_seconds";
const CONNECTIONS: &str = "larder_http_connections";
const WARM: &str = "larder_http_idle_instances";

/// Every metric of serving HTTP. They are measured where [`ServerConfig::metrics`](super::ServerConfig::metrics) says so.
pub const METRICS: &[Metric] = &[
    Metric::new(
        REQUESTS,
        MetricKind::Counter,
        Unit::Count,
        &["outcome", "plugin", "status"],
        "Requests that ended, by the class of their status and by how they ended.",
    ),
    Metric::new(
        SECONDS,
        MetricKind::Histogram,
        Unit::Seconds,
        &["plugin"],
        "How long a request took, from its head to the end of its answer.",
    ),
    Metric::new(CONNECTIONS, MetricKind::Gauge, Unit::Count, &["plugin"], "Connections that are open."),
    Metric::new(
        WARM,
        MetricKind::Gauge,
        Unit::Count,
        &["plugin"],
        "Instances that wait for a request of their tenant.",
    ),
];

static DESCRIBED: Once = Once::new();

/// Handles, and the label of the plugin that is served.
pub(super) struct Meters {
    plugin: Label,
    seconds: Histogram,
    pub(super) connections: Gauge,
    pub(super) warm: Gauge,
}

impl Meters {
    pub(super) fn new(plugin: &str) -> Meters {
        DESCRIBED.call_once(|| METRICS.iter().for_each(Metric::describe));
        let plugin = Label::new("plugin", plugin.to_owned());
        let labels = || vec![plugin.clone()];
        Meters {
            seconds: histogram!(SECONDS, labels()),
            connections: gauge!(CONNECTIONS, labels()),
            warm: gauge!(WARM, labels()),
            plugin,
        }
    }

    pub(super) fn ended(&self, status: u16, outcome: &'static str, duration: Duration) {
        self.requests(status, outcome).increment(1);
        self.seconds.record(duration);
    }

    fn requests(&self, status: u16, outcome: &'static str) -> Counter {
        let class = match status / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        let outcome = Label::from_static_parts("outcome", outcome);
        counter!(REQUESTS, vec![self.plugin.clone(), Label::from_static_parts("status", class), outcome])
    }
}
