//! Health and metrics, at an address of their own: nothing of it is on the one that clients reach.

use std::{convert::Infallible, fmt, sync::Arc, time::Duration};

use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Bytes, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpListener, sync::Semaphore, time::sleep};

use super::server::{ACCEPT_WAIT, Readiness};

/// Connections at the same time.
const CONNECTIONS: usize = 64;

/// How long a connection may go without a request.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// Answers `GET /healthz` (200 while the process answers at all), `/readyz` (200 while requests are taken, else 503) and `/metrics`.
pub struct Admin {
    readiness: Readiness,
    metrics: Option<Arc<dyn Fn() -> String + Send + Sync>>,
}

impl Admin {
    /// Tell whether a [server](super::HttpServer::readiness) takes requests.
    pub fn new(readiness: Readiness) -> Admin {
        Admin { readiness, metrics: None }
    }

    /// Tell what is measured: `metrics` answers it as text for Prometheus.
    pub fn metrics(self, metrics: impl Fn() -> String + Send + Sync + 'static) -> Admin {
        Admin { metrics: Some(Arc::new(metrics)), ..self }
    }

    /// Answer whoever asks at `listener`, until the future is dropped.
    pub async fn serve(self, listener: TcpListener) {
        let (admin, places) = (Arc::new(self), Arc::new(Semaphore::new(CONNECTIONS)));
        loop {
            // Nobody closes it.
            let place = places.clone().acquire_owned().await.ok();
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_WAIT).await;
                    continue;
                }
            };
            let admin = admin.clone();
            tokio::spawn(async move {
                let _place = place;
                let service = service_fn(|request| std::future::ready(Ok::<_, Infallible>(admin.answer(&request))));
                let mut http = http1::Builder::new();
                http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
                // Who asks goes as they like.
                let _ = http.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    }

    fn answer<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        let (status, text) = match (request.uri().path(), &self.metrics) {
            _ if !matches!(*request.method(), Method::GET | Method::HEAD) => {
                (StatusCode::METHOD_NOT_ALLOWED, "only GET is answered\n".to_owned())
            }
            ("/healthz", _) => (StatusCode::OK, "ok\n".to_owned()),
            ("/readyz", _) if self.readiness.is_ready() => (StatusCode::OK, "ready\n".to_owned()),
            ("/readyz", _) => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n".to_owned()),
            ("/metrics", Some(metrics)) => (StatusCode::OK, metrics()),
            _ => (StatusCode::NOT_FOUND, "there are /healthz, /readyz and /metrics\n".to_owned()),
        };
        let mut response = Response::new(Full::from(text));
        *response.status_mut() = status;
        let kind = header::HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin").field("readiness", &self.readiness).finish_non_exhaustive()
    }
}
