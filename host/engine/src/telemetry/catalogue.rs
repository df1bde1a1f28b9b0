//! The names of the metrics. `docs/metrics.md` has the same ones, which a test sees to.

use metrics::Unit;

/// How a metric behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// A distribution.
    Histogram,
}

/// A metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// How it behaves.
    pub kind: MetricKind,
    /// What is counted.
    pub unit: Unit,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it says, in one sentence.
    pub help: &'static str,
}

impl Metric {
    /// A metric; for those that another crate adds to these.
    pub const fn new(
        name: &'static str,
        kind: MetricKind,
        unit: Unit,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Metric {
        Metric { name, kind, unit, labels, help }
    }

    /// Tell the recorder that is installed about it.
    pub fn describe(&self) {
        match self.kind {
            MetricKind::Counter => metrics::describe_counter!(self.name, self.unit, self.help),
            MetricKind::Gauge => metrics::describe_gauge!(self.name, self.unit, self.help),
            MetricKind::Histogram => metrics::describe_histogram!(self.name, self.unit, self.help),
        }
    }
}

pub(crate) const OPERATIONS: &str = "larder_operations_total";
pub(crate) const OPERATION_SECONDS: &str = "larder_operation_seconds";
pub(crate) const ERRORS: &str = "larder_errors_total";
pub(crate) const READ_BYTES: &str = "larder_read_bytes_total";
pub(crate) const WRITTEN_BYTES: &str = "larder_written_bytes_total";
pub(crate) const PURGED: &str = "larder_purged_entries_total";
pub(crate) const DELIVERED: &str = "larder_delivered_entries_total";
pub(crate) const OPENED: &str = "larder_tenants_opened_total";
pub(crate) const OPEN: &str = "larder_open_tenants";
pub(crate) const EXPIRED: &str = "larder_expired_entries";
pub(crate) const OUTBOX: &str = "larder_outbox_entries";
pub(crate) const OUTBOX_PARKED: &str = "larder_outbox_parked_entries";
pub(crate) const FEED_EVENTS: &str = "larder_feed_events";
pub(crate) const FEED_BYTES: &str = "larder_feed_bytes";
pub(crate) const CONSUMER_WAITING: &str = "larder_consumer_waiting_events";
pub(crate) const CONSUMER_PARKED: &str = "larder_consumer_parked_events";

/// Every metric of this crate. All but `larder_open_tenants` and `larder_tenants_opened_total` are measured only with
/// [`Config::metrics`](crate::Config::metrics).
pub const METRICS: &[Metric] = {
    use MetricKind::{Counter, Gauge, Histogram};
    &[
        Metric::new(OPERATIONS, Counter, Unit::Count, &["operation", "tenant"], "Operations that ended, well or not."),
        Metric::new(OPERATION_SECONDS, Histogram, Unit::Seconds, &["operation"], "How long an operation took."),
        Metric::new(ERRORS, Counter, Unit::Count, &["kind", "tenant"], "Calls that answered an error, by its kind."),
        Metric::new(READ_BYTES, Counter, Unit::Bytes, &["tenant"], "Bytes of values and files that were read."),
        Metric::new(WRITTEN_BYTES, Counter, Unit::Bytes, &["tenant"], "Bytes of values and files that were written."),
        Metric::new(PURGED, Counter, Unit::Count, &["tenant"], "Expired entries that the background removed."),
        Metric::new(DELIVERED, Counter, Unit::Count, &["tenant"], "Journal entries that the receiver took."),
        Metric::new(OPENED, Counter, Unit::Count, &[], "Tenants that were opened."),
        Metric::new(OPEN, Gauge, Unit::Count, &[], "Tenants that are open."),
        Metric::new(EXPIRED, Gauge, Unit::Count, &["tenant"], "Expired entries that are still to be purged."),
        Metric::new(OUTBOX, Gauge, Unit::Count, &["tenant"], "Journal entries that wait for delivery."),
        Metric::new(
            OUTBOX_PARKED,
            Gauge,
            Unit::Count,
            &["tenant"],
            "Journal entries that the receiver refused for good.",
        ),
        Metric::new(FEED_EVENTS, Gauge, Unit::Count, &["tenant"], "Events that the change feed holds."),
        Metric::new(FEED_BYTES, Gauge, Unit::Bytes, &["tenant"], "Bytes of events that the change feed holds."),
        Metric::new(
            CONSUMER_WAITING,
            Gauge,
            Unit::Count,
            &["consumer", "tenant"],
            "Events of the feed that a consumer, such as a trigger, has still to come to.",
        ),
        Metric::new(
            CONSUMER_PARKED,
            Gauge,
            Unit::Count,
            &["consumer", "tenant"],
            "Events that a consumer put aside because it could not take them.",
        ),
    ]
};
