//! Says what is in its bucket, and leaves its mark there.

use bindings::wasi::keyvalue::store;
use larder_test_programs::argument;

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft", world: "all" }

fn main() -> Result<(), store::Error> {
    let bucket = store::open("")?;
    for key in bucket.list_keys(None)?.keys {
        println!("{key}");
    }
    bucket.set(&argument(1), b"")
}
