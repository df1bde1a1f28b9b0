//! A NUL in a prefix is a byte like any other.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    for group in ["tenant", "Tenant", "tenant\0x", "tenant\0xyz", ""] {
        store.set(group, "k", "v")?;
    }
    assert_eq!(store.count_all("\0")?, 0);
    assert_eq!(store.delete_prefix("tenant\0x")?, 2);
    assert_eq!(store.groups("").collect::<Result<Vec<_>>>()?, ["", "Tenant", "tenant"]);
    Ok(())
}
