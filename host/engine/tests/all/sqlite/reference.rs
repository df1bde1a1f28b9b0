//! Files that the reference (go-store) wrote. What it sees in them is in `fixtures/expected-*.json`.

use larder_engine::{Store, Tenant};
use serde_json::Value;

use super::support::{Place, fixture};
use crate::support::*;

/// Text, `{"$hex": ..}` for bytes, `{"$rep": [text, n]}` for a text n times.
fn bytes(value: &Value) -> Vec<u8> {
    if let Some(hex) = value["$hex"].as_str() {
        let digits = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        return digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
    }
    if let Some(text) = value["$rep"][0].as_str() {
        return text.repeat(value["$rep"][1].as_u64().unwrap() as usize).into_bytes();
    }
    value.as_str().unwrap().as_bytes().to_vec()
}

pub(crate) fn expected(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(fixture(&format!("expected-{name}.json"))).unwrap()).unwrap()
}

#[track_caller]
pub(crate) fn assert_holds(store: &Store, expected: &Value) {
    let expected_groups = expected["groups"].as_array().unwrap();
    let names: Vec<&str> = expected_groups.iter().map(|group| group["group"].as_str().unwrap()).collect();
    assert_eq!(groups(store, ""), names);
    assert_eq!(store.count_all("").unwrap(), expected["count_all"].as_u64().unwrap());
    for (group, name) in expected_groups.iter().zip(names) {
        let entries = group["entries"].as_array().unwrap();
        let entries: Vec<_> =
            entries.iter().map(|entry| (entry[0].as_str().unwrap().to_owned(), bytes(&entry[1]))).collect();
        assert_eq!(all(store, name), entries, "{name:?}");
        assert_eq!(store.count(name).unwrap(), entries.len() as u64, "{name:?}");
    }
}

pub(super) fn assert_opens(name: &str) -> (Place, Tenant) {
    let place = Place::with_fixture(&format!("{name}.db"));
    let tenant = place.tenant();
    assert_holds(&tenant.store(), &expected(name));
    assert_sound(&tenant);
    (place, tenant)
}

#[test]
fn a_current_file_opens_with_all_it_holds() {
    let (_place, tenant) = assert_opens("current");
    let store = tenant.store();
    let far = store.entry("session", "far").unwrap().unwrap();
    assert_eq!(far.ttl_ms, Some(4_097_623_856_614 - START_MS as u64));
    let scoped = tenant.scope(scope("tenant-a"), Default::default());
    assert_eq!(groups(&scoped, ""), ["cfg", "default"]);
    assert_eq!(scoped.usage().unwrap().groups.used, 2);
}

/// The log is not checkpointed and there is no index of it, as after a crash.
#[test]
fn a_file_whose_writer_crashed_opens_with_what_is_in_its_log() {
    let place = Place::with_fixture("crash/crash.db");
    std::fs::copy(fixture("crash/crash.db-wal"), place.tenant_dir().join("store.db-wal")).unwrap();
    let tenant = place.tenant();
    assert_holds(&tenant.store(), &expected("crash"));
    assert_sound(&tenant);
}

#[test]
fn a_file_without_expiries_opens_with_all_it_holds() {
    let (_place, tenant) = assert_opens("entries-no-ttl");
    tenant.store().set_with_ttl("config", "colour", b"red", 0).unwrap();
    assert_eq!(tenant.store().get("config", "colour").unwrap(), None);
    assert_sound(&tenant);
}

#[test]
fn a_file_with_blobs_opens_with_all_it_holds() {
    let (_place, tenant) = assert_opens("blob-values");
    assert_eq!(tenant.store().increment("g", "int", 1).unwrap(), 43);
}

#[test]
fn a_file_opens_again_and_again() {
    let (place, tenant) = assert_opens("current");
    drop(tenant);
    assert_holds(&place.store(), &expected("current"));
    assert_holds(&place.store(), &expected("current"));
}

#[test]
fn entries_of_the_reference_have_versions() {
    let (_place, tenant) = assert_opens("current");
    let store = tenant.store();
    let first = version(&store, "config", "colour");
    assert!(first > 0);
    assert!(store.set("config", "colour", b"other").unwrap() > first);
}

