//! A value that was set is what `get` answers, and another key has none.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    assert_eq!(store.get("colours", "sky")?, None);
    store.set("colours", "sky", "blue")?;
    assert_eq!(store.get("colours", "sky")?.as_deref(), Some(&b"blue"[..]));
    assert_eq!(store.get("colours", "sea")?, None);
    Ok(())
}
