//! A counter starts at 0, takes steps in both directions, and reads as decimal digits.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    assert_eq!(store.increment("g", "n", 5)?, 5);
    assert_eq!(store.increment("g", "n", -7)?, -2);
    assert_eq!(store.get_string("g", "n")?.as_deref(), Some("-2"));
    assert_eq!(store.increment("g", "n", 0)?, -2);
    assert_eq!(store.increment("g", "zero", 0)?, 0, "a step of 0 makes the counter");
    assert!(store.exists("g", "zero")?);

    store.set("g", "text", "41")?;
    assert_eq!(store.increment("g", "text", 1)?, 42, "digits that somebody set are a counter");
    store.set("g", "bytes", 1000_i64.to_le_bytes())?;
    assert_eq!(store.increment("g", "bytes", 1)?, 1001, "eight bytes are a little-endian number");
    assert_eq!(store.get_string("g", "bytes")?.as_deref(), Some("1001"));
    store.set("g", "negative bytes", (-3_i64).to_le_bytes())?;
    assert_eq!(store.increment("g", "negative bytes", 1)?, -2);
    store.set("g", "eight digits", "12345678")?;
    assert_eq!(store.increment("g", "eight digits", 1)?, 12_345_679, "digits before bytes");
    Ok(())
}
