//! A journal that is full takes no more, and loses nothing.

use larder_guest::journal::Filter;
use larder_guest::{Error, Quota, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    let fields = format!("{{\"a\":\"{}\"}}", "x".repeat(300));
    let mut rows = 0;
    let full = loop {
        match store.journal().append("m", &fields, []) {
            Ok(_) => rows += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(full, Error::QuotaExceeded { quota: Quota::Bytes, limit: 1_000, .. }), "{full:?}");
    assert_eq!(rows, 3);
    assert_eq!(store.journal().select(Filter::new()).count(), rows);
    Ok(())
}
