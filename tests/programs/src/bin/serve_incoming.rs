//! Answers HTTP by wasi:http 0.2.
#![allow(unsafe_code, reason = "generated code")]

use larder_test_programs::http::Incoming;

wasip2::http::proxy::export!(Incoming);

fn main() {}
