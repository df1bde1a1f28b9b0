//! The legacy table `kv` of go-store becomes entries, and no row of it is lost.

use larder_engine::{Error, Larder, Tenant, Unmigrated};
use rusqlite::{Connection, types::Value};

use super::{
    reference::{assert_holds, assert_opens, expected},
    support::{Place, fixture},
};
use crate::support::*;

fn tables(sql: &Connection) -> Vec<String> {
    let mut names = sql.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    names.query_map((), |row| row.get(0)).unwrap().map(|name| name.unwrap()).collect()
}

/// Group, key, value and reason, as text.
fn kept_aside(tenant: &Tenant) -> Vec<(String, String, String, String)> {
    let text = |bytes: Option<Vec<u8>>| bytes.map_or("NULL".into(), |bytes| String::from_utf8_lossy(&bytes).into());
    let rows = tenant.unmigrated(0).unwrap();
    rows.into_iter().map(|row| (text(row.group), text(row.key), text(row.value), row.reason)).collect()
}

fn row(group: &str, key: &str, value: &str, reason: &str) -> (String, String, String, String) {
    (group.into(), key.into(), value.into(), reason.into())
}

const THERE_BEFORE: &str = "an entry of this group and key was there before, with another value or expiry";

/// A place whose database has a table `kv` made by this SQL.
fn with_kv(sql: &str) -> Place {
    let place = Place::new();
    std::fs::create_dir_all(place.tenant_dir()).unwrap();
    place.sql().execute_batch(sql).unwrap();
    place
}

#[test]
fn a_legacy_file_opens_with_all_it_holds() {
    for name in ["legacy-kv", "legacy-kv-ttl"] {
        let (place, tenant) = assert_opens(name);
        assert_eq!(kept_aside(&tenant), []);
        drop(tenant);
        assert!(!tables(&place.sql()).contains(&"kv".into()), "{name}");
        assert_holds(&place.store(), &expected(name));
    }
}

#[test]
fn expired_legacy_rows_are_kept_until_the_purge() {
    let (place, tenant) = assert_opens("legacy-kv-ttl");
    let kept: i64 = place.sql().query_row("SELECT count(*) FROM entries", (), |row| row.get(0)).unwrap();
    assert_eq!(kept, expected("legacy-kv-ttl")["raw_rows"].as_i64().unwrap());
    assert_eq!(tenant.store().purge_expired().unwrap(), 3);
    assert_sound(&tenant);
}

#[test]
fn an_entry_wins_over_a_legacy_row_which_is_kept_aside() {
    let (_place, tenant) = assert_opens("legacy-kv-and-entries");
    assert_eq!(kept_aside(&tenant), [row("config", "colour", "from-kv", THERE_BEFORE)]);
    assert_eq!(tenant.check().unwrap().unmigrated, 1);
}

/// go-store drops three of the four rows without a word.
#[test]
fn rows_that_go_store_drops_are_kept_aside_with_the_reason() {
    let (place, tenant) = assert_opens("bad-legacy-kv-null");
    let aside = [
        row("NULL", "k2", "v2", "grp is NULL"),
        row("g", "k3", "NULL", "value is NULL"),
        row("g", "k", "dup", THERE_BEFORE),
    ];
    assert_eq!(kept_aside(&tenant), aside);
    drop(tenant);
    assert_eq!(kept_aside(&place.tenant()), aside);
}

#[test]
fn a_legacy_table_of_another_shape_is_refused_and_left_as_it_is() {
    let place = Place::with_fixture("bad-legacy-kv-columns.db");
    let opened = acme(&place.open()).create();
    assert_refused!(opened, Error::LegacyTable { detail, .. } if detail.contains("columns a, b,") && detail.contains("rows: 1"));
    assert_eq!(std::fs::read(place.database()).unwrap(), std::fs::read(fixture("bad-legacy-kv-columns.db")).unwrap());
    place.sql().execute_batch("ALTER TABLE kv RENAME TO other").unwrap();
    place.store().set("g", "k", b"v").unwrap();
    assert!(tables(&place.sql()).contains(&"other".into()));
}

#[test]
fn a_column_more_is_not_dropped_with_its_table() {
    let place = with_kv("CREATE TABLE kv (grp, key, value, created); INSERT INTO kv VALUES ('g', 'k', 'v', 5)");
    assert_refused!(acme(&place.open()).create(), Error::LegacyTable { .. });
    assert_eq!(tables(&place.sql()), ["kv"]);
}

#[test]
fn every_type_of_legacy_value_is_carried_over() {
    let place = with_kv(
        "CREATE TABLE kv (grp, key, value, expires_at);
        INSERT INTO kv VALUES ('g', 'blob', x'FF00', NULL), ('g', 'int', 42, NULL), ('g', 'real', 1.5, NULL),
            ('g', 7, 'key of a number', NULL), ('g', 'same', 'v', 5), ('g', 'same', 'v', 5), ('g', 'same', 'v', NULL),
            ('g', x'6B', 'key of bytes', NULL), (CAST(x'FF' AS TEXT), 'k', 'no Unicode', NULL), ('g', NULL, 'v', NULL)",
    );
    let tenant = place.tenant();
    let entries = [("7", &b"key of a number"[..]), ("blob", b"\xFF\0"), ("int", b"42"), ("real", b"1.5")];
    assert_eq!(all(&tenant.store(), "g"), entries.map(|(key, value)| (key.to_string(), value.to_vec())));
    let aside = [
        row("g", "same", "v", THERE_BEFORE),
        row("g", "k", "key of bytes", "key is not Unicode text"),
        row("\u{FFFD}", "k", "no Unicode", "grp is not Unicode text"),
        row("g", "NULL", "v", "key is NULL"),
    ];
    assert_eq!(kept_aside(&tenant), aside);
    assert_sound(&tenant);
}

#[test]
fn what_was_kept_aside_comes_in_pages_and_is_in_no_scope_s_sight() {
    let place = with_kv(
        "CREATE TABLE kv (grp TEXT, key TEXT, value TEXT);
        WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 250)
        INSERT INTO kv SELECT 'g', NULL, n FROM n",
    );
    let tenant = place.tenant();
    let mut rows: Vec<Unmigrated> = Vec::new();
    loop {
        let page = tenant.unmigrated(rows.last().map_or(0, |row| row.id)).unwrap();
        if page.is_empty() {
            break;
        }
        rows.extend(page);
    }
    assert_eq!(rows.len(), 250);
    assert_eq!(rows[249].value.as_deref(), Some(&b"250"[..]));
    assert_eq!(tenant.store().usage().unwrap().keys.used, 0);
}

#[test]
fn a_tenant_in_memory_has_nothing_aside() {
    let tenant = acme(&Larder::in_memory(Default::default()));
    assert_eq!(tenant.unmigrated(0).unwrap(), []);
    assert_eq!(tenant.check().unwrap().unmigrated, 0);
}

#[test]
fn what_is_kept_aside_keeps_its_types() {
    let place = with_kv("CREATE TABLE kv (grp, key, value); INSERT INTO kv VALUES (NULL, x'00', 5)");
    drop(place.tenant().create());
    let sql = "SELECT grp, key, value FROM larder_unmigrated";
    let row = place.sql().query_row(sql, (), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    assert_eq!(row, (Value::Null, Value::Blob(vec![0]), Value::Integer(5)));
}
