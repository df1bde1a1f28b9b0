//! An answer over 64 MiB is refused.

use larder_guest::{Error, Result, SizeLimit, Store};

const MIB: u64 = 1 << 20;

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set("g", "large", vec![b'v'; 16 << 20])?;
    assert_eq!(store.get_many("g", &["large"; 4])?.len(), 4, "64 MiB is the limit");
    let (size, limit) = (80 * MIB, 64 * MIB);
    assert_eq!(store.get_many("g", &["large"; 5]), Err(Error::TooLarge { what: SizeLimit::Response, size, limit }));
    Ok(())
}
