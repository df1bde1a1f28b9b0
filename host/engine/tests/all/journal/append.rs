use larder_engine::{Error, JournalConfig, JournalQuery};

use super::*;

#[test]
fn a_row_comes_back_as_it_was_stored_and_its_integers_are_exact() {
    let (_kit, store) = store();
    let tags = [("z".to_string(), "é".to_string()), ("a".into(), "<".into())].into();
    let row = store.journal().append("import", r#"{"n": 9007199254740993, "a": 1.0}"#, &tags).unwrap();
    assert_eq!((row.bucket.as_str(), row.committed_at_ms, row.archived_at_ms), ("store", START_MS, None));
    assert_eq!(row.fields_json, r#"{"a":1,"n":9007199254740993}"#);
    assert_eq!(row.tags_json, r#"{"a":"\u003c","z":"é"}"#);
    assert_eq!(row.tags(), Some(tags));
    assert_eq!(every(&store, JournalQuery::default()), [row]);
}

#[test]
fn what_cannot_be_a_row_is_refused_and_leaves_nothing() {
    let (_kit, store) = store();
    let journal = store.journal();
    let none = Default::default();
    let many = (0..257).map(|n| (n.to_string(), String::new())).collect();
    let long = [("a".to_string(), "x".repeat(1025))].into();
    assert_refused!(journal.append("", "{}", &none), Error::InvalidArgument { argument: "measurement", .. });
    assert_refused!(
        journal.append(&"m".repeat(1025), "{}", &none),
        Error::InvalidArgument { argument: "measurement", .. }
    );
    for fields in ["", "null", "[1]", "{\"a\":}", "{\"a\":1e999}"] {
        assert_refused!(journal.append("m", fields, &none), Error::InvalidArgument { argument: "fields", .. });
    }
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(1024 * 1024));
    assert_refused!(journal.append("m", &large, &none), Error::TooLarge { .. });
    assert_refused!(journal.append("m", "{}", &many), Error::InvalidArgument { argument: "tags", .. });
    assert_refused!(journal.append("m", "{}", &long), Error::InvalidArgument { argument: "tags", .. });
    assert_refused!(store.read_only().journal().append("m", "{}", &none), Error::AccessDenied);
    assert_eq!(journal.query(&JournalQuery::default()).unwrap().entries, []);
}

#[test]
fn a_row_is_part_of_the_transaction_that_appended_it() {
    let (_kit, store) = store();
    let undone = store.transaction(|inside| {
        inside.set("g", "k", b"v")?;
        inside.journal().append("undone", "{}", &Default::default())?;
        assert_eq!(measurements(&every(inside, JournalQuery::default())), ["undone"]);
        failure::<()>()
    });
    undone.unwrap_err();
    store
        .update(|update| {
            update.set("g", "k", b"v")?;
            update.journal_append("done", "{}", &Default::default())
        })
        .unwrap();
    assert_eq!(measurements(&every(&store, JournalQuery::default())), ["done"]);
}

#[test]
fn the_journal_of_a_tenant_has_a_quota() {
    let kit = Kit::on_sqlite();
    let room = JournalConfig { bytes: Some(30), bucket: "b".into(), ..JournalConfig::default() };
    let store = kit.store_with(|config| config.journal(room));
    // 1 + 5 + 2 + 2 bytes each.
    for _ in 0..3 {
        store.journal().append("12345", "{}", &Default::default()).unwrap();
    }
    let refused = store.journal().append("1", "{}", &Default::default());
    assert_refused!(refused, Error::QuotaExceeded { used: 30, limit: 30, .. });
    store.set("g", "k", b"an entry is no row").unwrap();
}
