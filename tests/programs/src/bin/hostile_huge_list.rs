//! Passes the largest value that it can make. (The host allows a gigabyte of memory.)

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let value = vec![0xa5_u8; 900 << 20];
    println!("passing {} bytes", value.len());
    let answer = store.set("g", "k", value);
    panic!("the host took the call: {answer:?}");
}
