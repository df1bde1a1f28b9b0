use std::sync::Arc;

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use metrics_exporter_prometheus::PrometheusRecorder;

/// Records into each of those that there are.
pub(super) struct Recorders {
    pub(super) prometheus: Option<PrometheusRecorder>,
    /// Gets no descriptions: it would take a metric with one for another than the same metric without.
    pub(super) otlp: Option<metrics_exporter_opentelemetry::Recorder>,
}

impl Recorder for Recorders {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        if let Some(recorder) = &self.prometheus {
            recorder.describe_counter(key, unit, description);
        }
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        if let Some(recorder) = &self.prometheus {
            recorder.describe_gauge(key, unit, description);
        }
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        if let Some(recorder) = &self.prometheus {
            recorder.describe_histogram(key, unit, description);
        }
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        match (&self.prometheus, &self.otlp) {
            (Some(one), Some(other)) => {
                Both(one.register_counter(key, metadata), other.register_counter(key, metadata)).into()
            }
            (Some(one), None) => one.register_counter(key, metadata),
            (None, Some(other)) => other.register_counter(key, metadata),
            (None, None) => Counter::noop(),
        }
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        match (&self.prometheus, &self.otlp) {
            (Some(one), Some(other)) => {
                Both(one.register_gauge(key, metadata), other.register_gauge(key, metadata)).into()
            }
            (Some(one), None) => one.register_gauge(key, metadata),
            (None, Some(other)) => other.register_gauge(key, metadata),
            (None, None) => Gauge::noop(),
        }
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        match (&self.prometheus, &self.otlp) {
            (Some(one), Some(other)) => {
                Both(one.register_histogram(key, metadata), other.register_histogram(key, metadata)).into()
            }
            (Some(one), None) => one.register_histogram(key, metadata),
            (None, Some(other)) => other.register_histogram(key, metadata),
            (None, None) => Histogram::noop(),
        }
    }
}

/// The same metric in two recorders.
struct Both<M>(M, M);

impl CounterFn for Both<Counter> {
    fn increment(&self, value: u64) {
        self.0.increment(value);
        self.1.increment(value);
    }

    fn absolute(&self, value: u64) {
        self.0.absolute(value);
        self.1.absolute(value);
    }
}

impl GaugeFn for Both<Gauge> {
    fn increment(&self, value: f64) {
        self.0.increment(value);
        self.1.increment(value);
    }

    fn decrement(&self, value: f64) {
        self.0.decrement(value);
        self.1.decrement(value);
    }

    fn set(&self, value: f64) {
        self.0.set(value);
        self.1.set(value);
    }
}

impl HistogramFn for Both<Histogram> {
    fn record(&self, value: f64) {
        self.0.record(value);
        self.1.record(value);
    }
}

impl From<Both<Counter>> for Counter {
    fn from(both: Both<Counter>) -> Counter {
        Counter::from_arc(Arc::new(both))
    }
}

impl From<Both<Gauge>> for Gauge {
    fn from(both: Both<Gauge>) -> Gauge {
        Gauge::from_arc(Arc::new(both))
    }
}

impl From<Both<Histogram>> for Histogram {
    fn from(both: Both<Histogram>) -> Histogram {
        Histogram::from_arc(Arc::new(both))
    }
}
