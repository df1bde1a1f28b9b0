use std::time::Duration;

use metrics_exporter_opentelemetry::Recorder;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{MetricExporter, Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    metrics::{Aggregation, Instrument, InstrumentKind, PeriodicReader, SdkMeterProvider, Stream},
    trace::SdkTracerProvider,
};
use tracing::Subscriber;
use tracing_subscriber::{EnvFilter, Layer, registry::LookupSpan};

use super::{
    SECONDS,
    client::{Client, TIMEOUT},
    failed,
};
use crate::failure::Result;

/// How often what is measured is sent.
const INTERVAL: Duration = Duration::from_secs(10);

/// Most combinations of labels of one metric: operations times tenants with a label of their own, with room.
const LABELS: usize = 50_000;

/// What becomes spans: the command, calls of guests and of the store.
const SPANS: &str = "off,command=info,larder=debug,larder_engine=debug";

/// A collector that spans and metrics are sent to.
pub(super) struct Collector {
    url: String,
    spans: SdkTracerProvider,
    metrics: SdkMeterProvider,
    recorder: Recorder,
}

impl Collector {
    /// Send to the collector at `url`, in the background. It need not be there.
    pub(super) fn start(url: &str) -> Result<Collector> {
        let wrong = |error| failed(&format!("nothing can be sent to {url}"), error);
        let spans = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new())
            .with_endpoint(format!("{url}/v1/traces"))
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(TIMEOUT)
            .build()
            .map_err(wrong)?;
        let metrics = MetricExporter::builder()
            .with_http()
            .with_http_client(Client::new())
            .with_endpoint(format!("{url}/v1/metrics"))
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(TIMEOUT)
            .build()
            .map_err(wrong)?;
        let spans = SdkTracerProvider::builder().with_batch_exporter(spans).with_resource(resource()).build();
        let reader = PeriodicReader::builder(metrics).with_interval(INTERVAL).build();
        let (metrics, recorder) = Recorder::builder("larder")
            .with_meter_provider(|builder| builder.with_reader(reader).with_resource(resource()).with_view(stream))
            .build();
        Ok(Collector { url: url.to_owned(), spans, metrics, recorder })
    }

    pub(super) fn recorder(&self) -> Recorder {
        self.recorder.clone()
    }

    /// Makes spans of `tracing` ones of the collector's.
    pub(super) fn spans<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        let tracer = self.spans.tracer("larder");
        let layer = tracing_opentelemetry::layer().with_tracer(tracer).with_location(false).with_threads(false);
        layer.with_target(false).with_filter(EnvFilter::new(SPANS))
    }

    /// Send what was not sent yet.
    pub(super) fn finish(self) {
        let ended = [self.spans.shutdown(), self.metrics.shutdown()];
        if let Some(error) = ended.into_iter().find_map(Result::err) {
            tracing::error!(collector = %self.url, %error, "the last of what was traced and measured was not sent");
        }
    }
}

fn resource() -> Resource {
    let named = std::env::var_os("OTEL_SERVICE_NAME").is_some_and(|name| !name.is_empty());
    let resource = Resource::builder();
    if named { resource.build() } else { resource.with_service_name("larder").build() }
}

/// How a metric is summed up.
fn stream(instrument: &Instrument) -> Option<Stream> {
    let stream = Stream::builder().with_cardinality_limit(LABELS);
    let stream = match instrument.kind() {
        InstrumentKind::Histogram => stream.with_aggregation(Aggregation::ExplicitBucketHistogram {
            boundaries: SECONDS.to_vec(),
            record_min_max: false,
        }),
        _ => stream,
    };
    stream.build().ok()
}
