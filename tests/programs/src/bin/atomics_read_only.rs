//! With a grant for reading, no atomic change is made, not even one that would change nothing. (The host wrote `g/k`.)

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let version = store.entry("g", "k")?.expect("the host wrote it").version;
    assert_eq!(store.increment("g", "n", 1), Err(Error::AccessDenied));
    assert_eq!(store.compare_and_swap("g", "k", Some(version), "mine"), Err(Error::AccessDenied));
    assert_eq!(store.compare_and_swap("g", "k", None, "mine"), Err(Error::AccessDenied));
    assert_eq!(store.compare_and_delete("g", "k", version), Err(Error::AccessDenied));
    assert_eq!(store.get_string("g", "k")?.as_deref(), Some("theirs"));
    Ok(())
}
