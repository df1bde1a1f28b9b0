//! A label without files, and one that is unknown, answer `access-denied`. (The host grants `default` without files.)

use larder_guest::Store;
use larder_guest::files::{Directory, FileError};

fn main() -> Result<(), larder_guest::Error> {
    for label in ["default", "unknown", "", "../acme"] {
        assert_eq!(Directory::open(label).map(drop), Err(FileError::AccessDenied), "{label:?}");
    }
    Store::default_store()?.set("g", "k", "the store is granted")?;
    Ok(())
}
