//! Archives that have no more room take nothing more.

use larder_guest::archive::{ArchiveError, Format};
use larder_guest::journal::Filter;
use larder_guest::{Error, Quota, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    store.journal().append("m", "{}", [])?;
    store.archives().compact(i64::MAX, Format::Gzip)?.ok_or("there was a row")?;
    store.journal().append("m", "{}", [])?;
    let full = store.archives().compact(i64::MAX, Format::Gzip);
    assert!(
        matches!(full, Err(ArchiveError::Store(Error::QuotaExceeded { quota: Quota::Bytes, limit: 10, .. }))),
        "{full:?}"
    );
    assert_eq!(store.journal().select(Filter::new()).count(), 1);
    Ok(())
}
