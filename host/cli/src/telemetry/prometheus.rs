use std::{net::SocketAddr, thread};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};

use super::{SECONDS, failed};
use crate::failure::Result;

/// Serve what is recorded as text for Prometheus, to whoever asks at `address`, until the process ends.
pub(super) fn serve(address: SocketAddr) -> Result<PrometheusRecorder> {
    let builder = PrometheusBuilder::new().with_http_listener(address).set_buckets(&SECONDS);
    let executor = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed("metrics cannot be served", error))?;
    let (recorder, server) = {
        let _entered = executor.enter();
        let built = builder.and_then(PrometheusBuilder::build);
        built.map_err(|error| {
            failed(&format!("metrics cannot be served at {address}"), error)
                .hint("another address, such as --metrics 127.0.0.1:9184, may be free")
        })?
    };
    thread::Builder::new()
        .name("metrics".into())
        .spawn(move || executor.block_on(server))
        .map_err(|error| failed("metrics cannot be served", error))?;
    tracing::info!("metrics are served at http://{address}/metrics");
    Ok(recorder)
}

/// Record what is asked for elsewhere.
pub(super) fn kept() -> Result<PrometheusRecorder> {
    let builder = PrometheusBuilder::new().set_buckets(&SECONDS);
    Ok(builder.map_err(|error| failed("metrics cannot be recorded", error))?.build_recorder())
}
