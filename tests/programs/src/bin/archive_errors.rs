//! Each error that a guest can bring about.

use larder_guest::archive::{ArchiveError, Format};
use larder_guest::{Error, Holding, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    let archives = store.archives();
    for name in ["", "..", "../store.db", "journal-20270115-080000.000000000.jsonl.gz", "/etc/passwd", "a\0b"] {
        assert_eq!(archives.verify(name), Err(ArchiveError::NotFound), "{name:?}");
        assert_eq!(archives.restore(name), Err(ArchiveError::NotFound), "{name:?}");
        assert_eq!(archives.read(name).map(drop), Err(ArchiveError::NotFound), "{name:?}");
    }
    for moment in [i64::MIN, -62_135_596_800_000] {
        let refused = archives.compact(moment, Format::Gzip);
        assert!(matches!(refused, Err(ArchiveError::Store(Error::InvalidArgument(_)))), "{refused:?}");
    }
    store.journal().append("m", "{}", [])?;
    let transaction = store.begin()?;
    let open = ArchiveError::Store(Error::TransactionOpen);
    assert_eq!(archives.compact(i64::MAX, Format::Gzip), Err(open.clone()));
    assert_eq!(transaction.archives().compact(i64::MAX, Format::Gzip), Err(open.clone()));
    assert_eq!(archives.restore("journal-20270115-080000.000000000.jsonl.gz"), Err(open));
    transaction.rollback()?;
    let name = archives.compact(i64::MAX, Format::Gzip)?.ok_or("there was a row")?.name;
    let held = (0..2).map(|_| archives.read(&name)).collect::<Result<Vec<_>, _>>()?;
    let too_many = ArchiveError::Store(Error::TooMany { what: Holding::Archives, limit: 2 });
    assert_eq!(archives.read(&name).map(drop), Err(too_many));
    drop(held);
    assert_eq!(archives.read(&name)?.count(), 1);
    Ok(())
}
