//! Answers HTTP by wasi:http 0.3.
#![allow(unsafe_code, reason = "generated code")]

use larder_test_programs::http::Handler;

wasip3::http::service::export!(Handler);

fn main() {}
