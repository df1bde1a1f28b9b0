//! Another program wrote a row that is no JSON: the others are archived all the same.

use larder_guest::Store;
use larder_guest::archive::Format;
use larder_guest::journal::Filter;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    let done = store.archives().compact(i64::MAX, Format::Gzip)?.ok_or("there are rows")?;
    assert_eq!((done.rows, done.skipped, done.skipped_ids.len()), (2, 1, 1));
    let left = store.journal().select(Filter::new()).collect::<Result<Vec<_>, _>>()?;
    assert_eq!(left.iter().map(|row| row.id).collect::<Vec<_>>(), done.skipped_ids);
    assert_eq!(store.archives().compact(i64::MAX, Format::Gzip)?, None);
    assert_eq!(store.archives().list().count(), 1);
    Ok(())
}
