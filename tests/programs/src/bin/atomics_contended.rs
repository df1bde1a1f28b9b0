//! Counts to a number, once by increments and once by swaps, while other instances do the same.

use larder_guest::{Error, Result, Store};
use larder_test_programs::number;

fn main() -> Result<()> {
    let store = Store::default_store()?;
    for _ in 0..number(1) {
        store.increment("counters", "by increment", 1)?;
        loop {
            let added = store.try_update("counters", "by swap", |old| {
                let old = old.map_or("0", |old| std::str::from_utf8(old).expect("it is digits"));
                Ok::<_, Error>((old.parse::<u64>().expect("it is digits") + 1).to_string())
            });
            match added {
                Ok(_) => break,
                // Sixteen others were faster in turn.
                Err(error) if error.is_retryable() => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}
