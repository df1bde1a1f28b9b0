//! Sets a value of as many KiB as the first argument says.

use larder_guest::{Result, Store};
use larder_test_programs::number;

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let kib = usize::try_from(number(1)).expect("it fits in memory");
    store.set("g", "k", vec![0xa5; kib << 10])?;
    println!("{kib} KiB");
    Ok(())
}
