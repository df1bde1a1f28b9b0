//! Several instances add by swaps and by increments; nothing is lost, and one of them makes the entry.

use bindings::wasi::keyvalue::{
    atomics::{Cas, CasError, increment, swap},
    store,
};
use larder_test_programs::number;

larder_test_programs::bindings! { path: "../../wit/standard/keyvalue-draft2", world: "all" }

fn main() -> Result<(), store::Error> {
    let bucket = store::open("")?;
    let mut first = false;
    for _ in 0..number(1) {
        increment(&bucket, "by increment", 1)?;
        let mut look = Cas::new(&bucket, "by swap")?;
        loop {
            let before = look.current()?;
            let text = before.as_ref().map_or("0".to_owned(), |value| String::from_utf8(value.clone()).unwrap());
            let next = text.parse::<u64>().unwrap() + 1;
            match swap(look, next.to_string().as_bytes()) {
                Ok(()) => break first |= before.is_none(),
                Err(CasError::CasFailed(now)) => look = now,
                Err(CasError::StoreError(error)) => return Err(error),
            }
        }
    }
    println!("{}", if first { "made it" } else { "found it" });
    Ok(())
}
