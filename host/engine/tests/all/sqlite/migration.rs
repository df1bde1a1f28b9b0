//! Files of earlier versions of larder, and opening while others do the same.

use std::path::Path;

use larder_engine::{Config, Error, Larder};
use rusqlite::Connection;

use super::{
    reference::{assert_holds, expected},
    support::Place,
};
use crate::{
    child::{self, Running},
    support::*,
};

#[test]
fn a_file_of_version_1_opens_with_all_it_holds() {
    let place = Place::with_fixture("version-1.db");
    let tenant = place.tenant();
    let store = tenant.store();
    assert_eq!(groups(&store, ""), ["g", "gone", "plugin:cfg"]);
    let entries =
        [("", &b""[..]), ("bytes", b"\xFF\0"), ("counter", b"7"), ("later", b"l"), ("text", "ünï🙂".as_bytes())];
    assert_eq!(all(&store, "g"), entries.map(|(key, value)| (key.to_string(), value.to_vec())));
    assert_eq!(store.entry("g", "later").unwrap().unwrap().ttl_ms, Some(4_000_000_000_000));
    assert_eq!((version(&store, "g", "counter"), version(&store, "plugin:cfg", "colour")), (4, 7));
    assert_eq!(store.increment("g", "counter", 1).unwrap(), 8);
    assert!(version(&store, "g", "counter") > 9, "numbers that version 1 gave are not given again");
    assert_sound(&tenant);
}

/// Version 1 made a table of entries beside a legacy one and left that alone.
#[test]
fn a_legacy_table_that_version_1_left_becomes_entries() {
    let place = Place::with_fixture("version-1-with-kv.db");
    let tenant = place.tenant();
    let store = tenant.store();
    assert_eq!(store.get("config", "colour").unwrap().as_deref(), Some(&b"written by version 1"[..]));
    assert_eq!(tenant.unmigrated(0).unwrap().len(), 1);
    store.set("config", "colour", b"blue").unwrap();
    assert_holds(&store, &expected("legacy-kv-ttl"));
    assert_sound(&tenant);
}

const OPENERS: usize = 8;

#[test]
#[ignore = "run by another test, several at once"]
fn one_of_many_that_open() {
    let Some(root) = child::argument() else { return };
    child::say("ready");
    child::wait_for_parent();
    let larder = Larder::open(root, Config::new()).unwrap();
    match acme(&larder).store().set("g", &std::process::id().to_string(), b"") {
        Ok(_) => child::say("stored"),
        Err(Error::InUse { .. }) => child::say("in use"),
        Err(other) => child::say(format_args!("{other:?}")),
    }
}

/// go-store fails here with "database is locked" in one of five.
#[test]
fn many_processes_that_open_a_new_tenant_at_once_own_it_one_by_one() {
    let place = tempfile::tempdir().unwrap();
    for round in 0..5 {
        let root = place.path().join(round.to_string());
        let mut openers: Vec<Running> = (0..OPENERS)
            .map(|_| Running::start("sqlite::migration::one_of_many_that_open", root.to_str().unwrap()))
            .collect();
        for opener in &mut openers {
            assert_eq!(opener.line().as_deref(), Some("ready"));
        }
        for opener in &mut openers {
            drop(opener.child.stdin.take());
        }
        let answers: Vec<String> = openers.iter_mut().map(|opener| opener.line().unwrap()).collect();
        assert!(answers.iter().all(|answer| ["stored", "in use"].contains(&answer.as_str())), "{answers:?}");
        drop(openers);
        let stored = answers.iter().filter(|answer| *answer == "stored").count();
        assert!(stored > 0, "{answers:?}");
        let tenant = acme(&Larder::open(&root, Config::new()).unwrap());
        assert_eq!(keys(&tenant.store(), "g").len(), stored);
        assert_sound(&tenant);
    }
}

const LEGACY_ROWS: i64 = 10_000;

/// A legacy file with as many rows that become entries, and as many that cannot.
fn legacy(database: &Path) {
    std::fs::create_dir_all(database.parent().unwrap()).unwrap();
    let sql = format!(
        "CREATE TABLE kv (grp TEXT, key TEXT, value TEXT);
        WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {LEGACY_ROWS})
        INSERT INTO kv SELECT 'g' || n % 7, n, 'v' || n FROM n
            UNION ALL SELECT 'g' || n % 7, NULL, 'v' || n FROM n;"
    );
    Connection::open(database).unwrap().execute_batch(&sql).unwrap();
}

#[test]
#[ignore = "run by another test, which kills it"]
fn the_one_that_migrates() {
    let Some(root) = child::argument() else { return };
    let larder = Larder::open(root, Config::new()).unwrap();
    child::say("opening");
    acme(&larder).create().unwrap();
    child::say("open");
    child::wait_for_parent();
}

#[test]
fn a_migration_that_is_killed_was_done_wholly_or_not_at_all() {
    let kills: u64 = std::env::var("LARDER_KILLS").map_or(10, |kills| kills.parse().unwrap());
    let place = tempfile::tempdir().unwrap();
    let mut old = 0;
    for kill in 0..kills {
        let root = place.path().join(kill.to_string());
        let database = root.join("tenants/acme/store.db");
        legacy(&database);
        let mut migrating = Running::start("sqlite::migration::the_one_that_migrates", root.to_str().unwrap());
        assert_eq!(migrating.line().as_deref(), Some("opening"));
        // Spread over a little more than the time that a migration takes.
        for _ in 0..kill * 8_000_000 / kills {
            std::hint::spin_loop();
        }
        migrating.child.kill().unwrap();
        drop(migrating);
        let sql = Connection::open(&database).unwrap();
        let count = |table: &str| -> i64 {
            sql.query_row(&format!("SELECT count(*) FROM {table}"), (), |row| row.get(0)).unwrap()
        };
        let tables = count("sqlite_schema WHERE name IN ('kv', 'entries', 'larder_unmigrated')");
        match count("sqlite_schema WHERE name = 'kv'") {
            1 => {
                assert_eq!((tables, count("kv")), (1, 2 * LEGACY_ROWS));
                old += 1;
            }
            _ => assert_eq!((tables, count("entries"), count("larder_unmigrated")), (2, LEGACY_ROWS, LEGACY_ROWS)),
        }
        drop(sql);
        let tenant = acme(&Larder::open(&root, Config::new()).unwrap());
        assert_eq!(tenant.store().count_all("").unwrap(), LEGACY_ROWS as u64);
        let report = tenant.check().unwrap();
        assert_eq!((report.problems.len(), report.unmigrated), (0, LEGACY_ROWS as u64));
    }
    println!("{kills} kills: {old} before the migration, {} behind it", kills - old);
}
