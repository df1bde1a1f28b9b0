//! Connections: taken, bounded, and ended in good order.

use std::{
    convert::Infallible,
    fmt,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use larder_engine::Larder;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout_at},
};
use tokio_io_timeout::TimeoutWriter;

use super::{
    front::{Front, ServerConfig},
    limits::ServerLimits,
    service::HttpService,
};

/// How long nothing is accepted after the system refused to, for want of descriptors mostly.
pub(super) const ACCEPT_WAIT: Duration = Duration::from_millis(100);

/// The smallest buffer that hyper has.
const LEAST_BUFFER: usize = 8 << 10;

/// Serves a component over HTTP/1.1. TLS and HTTP/2 are for a server in front of it.
pub struct HttpServer {
    front: Arc<Front>,
    readiness: Readiness,
}

/// Whether a server takes requests. Clones tell of the same server.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// Whether it does.
    pub fn is_ready(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Release);
    }
}

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// Connections that were cut because their requests did not end in time.
    pub cut: usize,
    /// Whether instances were still at work.
    pub guests_left: bool,
}

impl HttpServer {
    /// Serve requests by `service`, for the tenants of `larder`.
    pub fn new(service: HttpService, larder: Larder, config: ServerConfig) -> HttpServer {
        HttpServer { front: Arc::new(Front::new(service, larder, config)), readiness: Readiness::default() }
    }

    /// Whether it takes requests, for whoever sends them here.
    pub fn readiness(&self) -> Readiness {
        self.readiness.clone()
    }

    /// Take connections from `listener` until `end` is there. Then take no more, let each request that has begun end, and wait for
    /// the instances, for as long as [`ServerLimits::drain`] allows.
    ///
    /// What a guest stored before it answered is stored, however this ends.
    pub async fn serve(&self, listener: TcpListener, end: impl Future<Output = ()>) -> Drained {
        let limits = &self.front.config.limits;
        let places = Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
        let (graceful, http) = (GracefulShutdown::new(), builder(limits));
        let mut connections = JoinSet::new();
        self.readiness.set(true);
        let mut end = std::pin::pin!(end);
        loop {
            let accepted = async {
                // Nobody closes it.
                let place = places.clone().acquire_owned().await.ok();
                (listener.accept().await, place)
            };
            tokio::select! {
                biased;
                () = &mut end => break,
                Some(_) = connections.join_next() => {}
                (accepted, place) = accepted => match accepted {
                    Ok((stream, client)) => {
                        let (front, http, watcher) = (self.front.clone(), http.clone(), graceful.watcher());
                        let serving = async move {
                            let _place = place;
                            connection(front, &http, watcher, stream, client).await;
                        };
                        connections.spawn(serving);
                    }
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        sleep(ACCEPT_WAIT).await;
                    }
                },
            }
        }
        self.readiness.set(false);
        drop(listener);
        let deadline = tokio::time::Instant::now() + limits.drain;
        let all_end = async {
            graceful.shutdown().await;
            while connections.join_next().await.is_some() {}
        };
        let _ = timeout_at(deadline, all_end).await;
        let cut = connections.len();
        connections.shutdown().await;
        let left = timeout_at(deadline, self.front.service.settled()).await;
        Drained { cut, guests_left: left.is_err() }
    }
}

fn builder(limits: &ServerLimits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_headers(limits.headers)
        .max_header_size(limits.head_bytes)
        .max_buf_size(limits.head_bytes.max(LEAST_BUFFER).saturating_mul(2));
    http
}

async fn connection(
    front: Arc<Front>,
    http: &http1::Builder,
    watcher: hyper_util::server::graceful::Watcher,
    stream: TcpStream,
    client: SocketAddr,
) {
    // Answers are to go when they are there. That it cannot be set is no reason not to answer.
    let _ = stream.set_nodelay(true);
    let _open = Open::new(&front);
    let mut stream = Box::pin(TimeoutWriter::new(stream));
    stream.as_mut().set_timeout_pinned(Some(front.config.limits.write_time));
    let service = service_fn(|request| {
        let front = front.clone();
        async move { Ok::<_, Infallible>(front.answer(request, client).await) }
    });
    let served = watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await;
    if let Err(error) = served {
        // Clients go as they like.
        tracing::debug!(%client, %error, "a connection ended");
    }
}

/// A connection that is counted.
struct Open<'a>(&'a Front);

impl Open<'_> {
    fn new(front: &Front) -> Open<'_> {
        if let Some(meters) = &front.meters {
            meters.connections.increment(1);
        }
        Open(front)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if let Some(meters) = &self.0.meters {
            meters.connections.decrement(1);
            meters.warm.set(self.0.service.idle_instances() as f64);
        }
    }
}

impl fmt::Debug for HttpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpServer").field("service", &self.front.service).finish_non_exhaustive()
    }
}
