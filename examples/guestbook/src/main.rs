//! A guest book over HTTP. `larder serve` gives each tenant one of its own; nothing here knows of tenants.
//!
//! - `GET /`: the latest twenty entries as a page
//! - `POST /`: one more entry, the body as text; the answer is its number, and it is stored by then
//! - `GET /7`: entry 7
#![allow(unsafe_code, reason = "generated code")]

mod book;

use larder_guest::Result;
use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{Fields, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam};
use wasip2::io::streams::StreamError;

struct GuestBook;

wasip2::http::proxy::export!(GuestBook);

/// Bytes of one entry.
const LONGEST: usize = 2000;

impl Guest for GuestBook {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let (status, kind, body) = answer(&request).unwrap_or_else(|error| (503, "text/plain", error.to_string()));
        respond(out, status, kind, &body);
    }
}

fn answer(request: &IncomingRequest) -> Result<(u16, &'static str, String)> {
    let target = request.path_with_query().unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    match (request.method(), path.trim_start_matches('/')) {
        (Method::Get, "") => Ok((200, "text/html; charset=utf-8", book::page()?)),
        (Method::Get, number) => Ok(match number.parse().ok().map(book::entry).transpose()?.flatten() {
            Some(text) => (200, "text/plain; charset=utf-8", text),
            None => (404, "text/plain", "there is no such entry\n".into()),
        }),
        (Method::Post, "") => Ok(match text(request) {
            Some(text) => (201, "text/plain", format!("{}\n", book::add(&text)?)),
            None => (400, "text/plain", format!("an entry is text of 1 to {LONGEST} bytes\n")),
        }),
        _ => Ok((405, "text/plain", "GET or POST\n".into())),
    }
}

/// The body, if it can be an entry.
fn text(request: &IncomingRequest) -> Option<String> {
    let body = request.consume().ok()?;
    let stream = body.stream().ok()?;
    let mut bytes = Vec::new();
    loop {
        match stream.blocking_read(LONGEST as u64 + 1) {
            Ok(piece) => bytes.extend(piece),
            Err(StreamError::Closed) => break,
            Err(StreamError::LastOperationFailed(_)) => return None,
        }
        if bytes.len() > LONGEST {
            return None;
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.trim().is_empty())
}

fn respond(out: ResponseOutparam, status: u16, kind: &str, body: &str) {
    let headers = Fields::new();
    // Neither can be refused: they are proper headers, and few.
    let _ = headers.set("content-type", &[kind.as_bytes().to_vec()]);
    let response = OutgoingResponse::new(headers);
    let _ = response.set_status_code(status);
    let Ok(outgoing) = response.body() else { return };
    ResponseOutparam::set(out, Ok(response));
    if let Ok(stream) = outgoing.write() {
        for piece in body.as_bytes().chunks(4096) {
            if stream.blocking_write_and_flush(piece).is_err() {
                // Whoever asked has gone.
                break;
            }
        }
    }
    let _ = OutgoingBody::finish(outgoing, None);
}

fn main() {}
