//! Which rows are delivered, and what of them.

use larder_engine::{ArchiveFormat, DeliveryValue, ImportOptions, ImportSource, JournalConfig, Larder, Quota};

use super::*;

#[test]
fn a_row_comes_with_all_that_was_committed() {
    let place = Place::new();
    let larder = open(&place);
    let tags = [("host".to_owned(), "a b".to_owned())].into();
    let fields = "{\"n\":9007199254740993,\"r\":1.5,\"ok\":true,\"s\":\"x\\ny\",\"none\":null,\"list\":[1,2]}";
    let entry = acme(&larder).scope(scope("plugin"), Quota::default()).journal().append("m", fields, &tags).unwrap();
    let receiver = Receiver::willing();
    assert_eq!(deliver(&larder, &receiver).delivered, 1);
    let [call] = receiver.calls().try_into().unwrap();
    assert_eq!((call.tenant.as_str(), call.bucket.as_str()), ("acme", "store"));
    assert_eq!(
        call.rows,
        [DeliveryRow {
            id: entry.id,
            measurement: "m".into(),
            fields: vec![
                ("list".into(), DeliveryValue::Json("[1,2]".into())),
                ("n".into(), DeliveryValue::Integer(9_007_199_254_740_993)),
                ("ok".into(), DeliveryValue::Bool(true)),
                ("r".into(), DeliveryValue::Real(1.5)),
                ("s".into(), DeliveryValue::Text("x\ny".into())),
            ],
            tags: vec![("host".into(), "a b".into())],
            committed_at_ms: START_MS,
            scope: Some("plugin".into()),
        }]
    );
    assert_eq!(acme(&larder).delivery_status().unwrap(), []);
    assert_eq!(deliver(&larder, &receiver).delivered, 0);
    assert_eq!(receiver.calls().len(), 1);
}

#[test]
fn rows_of_transactions_and_of_workspaces_are_delivered_and_undone_ones_are_not() {
    let place = Place::new();
    let larder = open(&place);
    let store = acme(&larder).store();
    store
        .transaction(|inside| {
            inside.journal().append("undone", "{\"n\":1}", &Default::default())?;
            failure::<()>()
        })
        .unwrap_err();
    let transaction = store.begin().unwrap();
    transaction.store().journal().append("done", "{\"n\":1}", &Default::default()).unwrap();
    transaction.commit().unwrap();
    let workspace = store.workspaces().create("build").unwrap();
    workspace.put("file", "{}").unwrap();
    workspace.commit().unwrap();
    let receiver = Receiver::willing();
    deliver(&larder, &receiver);
    assert_eq!(receiver.taken(), ["done", "build"]);
}

#[test]
fn rows_that_were_there_before_are_not_delivered() {
    let place = Place::new();
    // Committed when nothing was to be delivered.
    append(&acme(&place.open()).store(), &["before"]);
    let larder = open(&place);
    let store = acme(&larder).store();
    append(&store, &["live"]);
    let receiver = Receiver::willing();
    assert_eq!(deliver(&larder, &receiver).delivered, 1);
    // Brought back from an archive.
    let archives = store.archives();
    let compacted = archives.compact(i64::MAX, ArchiveFormat::Gzip).unwrap().unwrap();
    place.sql().execute("DELETE FROM journal_entries", ()).unwrap();
    archives.restore(&compacted.name).unwrap();
    // Carried over from elsewhere.
    let line = "{\"type\":\"journal\",\"bucket\":\"store\",\"measurement\":\"carried\",\"fields\":{\"n\":1},\"tags\":{},\"committed_at\":1}";
    let mut lines = line.as_bytes();
    store.import(ImportSource::JsonLines(&mut lines), &ImportOptions::default(), &mut |_| {}).unwrap();
    assert_eq!(store.journal().query(&Default::default()).unwrap().entries.len(), 3);
    assert_eq!(acme(&larder).delivery_status().unwrap(), []);
    deliver(&larder, &receiver);
    assert_eq!(receiver.taken(), ["live"]);
}

#[test]
fn a_row_that_is_archived_before_it_is_delivered_is_delivered_all_the_same() {
    let place = Place::new();
    let journal = JournalConfig { deliver: true, retention: Some(Duration::from_secs(1)), ..JournalConfig::default() };
    let larder = Larder::open(place.root(), place.config().journal(journal)).unwrap();
    let store = acme(&larder).store();
    append(&store, &["old"]);
    store.archives().compact(i64::MAX, ArchiveFormat::Gzip).unwrap().unwrap();
    place.clock.advance(Duration::from_secs(100));
    larder.purge();
    let receiver = Receiver::willing();
    deliver(&larder, &receiver);
    assert_eq!(receiver.taken(), ["old"]);
    larder.purge();
    let rows: i64 = place.sql().query_row("SELECT count(*) FROM journal_entries", (), |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
}

#[test]
fn each_bucket_of_each_tenant_comes_in_the_order_of_its_commits() {
    let place = Place::new();
    for (bucket, measurements) in [("one", ["1", "2"]), ("two", ["3", "4"]), ("one", ["5", "6"])] {
        let journal = JournalConfig { deliver: true, bucket: bucket.into(), ..JournalConfig::default() };
        let larder = Larder::open(place.root(), place.config().journal(journal)).unwrap();
        for tenant in ["acme", "beta"] {
            append(&larder.tenant(&tenant_id(tenant)).store(), &measurements);
        }
    }
    let larder = open(&place);
    let receiver = Receiver::willing();
    let report = larder.deliver_now(receiver.clone(), steady().batch_rows(1), None, Duration::from_millis(1)).unwrap();
    assert_eq!((report.delivered, report.left), (12, vec![]));
    for tenant in ["acme", "beta"] {
        for (bucket, expected) in [("one", &["1", "2", "5", "6"][..]), ("two", &["3", "4"])] {
            let calls = receiver.calls().into_iter().filter(|call| call.tenant == tenant && call.bucket == bucket);
            let came: Vec<String> = calls.flat_map(|call| call.rows).map(|row| row.measurement).collect();
            assert_eq!(came, expected, "{tenant} {bucket}");
        }
    }
    // A batch of each in turn, so that none waits for all of another.
    let tenants: Vec<String> = receiver.calls().into_iter().map(|call| call.tenant).collect();
    assert_ne!(tenants[..6], vec!["acme".to_owned(); 6], "{tenants:?}");
}
