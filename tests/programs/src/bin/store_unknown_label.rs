//! A label that is unknown and one that is granted to another get the same answer, whatever it looks like.

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    for label in ["", "other", "Default", "default ", "default\0", "acme", "../acme", "acme/default", "*", "дefault"] {
        assert_eq!(Store::open(label).map(drop), Err(Error::AccessDenied), "{label:?}");
    }
    assert_eq!(Store::open(&"x".repeat(10_000)).map(drop), Err(Error::AccessDenied));
    assert!(!Store::default_store()?.exists("g", "k")?, "what is granted opens");
    Ok(())
}
