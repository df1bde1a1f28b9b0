//! Entries are counted by group and by prefix of the group's name.

use larder_guest::{Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    assert_eq!(store.count("users")?, 0);
    assert_eq!(store.count_all("")?, 0);
    store.set_many("users", &[("1", "a"), ("2", "b"), ("3", "c")])?;
    store.set_many("users-old", &[("1", "a")])?;
    store.set_many("Users", &[("1", "a")])?;
    assert_eq!(store.count("users")?, 3);
    assert_eq!(store.count("user")?, 0, "a whole name, no prefix");
    assert_eq!(store.count_all("users")?, 4);
    assert_eq!(store.count_all("")?, 5);
    assert_eq!(store.count_all("u_ers")?, 0);
    Ok(())
}
