//! Passes a list of two gigabytes that it does not even have: all items are the same megabyte.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let value = vec![0xa5_u8; 1 << 20];
    let entries: Vec<(&str, &[u8])> = (0..2048).map(|_| ("k", value.as_slice())).collect();
    let answer = store.set_many("g", &entries);
    panic!("the host took the call: {answer:?}");
}
