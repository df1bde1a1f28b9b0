//! SQLite files of go-store, in and out.

use std::{fs, path::PathBuf};

use larder_engine::{Error, ImportReport};
use rusqlite::{Connection, OpenFlags};

use super::{commit, export_file, import_file, journal, temporary_files};
use crate::{
    sqlite::{Place, assert_holds, expected, fixture},
    support::*,
};

/// A copy of a fixture outside of the root.
fn copy(place: &Place, name: &str) -> PathBuf {
    let path = place.outside("outside.db");
    fs::copy(fixture(name), &path).unwrap();
    path
}

#[test]
fn every_file_of_go_store_s_is_taken_in_with_all_it_holds() {
    for (name, refused) in [
        ("current", 0),
        ("legacy-kv", 0),
        ("legacy-kv-ttl", 0),
        ("entries-no-ttl", 0),
        ("blob-values", 0),
        ("legacy-kv-and-entries", 1),
    ] {
        let place = Place::new();
        let path = copy(&place, &format!("{name}.db"));
        let before = fs::read(&path).unwrap();
        let tenant = place.tenant();
        let options = larder_engine::ImportOptions { leave_out_refused: refused > 0, ..Default::default() };
        let report = import_file(&tenant.store(), &path, options).unwrap();
        assert!(report.kept, "{report:?}");
        assert_eq!(report.added, expected(name)["count_all"].as_u64().unwrap(), "{name}");
        assert_eq!(report.refused, refused, "{report:?}");
        assert_holds(&tenant.store(), &expected(name));
        assert_sound(&tenant);
        assert_eq!(fs::read(&path).unwrap(), before, "{name} is not changed");
        assert_eq!(temporary_files(&place), 0);
    }
}

#[test]
fn the_log_of_a_writer_that_crashed_is_taken_in_too() {
    let place = Place::new();
    let path = copy(&place, "crash/crash.db");
    let log = place.outside("outside.db-wal");
    fs::copy(fixture("crash/crash.db-wal"), &log).unwrap();
    let before = (fs::read(&path).unwrap(), fs::read(&log).unwrap());
    import_file(&place.store(), &path, Default::default()).unwrap();
    assert_holds(&place.store(), &expected("crash"));
    assert_eq!((fs::read(&path).unwrap(), fs::read(&log).unwrap()), before);
    assert!(!place.outside("outside.db-shm").exists());
}

#[test]
fn the_journal_is_taken_in_once() {
    let place = Place::new();
    let path = copy(&place, "current.db");
    let first = import_file(&place.store(), &path, Default::default()).unwrap();
    assert_eq!((first.journal_added, journal(&place).len()), (6, 6));
    let again = import_file(&place.store(), &path, Default::default()).unwrap();
    let expected = ImportReport { kept: true, unchanged: first.added, journal_unchanged: 6, ..Default::default() };
    assert_eq!(again, expected);
    assert_eq!(journal(&place).len(), 6);
}

#[test]
fn rows_that_cannot_become_entries_are_named() {
    let place = Place::new();
    let report = import_file(&place.store(), &copy(&place, "bad-legacy-kv-null.db"), Default::default()).unwrap();
    assert!(!report.kept);
    assert_eq!((report.added, report.refused), (1, 3));
    let reasons: Vec<&str> = report.refusals.iter().map(|refused| refused.reason.as_str()).collect();
    assert_eq!(reasons[..2], ["grp is NULL", "value is NULL"]);
    assert_eq!(report.refusals[1].what, "entry \"k3\" of group \"g\" in kv");
    assert_eq!(place.store().count_all("").unwrap(), 0);
}

