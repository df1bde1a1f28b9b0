//! What both components do alike: they answer 64 bytes.

use wasip2::http::types::{Fields, OutgoingBody, OutgoingResponse, ResponseOutparam};

/// Bytes of an answer, and of what is stored.
pub const SIZE: usize = 64;

/// Answer 64 bytes.
///
/// # Panics
/// When the host refuses what every host takes.
pub fn respond(out: ResponseOutparam) {
    let response = OutgoingResponse::new(Fields::new());
    let body = response.body().expect("it is asked for once");
    ResponseOutparam::set(out, Ok(response));
    {
        let stream = body.write().expect("it is asked for once");
        // Who asked may have gone.
        let _ = stream.blocking_write_and_flush(&[b'x'; SIZE]);
    }
    let _ = OutgoingBody::finish(body, None);
}
