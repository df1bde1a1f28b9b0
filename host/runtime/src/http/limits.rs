//! Every bound of serving, in one place.

use std::time::Duration;

/// What requests and their instances may use, beside the [`Limits`](crate::Limits) of each instance, whose `time` bounds a request
/// from the moment a guest has it to the end of its answer.
///
/// ```
/// let limits = larder::http::HttpLimits::default();
/// assert_eq!(limits.requests, 256);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// Requests that are answered at the same time. Default 256.
    pub requests: usize,
    /// The same of one tenant. Default 64.
    pub tenant_requests: usize,
    /// How long a request waits for room before it is answered with 503. Default 1 s.
    pub wait: Duration,
    /// Bytes of a request's body; beyond it the answer is 413. Default 16 MiB.
    pub request_bytes: u64,
    /// Bytes of a response's body; beyond it the connection is cut, since the head is sent already. Default 64 MiB.
    pub response_bytes: u64,
    /// Instances that wait for the next request of their tenant, of all tenants together; the one that has waited for longest goes
    /// first. Default 64.
    pub warm: usize,
    /// How long an instance waits. Default 60 s.
    pub warm_time: Duration,
    /// Requests that one instance answers, one after the other, before it goes. `None`: 1 for a component of WASI 0.2, which as a
    /// rule takes each request to be its first, and 128 for one of 0.3. Default `None`.
    pub reuse: Option<usize>,
    /// Requests that one instance answers at the same time. A trap ends all of them. Default 1.
    pub at_once: usize,
}

impl Default for HttpLimits {
    fn default() -> HttpLimits {
        HttpLimits {
            requests: 256,
            tenant_requests: 64,
            wait: Duration::from_secs(1),
            request_bytes: 16 << 20,
            response_bytes: 64 << 20,
            warm: 64,
            warm_time: Duration::from_secs(60),
            reuse: None,
            at_once: 1,
        }
    }
}

/// What connections may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerLimits {
    /// Connections at the same time; further ones wait in the system's queue. Default 10,000.
    pub connections: usize,
    /// How long a client may take for the head of a request, and how long a connection stays open without one. Default 30 s.
    pub head_time: Duration,
    /// How long a client may take no byte of an answer. Default 30 s.
    pub write_time: Duration,
    /// Bytes of the head of a request, at least 8 KiB; beyond it the answer is 431. Default 32 KiB.
    pub head_bytes: usize,
    /// Headers of a request; beyond it the answer is 431. Default 100.
    pub headers: usize,
    /// How long requests may take to end once the server is to end. Default 30 s.
    pub drain: Duration,
}

impl Default for ServerLimits {
    fn default() -> ServerLimits {
        ServerLimits {
            connections: 10_000,
            head_time: Duration::from_secs(30),
            write_time: Duration::from_secs(30),
            head_bytes: 32 << 10,
            headers: 100,
            drain: Duration::from_secs(30),
        }
    }
}
