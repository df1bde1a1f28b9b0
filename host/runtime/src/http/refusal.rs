//! Why the host answers, and not the guest.

use std::time::Duration;

use http::{HeaderValue, Response, StatusCode, header};

use super::body::HttpBody;

/// How a request ended, as it is told in the access log.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The guest answered.
    Answered,
    /// The request is none that a guest can be given.
    BadRequest,
    /// The request does not say which tenant it is for, or says it in two ways.
    NoTenant,
    /// There is no such tenant, or none that is served.
    UnknownTenant,
    /// The token is missing or does not hold.
    Unauthorized,
    /// The body is larger than it may be.
    TooLarge,
    /// The client sent its body too slowly.
    SlowRequest,
    /// The guest took too long.
    TimeOut,
    /// There was no room.
    Busy,
    /// The guest trapped, answered nothing, or answered an error.
    GuestFailed,
    /// The host failed.
    HostFailed,
    /// The answer ended before its end: the guest failed, took too long or said too much after its head was sent, or the client
    /// went away.
    CutOff,
}

impl Outcome {
    /// A word for it, such as `time-out`.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Answered => "answered",
            Outcome::BadRequest => "bad-request",
            Outcome::NoTenant => "no-tenant",
            Outcome::UnknownTenant => "unknown-tenant",
            Outcome::Unauthorized => "unauthorized",
            Outcome::TooLarge => "too-large",
            Outcome::SlowRequest => "slow-request",
            Outcome::TimeOut => "time-out",
            Outcome::Busy => "busy",
            Outcome::GuestFailed => "guest-failed",
            Outcome::HostFailed => "host-failed",
            Outcome::CutOff => "cut-off",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Outcome::Answered => StatusCode::OK,
            Outcome::BadRequest | Outcome::NoTenant => StatusCode::BAD_REQUEST,
            Outcome::UnknownTenant => StatusCode::NOT_FOUND,
            Outcome::Unauthorized => StatusCode::UNAUTHORIZED,
            Outcome::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Outcome::SlowRequest => StatusCode::REQUEST_TIMEOUT,
            Outcome::TimeOut => StatusCode::GATEWAY_TIMEOUT,
            Outcome::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Outcome::GuestFailed | Outcome::HostFailed | Outcome::CutOff => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// For the client; nothing of the host's is told.
    fn text(self) -> &'static str {
        match self {
            Outcome::Answered | Outcome::CutOff => "",
            Outcome::BadRequest => "the request is not valid\n",
            Outcome::NoTenant => "the request does not say which tenant it is for\n",
            Outcome::UnknownTenant => "not found\n",
            Outcome::Unauthorized => "a valid bearer token is needed\n",
            Outcome::TooLarge => "the body is too large\n",
            Outcome::SlowRequest => "the body came too slowly\n",
            Outcome::TimeOut => "the answer took too long\n",
            Outcome::Busy => "too many requests at the moment\n",
            Outcome::GuestFailed | Outcome::HostFailed => "the request could not be answered\n",
        }
    }

    /// How long a client that was refused for want of room is to wait.
    const RETRY_AFTER: Duration = Duration::from_secs(1);

    /// The answer of the host, with the outcome among its extensions.
    pub(super) fn response(self) -> Response<HttpBody> {
        let mut response = Response::new(HttpBody::text(self.text()));
        *response.status_mut() = self.status();
        response.extensions_mut().insert(self);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        match self {
            Outcome::Busy => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(Outcome::RETRY_AFTER.as_secs()));
            }
            Outcome::Unauthorized => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            // What is left of the body is not wanted.
            Outcome::TooLarge | Outcome::SlowRequest => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}
