//! Who may only read appends nothing and moves nothing.

use larder_guest::archive::{ArchiveError, Format};
use larder_guest::journal::Filter;
use larder_guest::{Error, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    assert_eq!(store.journal().append("m", "{}", []).map(drop), Err(Error::AccessDenied));
    assert_eq!(store.journal().select(Filter::new()).count(), 1);
    let denied = ArchiveError::Store(Error::AccessDenied);
    assert_eq!(store.archives().compact(i64::MAX, Format::Gzip), Err(denied.clone()));
    let archive = store.archives().list().next().ok_or("there is one")??;
    assert_eq!(store.archives().restore(&archive.name), Err(denied));
    assert_eq!(store.archives().verify(&archive.name)?.rows, 1);
    assert_eq!(store.archives().read(&archive.name)?.count(), 1);
    Ok(())
}
