//! Counts its runs by `wasi:keyvalue` 0.2.0-draft, as wasmCloud's SDK has it.

use wasmcloud_component::wasi::keyvalue::{atomics, store};

fn main() -> Result<(), store::Error> {
    let bucket = store::open("default")?;
    let runs = atomics::increment(&bucket, "runs", 1)?;
    println!("run {runs}, keys {:?}", bucket.list_keys(None)?.keys);
    Ok(())
}
