use std::collections::BTreeMap;

use larder_engine::{Quota, ScopeName, SqlError, SqlValue};

use super::*;

#[test]
fn a_statement_sees_the_rows_of_its_scope_and_nothing_else() {
    let kit = Kit::on_sqlite();
    let tenant = kit.tenant();
    let mine = tenant.scope(ScopeName::parse("mine").unwrap(), Quota::default());
    let other = tenant.scope(ScopeName::parse("other").unwrap(), Quota::default());
    mine.journal().append("m", r#"{"n":1}"#, &BTreeMap::new()).unwrap();
    other.journal().append("o", r#"{"n":2}"#, &BTreeMap::new()).unwrap();
    other.set("g", "k", b"secret").unwrap();
    let text = |text: &str| SqlValue::Text(text.into());
    for table in ["journal", "journal_entries"] {
        let sql = format!("SELECT measurement FROM {table} ORDER BY entry_id");
        assert_eq!(mine.journal().sql(&sql, &[]).unwrap().rows, [[text("m")]]);
        assert_eq!(tenant.store().journal().sql(&sql, &[]).unwrap().rows, [[text("m")], [text("o")]]);
        let count = format!("SELECT count(*) FROM {table}");
        assert_eq!(mine.journal().sql(&count, &[]).unwrap().rows, [[SqlValue::Integer(1)]]);
    }
    for sql in [
        "SELECT * FROM main.journal_entries",
        "SELECT count(*) FROM main.journal_entries",
        "WITH journal AS (SELECT * FROM main.journal_entries) SELECT * FROM journal",
        "SELECT * FROM entries",
        "SELECT count(*) FROM entries",
        "SELECT * FROM larder_meta",
        "SELECT * FROM larder_outbox",
        "SELECT * FROM sqlite_master",
        "DELETE FROM main.journal_entries",
        "WITH x AS (SELECT 1) INSERT INTO entries SELECT 'g', 'k', 'v', NULL FROM x",
        "PRAGMA query_only = 0",
    ] {
        for store in [&mine, &tenant.store()] {
            let answer = store.journal().sql(sql, &[]);
            assert!(matches!(answer, Err(SqlError::NotAllowed(_))), "{sql}: {answer:?}");
        }
    }
    let columns = mine.journal().sql("SELECT * FROM journal", &[]).unwrap().columns;
    let expected =
        ["entry_id", "bucket_name", "measurement", "fields_json", "tags_json", "committed_at", "archived_at"];
    assert_eq!(columns, expected);
}
