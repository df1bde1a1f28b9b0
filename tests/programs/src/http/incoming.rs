//! By wasi:http 0.2.

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, IncomingBody, IncomingRequest, Method, OutgoingBody, OutgoingRequest, OutgoingResponse,
    ResponseOutparam, Scheme,
};
use wasip2::io::streams::{OutputStream, StreamError};

use super::{Answer, PIECE, Question, answer, write_after};

/// Answers by `wasi:http/incoming-handler@0.2`.
pub struct Incoming;

impl Guest for Incoming {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        match answer(&question(&request)) {
            Answer::Whole(status, body) => respond(out, status, |stream| write(stream, &body)),
            Answer::Large(bytes) => respond(out, 200, |stream| {
                for _ in 0..bytes.div_ceil(PIECE as u64) {
                    write(stream, &[b'x'; PIECE]);
                }
            }),
            Answer::Broken => respond(out, 200, |stream| {
                write(stream, b"some");
                panic!("on purpose");
            }),
            Answer::WriteAfter(key) => {
                respond(out, 200, |_| {});
                write_after(&key);
            }
            Answer::Ask(host) => {
                let told = ask(&host).map_or_else(|error| format!("{error:?}"), |status| status.to_string());
                respond(out, 200, |stream| write(stream, told.as_bytes()));
            }
            Answer::None => {}
        }
    }
}

fn question(request: &IncomingRequest) -> Question {
    let headers = request.headers().entries();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Question {
        method: match request.method() {
            Method::Get => "GET".into(),
            Method::Put => "PUT".into(),
            Method::Post => "POST".into(),
            other => format!("{other:?}"),
        },
        target: request.path_with_query().unwrap_or_default(),
        authority: request.authority().unwrap_or_default(),
        headers: headers.into_iter().map(|(name, value)| (name, text(value))).collect(),
        body: request.consume().map_err(|()| "there is no body".to_owned()).and_then(|body| read(&body)),
    }
}

fn read(body: &IncomingBody) -> Result<Vec<u8>, String> {
    let stream = body.stream().map_err(|()| "there is no stream")?;
    let mut bytes = Vec::new();
    loop {
        match stream.blocking_read(1 << 16) {
            Ok(piece) => bytes.extend(piece),
            Err(StreamError::Closed) => return Ok(bytes),
            Err(StreamError::LastOperationFailed(error)) => return Err(error.to_debug_string()),
        }
    }
}

fn respond(out: ResponseOutparam, status: u16, body: impl FnOnce(&OutputStream)) {
    let response = OutgoingResponse::new(Fields::new());
    response.set_status_code(status).expect("it is a status");
    let outgoing = response.body().expect("it is asked for once");
    ResponseOutparam::set(out, Ok(response));
    {
        let stream = outgoing.write().expect("it is asked for once");
        body(&stream);
    }
    // Who asked may have gone.
    let _ = OutgoingBody::finish(outgoing, None);
}

fn write(stream: &OutputStream, bytes: &[u8]) {
    for piece in bytes.chunks(PIECE) {
        if stream.blocking_write_and_flush(piece).is_err() {
            return;
        }
    }
}

fn ask(host: &str) -> Result<u16, ErrorCode> {
    let request = OutgoingRequest::new(Fields::new());
    request.set_scheme(Some(&Scheme::Http)).expect("it is a scheme");
    request.set_authority(Some(host)).expect("it is an authority");
    request.set_path_with_query(Some("/")).expect("it is a path");
    let response = outgoing_handler::handle(request, None)?;
    response.subscribe().block();
    let response = response.get().expect("it is there").expect("it is asked for once")?;
    Ok(response.status())
}
