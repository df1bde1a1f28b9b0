//! The file as other programs find it.

use rusqlite::types::Value;

use super::support::Place;
use crate::support::*;

type Column = (String, String, bool, i64);

fn columns(place: &Place) -> Vec<Column> {
    let sql = place.sql();
    let mut columns = sql.prepare("SELECT name, type, \"notnull\", pk FROM pragma_table_info('entries')").unwrap();
    let columns = columns.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
    columns.map(|column| column.unwrap()).collect()
}

#[test]
fn the_table_is_the_reference_s_with_nullable_columns_more() {
    let place = Place::new();
    place.store().set("g", "k", b"v").unwrap();
    let columns = columns(&place);
    let expected = [
        ("group_name", "TEXT", true, 1),
        ("entry_key", "TEXT", true, 2),
        ("entry_value", "TEXT", true, 0),
        ("expires_at", "INTEGER", false, 0),
    ];
    for (column, (name, kind, not_null, key)) in columns.iter().zip(expected) {
        assert_eq!(*column, (name.into(), kind.into(), not_null, key));
    }
    for (name, kind, not_null, key) in &columns[4..] {
        assert!(kind == "INTEGER" && !not_null && *key == 0, "{name}");
    }
}

#[test]
fn text_is_stored_as_text_and_other_bytes_as_a_blob() {
    let place = Place::new();
    let store = place.store();
    store.set("g", "1 text", "ünï🙂".as_bytes()).unwrap();
    store.set("g", "2 bytes", b"\xFF\x00").unwrap();
    store.set("g", "3 empty", b"").unwrap();
    store.set("g", "4 zero", b"a\0b").unwrap();
    store.set("g", "5 number", b"42").unwrap();
    store.increment("g", "6 counter", 7).unwrap();
    let sql = place.sql();
    let mut rows = sql.prepare("SELECT typeof(entry_value), entry_value FROM entries ORDER BY entry_key").unwrap();
    let rows = rows.query_map((), |row| Ok((row.get::<_, String>(0)?, row.get::<_, Value>(1)?))).unwrap();
    let rows: Vec<_> = rows.map(|row| row.unwrap()).collect();
    let text = |text: &str| ("text".to_string(), Value::Text(text.into()));
    let blob = ("blob".to_string(), Value::Blob(vec![0xFF, 0]));
    assert_eq!(rows, [text("ünï🙂"), blob, text(""), text("a\0b"), text("42"), text("7")]);
}

#[test]
fn expiries_are_milliseconds_since_the_epoch() {
    let place = Place::new();
    let store = place.store();
    store.set("g", "never", b"").unwrap();
    store.set_with_ttl("g", "soon", b"", 5).unwrap();
    store.set_with_ttl("g", "huge", b"", u64::MAX).unwrap();
    let expiry = |key: &str| -> Option<i64> {
        place.sql().query_row("SELECT expires_at FROM entries WHERE entry_key = ?1", [key], |row| row.get(0)).unwrap()
    };
    assert_eq!((expiry("never"), expiry("soon"), expiry("huge")), (None, Some(START_MS + 5), None));
}

#[test]
fn a_scope_s_groups_have_its_name_before_a_colon() {
    let place = Place::new();
    place.tenant().scope(scope("a-1"), Default::default()).set("g", "k", b"v").unwrap();
    let group: String = place.sql().query_row("SELECT group_name FROM entries", (), |row| row.get(0)).unwrap();
    assert_eq!(group, "a-1:g");
}

#[test]
fn the_file_is_in_wal_mode_and_says_its_version() {
    let place = Place::new();
    place.store().set("g", "k", b"v").unwrap();
    let sql = place.sql();
    let mode: String = sql.query_row("PRAGMA journal_mode", (), |row| row.get(0)).unwrap();
    let version: i64 = sql.query_row("PRAGMA user_version", (), |row| row.get(0)).unwrap();
    assert_eq!((mode.as_str(), version), ("wal", 2));
}

#[test]
fn a_closed_tenant_is_one_file_without_a_log() {
    let place = Place::new();
    place.store().set("g", "k", b"v").unwrap();
    let names: Vec<_> = super::support::contents(&place.tenant_dir()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["store.db"]);
}

#[test]
fn ranges_are_served_by_the_primary_key() {
    let place = Place::new();
    place.store().set("g", "k", b"v").unwrap();
    let sql = place.sql();
    let plan: String = sql
        .query_row(
            "EXPLAIN QUERY PLAN SELECT * FROM entries WHERE group_name = 'g' AND entry_key >= 'a' AND entry_key < 'b' \
             ORDER BY entry_key",
            (),
            |row| row.get(3),
        )
        .unwrap();
    assert!(plan.contains("USING INDEX sqlite_autoindex_entries_1"), "{plan}");
}
