use larder_engine::{Error, FieldValue, JournalQuery, Quota};

use super::*;

/// Three rows, an hour apart.
fn three() -> (Kit, Store) {
    let (kit, store) = store();
    for (measurement, fields, host) in
        [("cpu", r#"{"v":4,"ok":true}"#, "h1"), ("mem", r#"{"v":5,"s":"4"}"#, "h1"), ("cpu", r#"{"v":4.5}"#, "h2")]
    {
        store.journal().append(measurement, fields, &[("host".to_string(), host.to_string())].into()).unwrap();
        kit.advance(3_600_000);
    }
    (kit, store)
}

#[test]
fn a_filter_takes_what_meets_all_of_it() {
    let (_kit, store) = three();
    let ids = |query: JournalQuery| every(&store, query).iter().map(|row| row.id).collect::<Vec<_>>();
    let tag = |name: &str, value: &str| vec![(name.to_string(), value.to_string())];
    let field = |value| vec![("v".to_string(), value)];
    let all = JournalQuery::default;
    assert_eq!(ids(all()), [1, 2, 3]);
    assert_eq!(ids(JournalQuery { measurement: Some("cpu".into()), ..all() }), [1, 3]);
    assert_eq!(ids(JournalQuery { bucket: Some("other".into()), ..all() }), [0; 0]);
    assert_eq!(ids(JournalQuery { from_ms: Some(START_MS + 1), ..all() }), [2, 3]);
    assert_eq!(ids(JournalQuery { from_ms: Some(START_MS), to_ms: Some(START_MS + 1), ..all() }), [1]);
    assert_eq!(ids(JournalQuery { tags: tag("host", "h1"), measurement: Some("cpu".into()), ..all() }), [1]);
    // A filter on a tag is about tags alone.
    assert_eq!(ids(JournalQuery { tags: tag("v", "4"), ..all() }), [0; 0]);
    assert_eq!(ids(JournalQuery { fields: field(FieldValue::Integer(4)), ..all() }), [1]);
    assert_eq!(ids(JournalQuery { fields: field(FieldValue::Real(4.5)), ..all() }), [3]);
    assert_eq!(ids(JournalQuery { fields: field(FieldValue::Text("5".into())), ..all() }), [2]);
    assert_eq!(ids(JournalQuery { fields: vec![("ok".into(), FieldValue::Bool(true))], ..all() }), [1]);
}

#[test]
fn flux_is_paged_and_its_now_stays_what_it_was() {
    let (kit, store) = three();
    let text = "range(start: -3h) |> filter(fn: (r) => r.v >= 4)";
    let first = store.journal().flux(text, None, 1).unwrap();
    // Otherwise the second row would have left the range.
    kit.advance(2 * 3_600_000);
    let second = store.journal().flux(text, first.next.as_deref(), 1).unwrap();
    let third = store.journal().flux(text, second.next.as_deref(), 1).unwrap();
    let ids = [&first, &second, &third].map(|page| page.entries[0].id);
    assert_eq!((ids, third.next), ([1, 2, 3], None));
    assert_refused!(store.journal().flux("hello", None, 0), Error::Flux { line: 1, column: 1, .. });
    let of_another = store.journal().flux("range(start: -9h)", first.next.as_deref(), 1);
    assert_refused!(of_another, Error::InvalidArgument { argument: "cursor", .. });
}

#[test]
fn a_scope_sees_its_own_rows_and_the_tenant_all() {
    let kit = Kit::on_sqlite();
    let tenant = kit.tenant();
    let [a, b] = ["a", "A"].map(|name| tenant.scope(scope(name), Quota::default()));
    for (store, measurement) in [(&a, "of a"), (&b, "of A"), (&tenant.store(), "of none")] {
        store.journal().append(measurement, "{}", &Default::default()).unwrap();
    }
    let seen = |store: &Store| every(store, JournalQuery::default());
    assert_eq!(measurements(&seen(&a)), ["of a"]);
    assert_eq!(measurements(&seen(&b)), ["of A"]);
    assert_eq!(measurements(&seen(&tenant.store())), ["of a", "of A", "of none"]);
    assert_eq!(measurements(&a.journal().flux("r._bucket == \"store\"", None, 0).unwrap().entries), ["of a"]);
}

/// What another program left there is no reason to hide the rest.
#[test]
fn rows_that_cannot_be_read_keep_nobody_from_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let larder = larder_engine::Larder::open(dir.path(), larder_engine::Config::new()).unwrap();
    let store = acme(&larder).store();
    store.journal().append("good", r#"{"v":1}"#, &Default::default()).unwrap();
    let sql = rusqlite::Connection::open(dir.path().join("tenants/acme/store.db")).unwrap();
    sql.execute_batch(
        "INSERT INTO journal_entries (bucket_name, measurement, fields_json, tags_json, committed_at) VALUES
            ('store', 'bad json', '{bad', '{\"a\":1}', 1), (x'ff', 'blob', '{}', '{}', 2), ('store', 'text', '{}', '{}', 'x')",
    )
    .unwrap();
    let found = every(&store, JournalQuery::default());
    assert_eq!(measurements(&found), ["bad json", "good"]);
    assert_eq!((found[0].fields_json.as_str(), found[0].tags()), ("{bad", None));
    assert_eq!(measurements(&store.journal().flux("r.v == 1", None, 0).unwrap().entries), ["good"]);
}

#[test]
fn a_filter_is_bounded() {
    let (_kit, store) = store();
    let journal = store.journal();
    let tag = |value: &str| ("a".to_owned(), value.to_owned());
    let refused = |query: JournalQuery| match journal.query(&query) {
        Err(Error::InvalidArgument { argument: "filter", .. }) => true,
        Ok(_) => false,
        Err(other) => panic!("{other:?}"),
    };
    let with = |tags: Vec<(String, String)>| JournalQuery { tags, ..JournalQuery::default() };
    assert!(!refused(with(vec![tag("x"); 256])) && refused(with(vec![tag("x"); 257])));
    assert!(!refused(with(vec![tag(&"x".repeat(65_535))])) && refused(with(vec![tag(&"x".repeat(65_536))])));
    let fields = vec![("f".into(), FieldValue::Text("x".repeat(65_536)))];
    assert!(refused(JournalQuery { fields, ..JournalQuery::default() }));
    assert!(refused(JournalQuery { measurement: Some("x".repeat(65_537)), ..JournalQuery::default() }));
}
