//! Sets as many keys as it can, while other instances do the same; prints how many that were.

use larder_guest::{Error, Result, Store};
use larder_test_programs::argument;

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let mut written = 0;
    for n in 0..3 {
        match store.set("g", &format!("{}-{n}", argument(1)), "") {
            Ok(_) => written += 1,
            Err(Error::QuotaExceeded { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    println!("{written}");
    Ok(())
}
