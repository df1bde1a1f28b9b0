//! With a grant for reading, only `get-many` answers. (The host wrote `g/k`.)

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    assert_eq!(store.set_many("g", &[("k", "mine")]), Err(Error::AccessDenied));
    assert_eq!(store.delete_many("g", &["k"]), Err(Error::AccessDenied));
    assert_eq!(store.batch().set("g", "k", "mine").apply(), Err(Error::AccessDenied));
    assert_eq!(store.get_many("g", &["k"])?, [Some(b"theirs".to_vec())]);
    Ok(())
}
