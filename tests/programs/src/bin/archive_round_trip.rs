//! Rows go into archives, are read there, and come back as they were.

use larder_guest::Store;
use larder_guest::archive::{ArchiveError, Format};
use larder_guest::journal::Filter;

const LATER: i64 = 1_800_000_000_001;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::default_store()?;
    let (journal, archives) = (store.journal(), store.archives());
    assert_eq!(archives.compact(LATER, Format::Gzip)?, None);
    let live = |filter: Filter| journal.select(filter).collect::<Result<Vec<_>, _>>();
    for format in [Format::Gzip, Format::Zstd] {
        let rows = if live(Filter::new())?.is_empty() { 2_500 } else { 0 };
        for n in 0..rows {
            let fields = format!("{{\"n\":{n},\"exact\":9007199254740993}}");
            journal.append("work", &fields, [("ünï", "ö")])?;
        }
        let before = live(Filter::new())?;
        assert_eq!(archives.compact(LATER - 1, format)?, None, "nothing is as old as that");
        let done = archives.compact(LATER, format)?.ok_or("there is something to move")?;
        assert_eq!((done.rows, done.skipped, done.more), (2_500, 0, false));
        assert!(done.name.starts_with("journal-20270115-080000."), "{}", done.name);
        assert!(live(Filter::new())?.is_empty());
        assert_eq!(live(Filter::new().archived())?.len(), 2_500);

        let listed = archives.list().collect::<Result<Vec<_>, _>>()?;
        assert_eq!(listed.len(), 1);
        assert_eq!((&*listed[0].name, listed[0].rows, listed[0].bytes), (&*done.name, 2_500, done.bytes));
        let verified = archives.verify(&done.name)?;
        assert_eq!((verified.rows, verified.problems.len()), (2_500, 0));
        let mut expected = before.iter();
        for row in archives.read(&done.name)? {
            let (row, live) = (row?, expected.next().ok_or("no more than were moved")?);
            assert_eq!((&row.bucket, &row.measurement, &row.fields), (&live.bucket, &live.measurement, &live.fields));
            assert_eq!((row.tag("ünï"), row.committed_at_ms), (Some("ö"), live.committed_at_ms));
        }
        assert!(expected.next().is_none());

        assert_eq!(archives.restore(&done.name)?, 2_500);
        assert_eq!(live(Filter::new())?, before);
        assert_eq!(archives.list().count(), 0);
        assert_eq!(archives.restore(&done.name), Err(ArchiveError::NotFound));
    }
    Ok(())
}