#[test]
fn the_journal_of_the_reference_is_left_alone() {
    let (place, tenant) = assert_opens("current");
    let rows = |place: &Place| -> i64 {
        place.sql().query_row("SELECT count(*) FROM journal_entries", (), |row| row.get(0)).unwrap()
    };
    let before = rows(&place);
    assert!(before > 0);
    tenant.store().delete_prefix("").unwrap();
    assert_eq!(rows(&place), before);
}

/// What the reference does when it opens a file, and how it writes.
#[test]
fn the_reference_can_go_on_with_a_file_of_larder_s() {
    let place = Place::new();
    place.store().set("g", "k", b"v").unwrap();
    let sql = place.sql();
    sql.execute_batch(
        "PRAGMA journal_mode=WAL;
        CREATE TABLE IF NOT EXISTS entries (group_name TEXT NOT NULL, entry_key TEXT NOT NULL, entry_value TEXT NOT NULL,
            expires_at INTEGER, PRIMARY KEY (group_name, entry_key));
        INSERT INTO entries (group_name, entry_key, entry_value, expires_at) VALUES ('g', 'k', 'new', NULL)
            ON CONFLICT(group_name, entry_key) DO UPDATE SET entry_value = excluded.entry_value, expires_at = NULL;
        INSERT INTO entries (group_name, entry_key, entry_value, expires_at) VALUES ('g', 'other', 'x', NULL)
            ON CONFLICT(group_name, entry_key) DO UPDATE SET entry_value = excluded.entry_value, expires_at = NULL;
        DELETE FROM entries WHERE expires_at IS NOT NULL AND expires_at <= 5;",
    )
    .unwrap();
    drop(sql);
    let tenant = place.tenant();
    assert_eq!(all(&tenant.store(), "g"), [("k".into(), b"new".to_vec()), ("other".to_string(), b"x".to_vec())]);
    assert_sound(&tenant);
}

/// The journal and the compaction of the reference, and its prefix operations, on a file that larder wrote.
#[test]
fn the_reference_s_other_statements_do_on_a_file_of_larder_s_what_they_did() {
    let place = Place::new();
    place.store().set("a:g", "k", b"v").unwrap();
    place.store().set_with_ttl("b:g", "k", b"v", 1_000).unwrap();
    let sql = place.sql();
    sql.execute_batch(
        "CREATE TABLE IF NOT EXISTS journal_entries (entry_id INTEGER PRIMARY KEY AUTOINCREMENT,
            bucket_name TEXT NOT NULL, measurement TEXT NOT NULL, fields_json TEXT NOT NULL, tags_json TEXT NOT NULL,
            committed_at INTEGER NOT NULL, archived_at INTEGER);
        CREATE INDEX IF NOT EXISTS journal_entries_bucket_committed_at_idx
            ON journal_entries (bucket_name, committed_at);
        BEGIN;
        INSERT INTO journal_entries (bucket_name, measurement, fields_json, tags_json, committed_at, archived_at)
            VALUES ('store', 'm', '{\"n\":1}', '{}', 5, NULL), ('store', 'm', '{\"n\":2}', '{}', 6, NULL);
        INSERT INTO entries (group_name, entry_key, entry_value, expires_at) VALUES ('workspace:w', 'summary', '{}', NULL)
            ON CONFLICT(group_name, entry_key) DO UPDATE SET entry_value = excluded.entry_value, expires_at = NULL;
        COMMIT;
        UPDATE journal_entries SET archived_at = 9 WHERE committed_at < 6 AND archived_at IS NULL;
        DELETE FROM entries WHERE group_name LIKE 'a:%' ESCAPE '^';
        UPDATE entries SET expires_at = 1 WHERE group_name = 'b:g';",
    )
    .unwrap();
    let rows: (i64, i64) = sql
        .query_row("SELECT count(*), sum(archived_at IS NULL) FROM journal_entries", (), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(rows, (2, 1));
    drop(sql);
    let tenant = place.tenant();
    assert_eq!(groups(&tenant.store(), ""), ["workspace:w"]);
    assert_eq!(tenant.store().usage().unwrap().keys.used, 1);
    assert_sound(&tenant);
}
