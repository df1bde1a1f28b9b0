use larder_engine::{ArchiveFormat, Error, JournalConfig, JournalQuery};

use super::*;

#[test]
fn rows_that_are_still_kept_come_back_as_they_were() {
    let place = Place::new();
    place.append(&["a", "b", "c"]);
    let before = place.store.journal().query(&JournalQuery::default()).unwrap();
    let archives = place.store.archives();
    let done = archives.compact(i64::MAX, ArchiveFormat::Gzip).unwrap().unwrap();
    assert_eq!(archives.restore(&done.name).unwrap(), 3);
    assert_eq!(place.store.journal().query(&JournalQuery::default()).unwrap(), before);
    assert_eq!((place.files().len(), archives.list("").unwrap().len()), (0, 0));
    assert_refused!(archives.restore(&done.name), Error::ArchiveNotFound { .. });
}

#[test]
fn rows_that_are_gone_come_back_once_among_those_that_are_kept() {
    let place = Place::new();
    place.append(&["a", "a", "b", "c"]);
    let archives = place.store.archives();
    let done = archives.compact(i64::MAX, ArchiveFormat::Zstd).unwrap().unwrap();
    place.sql().execute("DELETE FROM journal_entries WHERE entry_id IN (1, 3)", ()).unwrap();
    assert_eq!(archives.restore(&done.name).unwrap(), 4);
    assert_eq!(live(&place.store), ["a", "a", "b", "c"]);
}

#[test]
fn rows_of_a_scope_come_back_to_it() {
    let place = Place::new();
    let plugin = acme(&place.larder).scope(scope("plugin"), Default::default());
    plugin.journal().append("own", "{}", &Default::default()).unwrap();
    let done = place.store.archives().compact(i64::MAX, ArchiveFormat::Gzip).unwrap().unwrap();
    place.sql().execute("DELETE FROM journal_entries", ()).unwrap();
    place.store.archives().restore(&done.name).unwrap();
    assert_eq!(live(&plugin), ["own"]);
}

#[test]
fn a_damaged_archive_is_seen_and_nothing_of_it_comes_back() {
    for format in [ArchiveFormat::Gzip, ArchiveFormat::Zstd] {
        let place = Place::new();
        place.append(&["a", "b"]);
        let archives = place.store.archives();
        let done = archives.compact(i64::MAX, format).unwrap().unwrap();
        let path = place.directory().join(&done.name);
        let whole = std::fs::read(&path).unwrap();
        for damaged in [&whole[..whole.len() / 2], b"", b"no archive"] {
            std::fs::write(&path, damaged).unwrap();
            assert!(!archives.verify(&done.name).unwrap().problems.is_empty());
            assert!(archives.restore(&done.name).is_err());
            assert_eq!(live(&place.store), [""; 0]);
        }
        std::fs::write(&path, whole).unwrap();
        assert_eq!(archives.restore(&done.name).unwrap(), 2);
        place.store.archives().list("").unwrap();
    }
}

#[test]
fn rows_that_another_program_changed_are_not_doubled() {
    let place = Place::new();
    place.append(&["a", "b"]);
    let archives = place.store.archives();
    let done = archives.compact(i64::MAX, ArchiveFormat::Gzip).unwrap().unwrap();
    place.sql().execute("UPDATE journal_entries SET measurement = 'x' WHERE entry_id = 1", ()).unwrap();
    assert_refused!(archives.restore(&done.name), Error::Conflict);
    assert_eq!((live(&place.store), place.files()), (vec![], vec![done.name]));
}

#[test]
fn a_restored_row_counts_again() {
    let room = JournalConfig { bytes: Some(100), ..JournalConfig::default() };
    let place = Place::with(|config| config.journal(room));
    let append = || place.store.journal().append(&"m".repeat(80), "{}", &Default::default());
    append().unwrap();
    let archives = place.store.archives();
    let done = archives.compact(i64::MAX, ArchiveFormat::Gzip).unwrap().unwrap();
    // By a program that does not count, but for the triggers.
    place.sql().execute("DELETE FROM journal_entries", ()).unwrap();
    archives.restore(&done.name).unwrap();
    assert_refused!(append(), Error::QuotaExceeded { used: 89, .. });
}
