//! The sink against servers: one that does as it is told, one with a certificate of its own, and a real one.

mod answers;
mod outages;
mod server;
mod tls;
mod tokens;
mod victoria;

use std::{path::Path, sync::Arc, time::Duration};

use larder_engine::{
    Config, DeliveryBatch, DeliveryConfig, DeliveryRow, DeliveryValue, JournalConfig, Larder, Refusal, Sink, Tenant,
    TenantId,
};

use super::{InfluxConfig, InfluxSink};

fn acme() -> TenantId {
    TenantId::parse("acme").unwrap()
}

fn row(id: i64, measurement: &str) -> DeliveryRow {
    DeliveryRow {
        id,
        measurement: measurement.into(),
        fields: vec![("n".into(), DeliveryValue::Integer(id))],
        tags: Vec::new(),
        committed_at_ms: 1_700_000_000_000,
        scope: None,
    }
}

fn sink(config: InfluxConfig) -> InfluxSink {
    InfluxSink::new(config).unwrap()
}

/// Deliver rows of these measurements as one batch.
fn deliver(sink: &InfluxSink, measurements: &[&str]) -> Result<(), Refusal> {
    let rows: Vec<_> = measurements.iter().zip(1..).map(|(measurement, id)| row(id, measurement)).collect();
    sink.deliver(&DeliveryBatch { tenant: &acme(), bucket: "ev ents&x", rows: &rows })
}

/// A root whose journals are to be delivered, to a bucket of this name.
fn larder(root: &Path, bucket: &str) -> (Larder, Tenant) {
    let journal = JournalConfig { deliver: true, bucket: bucket.into(), ..JournalConfig::default() };
    let larder = Larder::open(root, Config::new().journal(journal)).unwrap();
    let tenant = larder.tenant(&acme());
    (larder, tenant)
}

fn append(tenant: &Tenant, measurement: &str, fields: &str) -> larder_engine::JournalEntry {
    tenant.store().journal().append(measurement, fields, &Default::default()).unwrap()
}

/// Waits that are over soon.
fn quick() -> DeliveryConfig {
    DeliveryConfig::new()
        .gather(Duration::ZERO)
        .first_wait(Duration::from_millis(5))
        .longest_wait(Duration::from_millis(50))
}

fn deliver_all(larder: &Larder, sink: InfluxSink) -> larder_engine::DeliveryReport {
    larder.deliver_now(Arc::new(sink), quick(), None, Duration::from_secs(60)).unwrap()
}
