//! Deleting answers whether, or how many, entries were there, and takes nothing else along.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    for group in ["a", "ab", "AB", "b", "a%", ""] {
        store.set_many(group, &[("1", "x"), ("2", "y")])?;
    }
    assert!(store.delete("a", "1")?);
    assert!(!store.delete("a", "1")?, "it is gone");
    assert!(!store.delete("nothing", "1")?);
    assert_eq!(store.count_all("")?, 11);

    assert_eq!(store.delete_group("b")?, 2);
    assert_eq!(store.delete_group("b")?, 0);
    assert_eq!(store.delete_group("")?, 2, "the group without a name, not all");
    assert_eq!(store.count_all("")?, 7);

    assert_eq!(store.delete_prefix("a%")?, 2, "no pattern");
    assert_eq!(store.delete_prefix("x")?, 0);
    assert_eq!(store.delete_prefix("a")?, 3, "a and ab, but not AB");
    assert_eq!(store.count("AB")?, 2);
    assert_eq!(store.delete_prefix("")?, 2, "all");
    assert_eq!(store.count_all("")?, 0);
    Ok(())
}
