use std::{fmt, pin::Pin, time::Duration};

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use ureq::Agent;

/// How long a request may take, its answer included.
pub(super) const TIMEOUT: Duration = Duration::from_secs(5);

/// Largest answer that is read, in bytes.
const ANSWER_BYTES: u64 = 4 << 20;

/// Sends to a collector, on the threads that the exporters have for that and may block.
pub(super) struct Client(Agent);

impl Client {
    pub(super) fn new() -> Client {
        let config = Agent::config_builder().timeout_global(Some(TIMEOUT)).http_status_as_error(false);
        Client(config.build().into())
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let place = request.uri().clone();
        let sent = self.0.run(request.map(|body| body.to_vec())).map_err(HttpError::from).and_then(|answer| {
            let (head, mut body) = answer.into_parts();
            let body = body.with_config().limit(ANSWER_BYTES).read_to_vec()?;
            Ok(Response::from_parts(head, body.into()))
        });
        match &sent {
            Err(error) => tracing::warn!(%place, %error, "telemetry was not sent"),
            Ok(answer) if !answer.status().is_success() => {
                tracing::warn!(%place, status = answer.status().as_u16(), "telemetry was refused");
            }
            Ok(_) => {}
        }
        sent
    }
}

type Sending<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'a>>;

// The trait is one of the crate async-trait, which this is all there would be to use for.
impl HttpClient for Client {
    fn send_bytes<'a, 'b>(&'a self, request: Request<Bytes>) -> Sending<'b>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move { self.send(request) })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}
