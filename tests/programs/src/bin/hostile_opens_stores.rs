//! Opens stores for ever and holds them; the errors do not stop it.

use larder_guest::{Error, Holding, Store};

fn main() {
    let mut kept = Vec::new();
    for _ in 0..100_000 {
        match Store::default_store() {
            Ok(store) => kept.push(store),
            Err(error) => assert_eq!(error, Error::TooMany { what: Holding::Stores, limit: 64 }),
        }
    }
    assert_eq!(kept.len(), 64);
}
