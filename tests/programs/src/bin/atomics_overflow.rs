//! An increment that would leave the range of 64 bits is refused, and the counter stays.

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    assert_eq!(store.increment("g", "n", i64::MAX)?, i64::MAX);
    assert_eq!(store.increment("g", "n", 1), Err(Error::Overflow));
    assert_eq!(store.get_string("g", "n")?, Some(i64::MAX.to_string()));
    assert_eq!(store.increment("g", "n", i64::MIN)?, -1);
    assert_eq!(store.increment("g", "n", i64::MIN), Err(Error::Overflow));
    assert_eq!(store.increment("g", "n", 0)?, -1);
    Ok(())
}
