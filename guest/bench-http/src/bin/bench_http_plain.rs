//! Stores nothing.
#![allow(unsafe_code, reason = "generated code")]

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{IncomingRequest, ResponseOutparam};

struct Plain;

wasip2::http::proxy::export!(Plain);

impl Guest for Plain {
    fn handle(_request: IncomingRequest, out: ResponseOutparam) {
        bench_http::respond(out);
    }
}

fn main() {}
