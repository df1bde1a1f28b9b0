//! A scope archives its own rows and sees its own archives.

use larder_guest::Store;
use larder_guest::archive::{ArchiveError, Format};
use larder_guest::journal::Filter;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (one, two, whole) = (Store::open("one")?, Store::open("two")?, Store::open("whole")?);
    for store in [&one, &two, &whole] {
        store.journal().append("m", "{}", [])?;
    }
    let first = one.archives().compact(i64::MAX, Format::Gzip)?.ok_or("there was a row")?;
    assert_eq!(first.rows, 1);
    assert_eq!((one.archives().list().count(), two.archives().list().count()), (1, 0));
    assert_eq!(two.archives().verify(&first.name), Err(ArchiveError::NotFound));
    assert_eq!(two.archives().restore(&first.name), Err(ArchiveError::NotFound));
    assert_eq!(two.journal().select(Filter::new()).count(), 1);
    let rest = whole.archives().compact(i64::MAX, Format::Zstd)?.ok_or("there were rows")?;
    assert_eq!(rest.rows, 2);
    assert_eq!(whole.archives().list().count(), 2);
    assert_eq!(one.archives().read(&rest.name).map(drop), Err(ArchiveError::NotFound));
    assert_eq!(one.archives().restore(&first.name)?, 1);
    assert_eq!(one.journal().select(Filter::new()).count(), 1);
    Ok(())
}
