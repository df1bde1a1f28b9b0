use larder_engine::{ArchiveFormat, Error, JournalConfig, Quota};

use super::*;

#[test]
fn old_rows_go_into_a_file_that_others_can_read() {
    for format in [ArchiveFormat::Gzip, ArchiveFormat::Zstd] {
        let place = Place::new();
        place.append(&["old", "older than <now>", "new"]);
        let archives = place.store.archives();
        let done = archives.compact(START_MS + 2000, format).unwrap().unwrap();
        assert_eq!((done.rows, done.skipped, done.more), (2, 0, false));
        assert_eq!(
            place.text(&done.name),
            format!(
                "{{\"bucket\":\"store\",\"committed_at\":{START_MS},\"fields\":{{\"n\":9007199254740993}},\
                 \"measurement\":\"old\",\"tags\":{{}}}}\n\
                 {{\"bucket\":\"store\",\"committed_at\":{},\"fields\":{{\"n\":9007199254740993}},\
                 \"measurement\":\"older than \\u003cnow\\u003e\",\"tags\":{{}}}}\n",
                START_MS + 1000
            )
        );
        assert_eq!(place.files(), std::slice::from_ref(&done.name));
        assert_eq!(live(&place.store), ["new"]);
        let [listed] = archives.list("").unwrap().try_into().unwrap();
        assert_eq!((&listed.name, listed.rows, listed.bytes), (&done.name, 2, done.bytes));
        assert_eq!(archives.verify(&done.name).unwrap().problems, [""; 0]);
        assert_eq!(archives.compact(START_MS + 2000, format).unwrap(), None);
        assert_eq!(archives.list(&done.name).unwrap(), []);
    }
}

#[test]
fn two_archives_of_one_moment_have_two_names() {
    let place = Place::new();
    place.append(&["a", "b"]);
    let archives = place.store.archives();
    let first = archives.compact(START_MS + 1, ArchiveFormat::Gzip).unwrap().unwrap();
    let second = archives.compact(i64::MAX, ArchiveFormat::Gzip).unwrap().unwrap();
    assert!(first.name < second.name);
    assert_eq!([archived(&archives, &first.name), archived(&archives, &second.name)], [["a"], ["b"]]);
}

#[test]
fn a_row_that_cannot_be_read_stays_and_keeps_no_other() {
    let place = Place::new();
    place.append(&["good"]);
    place
        .sql()
        .execute_batch(
            "INSERT INTO journal_entries (bucket_name, measurement, fields_json, tags_json, committed_at) VALUES
            ('b', 'bad fields', '{bad', '{}', 1), ('b', 'bad tags', '{}', '{\"a\":1}', 2), ('b', 'null', 'null', 'null', 3)",
        )
        .unwrap();
    let archives = place.store.archives();
    let done = archives.compact(i64::MAX, ArchiveFormat::Gzip).unwrap().unwrap();
    assert_eq!((done.rows, done.skipped, done.skipped_ids), (2, 2, vec![2, 3]));
    assert_eq!(archived(&archives, &done.name), ["null", "good"]);
    assert_eq!(live(&place.store), ["bad fields", "bad tags"]);
    assert_eq!(archives.compact(i64::MAX, ArchiveFormat::Gzip).unwrap(), None);
    assert_eq!(place.files(), [done.name]);
}

#[test]
fn a_scope_archives_its_own_rows_and_sees_no_other_archive() {
    let place = Place::new();
    let tenant = acme(&place.larder);
    let plugin = tenant.scope(scope("plugin"), Quota::default());
    plugin.journal().append("of the plugin", "{}", &Default::default()).unwrap();
    place.append(&["of the tenant"]);
    let own = plugin.archives().compact(i64::MAX, ArchiveFormat::Gzip).unwrap().unwrap();
    assert_eq!((own.rows, live(&place.store)), (1, vec!["of the tenant".into()]));
    let all = place.store.archives().compact(i64::MAX, ArchiveFormat::Gzip).unwrap().unwrap();
    let names = |archives: &Archives| archives.list("").unwrap().into_iter().map(|i| i.name).collect::<Vec<_>>();
    assert_eq!(names(&plugin.archives()), std::slice::from_ref(&own.name));
    assert_eq!(names(&place.store.archives()), [own.name.clone(), all.name.clone()]);
    assert_refused!(plugin.archives().read(&all.name).map(drop), Error::ArchiveNotFound { .. });
    assert_refused!(plugin.archives().restore(&all.name), Error::ArchiveNotFound { .. });
    let row = plugin.archives().read(&own.name).unwrap().next_row().unwrap().unwrap();
    assert_eq!(row.scope.as_deref(), Some("plugin"));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let place =
        Place::with(|config| config.journal(JournalConfig { archive_bytes: Some(1), ..JournalConfig::default() }));
    let archives = place.store.archives();
    for zero in [-62_135_596_800_000, i64::MIN] {
        assert_refused!(archives.compact(zero, ArchiveFormat::Gzip), Error::InvalidArgument { argument: "before", .. });
    }
    for name in ["", "../store.db", "journal-20200101-000000.000000000.jsonl.gz/../x"] {
        assert_refused!(archives.read(name).map(drop), Error::InvalidName { what: "archive", .. });
    }
    let absent = "journal-20200101-000000.000000000.jsonl.gz";
    assert_refused!(archives.read(absent).map(drop), Error::ArchiveNotFound { .. });
    place.append(&["a", "b"]);
    assert_refused!(
        place.store.clone().read_only().archives().compact(i64::MAX, ArchiveFormat::Gzip),
        Error::AccessDenied
    );
    archives.compact(START_MS + 1, ArchiveFormat::Gzip).unwrap();
    assert_refused!(archives.compact(i64::MAX, ArchiveFormat::Gzip), Error::QuotaExceeded { limit: 1, .. });
    assert_eq!(live(&place.store), ["b"]);
}

/// As many as there are, the rows are in exactly one archive.
#[test]
fn of_compactions_at_once_one_goes_on_and_the_others_are_refused_or_find_nothing() {
    let place = Place::new();
    place.append(&["a", "b", "c"]);
    let start = std::sync::Barrier::new(8);
    let results: Vec<_> = std::thread::scope(|threads| {
        let handles: Vec<_> = (0..8)
            .map(|_| {
                threads.spawn(|| {
                    start.wait();
                    place.store.archives().compact(i64::MAX, ArchiveFormat::Gzip)
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    });
    let made = results.iter().filter(|result| matches!(result, Ok(Some(_)))).count();
    assert_eq!(made, 1, "{results:?}");
    assert!(results.iter().all(|result| matches!(result, Ok(_) | Err(Error::Busy { .. }))), "{results:?}");
    assert_eq!(place.files().len(), 1);
}

/// More than one step and more than one batch of memory.
#[test]
fn many_rows_go_in_the_order_of_their_commits() {
    let place = Place::new();
    place
        .store
        .update(|update| {
            for n in 0..5000 {
                update.journal_append(&n.to_string(), "{}", &Default::default())?;
            }
            Ok(())
        })
        .unwrap();
    let archives = place.store.archives();
    let done = archives.compact(i64::MAX, ArchiveFormat::Zstd).unwrap().unwrap();
    assert_eq!(archived(&archives, &done.name), (0..5000).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!(live(&place.store), [""; 0]);
}
