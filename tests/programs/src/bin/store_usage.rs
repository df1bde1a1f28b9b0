//! `usage` counts live entries, groups with one, and the bytes of group, key and value.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let used = || -> Result<(u64, u64, u64)> {
        let usage = store.usage()?;
        Ok((usage.keys.used, usage.groups.used, usage.bytes.used))
    };
    assert_eq!(used()?, (0, 0, 0));
    store.set("four", "key", "value")?;
    assert_eq!(used()?, (1, 1, 4 + 3 + 5), "bytes of a store without a scope");
    store.set("four", "key", "")?;
    assert_eq!(used()?, (1, 1, 4 + 3));
    store.set("four", "é", "🙂")?;
    assert_eq!(used()?, (2, 1, 7 + 4 + 2 + 4), "bytes, not characters");
    store.increment("n", "n", 123)?;
    assert_eq!((used()?.0, used()?.1), (3, 2));
    store.delete_prefix("")?;
    assert_eq!(used()?, (0, 0, 0));
    assert_eq!(store.usage()?.keys.limit, None, "none is set");
    Ok(())
}
