//! Templates and pieces of text: what the reference answered, what Go documents beside, and what a hostile plugin tries.

mod go;
mod hostile;
mod recorded;

use larder_engine::Store;

use crate::support::Kit;

/// A store with a group `g`.
fn store(entries: &[(&str, &[u8])]) -> Store {
    let store = Kit::in_memory().store();
    for (key, value) in entries {
        store.set("g", key, value).unwrap();
    }
    store
}