#[test]
fn what_is_no_database_of_go_store_s_is_refused() {
    let place = Place::new();
    let store = place.store();
    let path = place.outside("file");
    let import = || import_file(&store, &path, Default::default());
    assert_refused!(import(), Error::Io { .. });
    fs::write(&path, "plain text, and long enough that it cannot be a new database").unwrap();
    assert_refused!(import(), Error::InvalidArgument { rule, .. } if rule.contains("not a database"));
    fs::remove_file(&path).unwrap();
    let sql = Connection::open(&path).unwrap();
    sql.execute_batch("CREATE TABLE other (x)").unwrap();
    assert_refused!(import(), Error::InvalidArgument { rule, .. } if rule.contains("entries and kv"));
    sql.execute_batch("CREATE TABLE entries (x)").unwrap();
    assert_refused!(import(), Error::InvalidArgument { .. });
    sql.execute_batch("PRAGMA user_version = 99").unwrap();
    assert_refused!(import(), Error::InvalidArgument { rule, .. } if rule.contains("version 99"));
    drop(sql);
    fs::copy(fixture("bad-legacy-kv-columns.db"), &path).unwrap();
    assert_refused!(import(), Error::InvalidArgument { rule, .. } if rule.contains("columns a, b"));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_refused!(import(), Error::Io { .. });
    assert_eq!(temporary_files(&place), 0);
}

#[test]
fn a_store_of_larder_s_is_a_source_as_well() {
    let from = Place::with_fixture("version-1.db");
    from.store().increment("g", "counter", 1).unwrap();
    let to = Place::new();
    import_file(&to.store(), &from.database(), Default::default()).unwrap();
    assert_eq!(all(&to.store(), "g"), all(&from.store(), "g"));
    assert_eq!(to.store().increment("g", "counter", 1).unwrap(), 9);
}

/// The tables and nothing else, so that go-store finds what it makes itself.
#[test]
fn what_is_given_out_has_go_store_s_tables_alone() {
    let place = Place::new();
    let store = place.store();
    store.set("g", "text", "ünï🙂".as_bytes()).unwrap();
    store.set("g", "bytes", b"\xFF\0").unwrap();
    store.set_with_ttl("g", "soon", b"s", 5_000).unwrap();
    store.set_with_ttl("g", "gone", b"", 0).unwrap();
    commit(&place, "m", "{\"n\":9007199254740993}");
    let path = place.outside("out.db");
    let report = export_file(&store, &path).unwrap();
    assert_eq!((report.entries, report.journal_rows, report.kept_aside), (3, 1, 0));
    let sql = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let schema: Vec<String> = sql
        .prepare("SELECT name FROM sqlite_schema ORDER BY name")
        .unwrap()
        .query_map((), |row| row.get(0))
        .unwrap()
        .map(|name| name.unwrap())
        .collect();
    let expected = [
        "entries",
        "journal_entries",
        "journal_entries_bucket_committed_at_idx",
        "sqlite_autoindex_entries_1",
        "sqlite_sequence",
    ];
    assert_eq!(schema, expected);
    let rows: Vec<String> = sql
        .prepare(
            "SELECT json_array(entry_key, typeof(entry_value), hex(entry_value), expires_at) FROM entries ORDER BY 1",
        )
        .unwrap()
        .query_map((), |row| row.get(0))
        .unwrap()
        .map(|row| row.unwrap())
        .collect();
    let soon = START_MS + 5_000;
    let expected = [
        "[\"bytes\",\"blob\",\"FF00\",null]".to_string(),
        format!("[\"soon\",\"text\",\"73\",{soon}]"),
        "[\"text\",\"text\",\"C3BC6EC3AFF09F9982\",null]".to_string(),
    ];
    assert_eq!(rows, expected);
    let (fields, version): (String, i64) = sql
        .query_row("SELECT fields_json, user_version FROM journal_entries, pragma_user_version", (), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!((fields.as_str(), version), ("{\"n\":9007199254740993}", 0));
}

#[test]
fn what_is_there_is_not_overwritten_and_a_failed_export_leaves_nothing() {
    let place = Place::new();
    place.store().set("g", "k", b"v").unwrap();
    let path = place.outside("out.db");
    fs::write(&path, "mine").unwrap();
    assert_refused!(export_file(&place.store(), &path), Error::Io { .. });
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    let nowhere = place.outside("missing").join("out.db");
    assert_refused!(export_file(&place.store(), &nowhere), Error::Io { .. });
    let names = fs::read_dir(path.parent().unwrap()).unwrap().count();
    assert_eq!(names, 2, "the root and the file");
}
