//! Stores by wasi:keyvalue: `GET /n` gets the entry `n`, `PUT /n` sets it.

use bench_http::SIZE;
use bindings::wasi::keyvalue::store;
use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{IncomingRequest, Method, ResponseOutparam};

#[allow(unsafe_code, unreachable_pub, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        // As far as it is used: https://github.com/WebAssembly/wasi-keyvalue, version 0.2.0-draft.
        inline: "
            package larder:bench-http;

            world stores {
                import wasi:keyvalue/store@0.2.0-draft;
            }

            package wasi:keyvalue@0.2.0-draft {
                interface store {
                    variant error { no-such-store, access-denied, other(string) }

                    open: func(identifier: string) -> result<bucket, error>;

                    resource bucket {
                        get: func(key: string) -> result<option<list<u8>>, error>;
                        set: func(key: string, value: list<u8>) -> result<_, error>;
                    }
                }
            }
        ",
        world: "larder:bench-http/stores",
        generate_all,
    });
}

#[allow(unsafe_code, reason = "generated code")]
mod exported {
    wasip2::http::proxy::export!(Stores);
    use super::Stores;
}

struct Stores;

impl Guest for Stores {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let key = request.path_with_query().unwrap_or_default();
        let bucket = store::open("").expect("the host has a store");
        match request.method() {
            Method::Put => bucket.set(&key, &[b'x'; SIZE]).expect("the store takes it"),
            _ => drop(bucket.get(&key).expect("the store answers")),
        }
        bench_http::respond(out);
    }
}

fn main() {}
