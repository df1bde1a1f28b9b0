//! Holds as many stores as the first argument says.

use larder_guest::{Result, Store};
use larder_test_programs::number;

fn main() -> Result<()> {
    let stores = (0..number(1)).map(|_| Store::default_store()).collect::<Result<Vec<_>>>()?;
    println!("{} stores", stores.len());
    Ok(())
}
