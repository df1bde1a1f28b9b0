//! Passes names of megabytes to every function that takes one; each is refused and none is kept.

use larder_guest::files::Directory;
use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let name = "x".repeat(16 << 20);
    for _ in 0..20 {
        assert!(store.get(&name, &name).is_err());
        assert!(store.set(&name, &name, "v").is_err());
        assert!(store.delete_group(&name).is_err());
        assert!(store.scan("g").prefix(name.clone()).keys().all(|key| key.is_err()));
        assert!(store.groups(name.clone()).all(|group| group.is_err()));
        assert!(Store::open(&name).is_err());
        assert!(Directory::open(&name).is_err());
    }
    assert_eq!(store.count_all("")?, 0);
    Ok(())
}
