//! Files that are no good: each has its error, and stays as it is.

use std::fs;

use larder_engine::{Error, Query, Result, Store};

use super::support::{Place, contents};
use crate::support::*;

/// A database of some hundred pages, closed.
fn filled() -> Place {
    let place = Place::new();
    let store = place.store();
    store
        .update(|update| {
            for n in 0..300 {
                update.set(&format!("g{}", n % 3), &format!("{n:04}"), &vec![b'x'; 2_000])?;
            }
            Ok(())
        })
        .unwrap();
    place
}

fn scan_all(store: &Store) -> Result<usize> {
    let mut found = 0;
    for group in ["g0", "g1", "g2"] {
        found += store.scan(&Query { group: group.into(), values: true, ..Query::default() })?.entries.len();
    }
    Ok(found)
}

#[track_caller]
fn assert_corrupt<T: std::fmt::Debug>(result: Result<T>) {
    match result {
        Err(error @ Error::Corrupt { .. }) => {
            assert!(error.to_string().contains("tenants/acme/store.db"), "{error}");
            assert!(error.hint().unwrap().contains("left as it is"));
            assert!(!error.is_callers_fault());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_of_a_newer_version_is_refused_and_untouched() {
    for fixture in [None, Some("current.db"), Some("entries-no-ttl.db")] {
        let place = fixture.map_or_else(filled, Place::with_fixture);
        place.sql().pragma_update(None, "user_version", 99).unwrap();
        let before = contents(&place.tenant_dir());
        for _ in 0..2 {
            match place.store().get("g", "k") {
                Err(error @ Error::NewerSchema { found: 99, supported: 2, .. }) => {
                    assert!(error.to_string().contains("99") && error.hint().is_some(), "{error}");
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(contents(&place.tenant_dir()), before, "{fixture:?}");
    }
}

#[test]
fn a_file_of_a_newer_version_keeps_its_log() {
    let place = filled();
    let sql = place.sql();
    sql.execute_batch(
        "PRAGMA user_version = 99; INSERT INTO entries (group_name, entry_key, entry_value) VALUES ('', '', '')",
    )
    .unwrap();
    let copy = Place::new();
    fs::create_dir_all(copy.tenant_dir()).unwrap();
    for (name, bytes) in contents(&place.tenant_dir()) {
        fs::write(copy.tenant_dir().join(name), bytes.0).unwrap();
    }
    let before = contents(&copy.tenant_dir());
    assert_eq!(before.len(), 2);
    assert_refused!(copy.store().get("g", "k"), Error::NewerSchema { found: 99, .. });
    assert_eq!(contents(&copy.tenant_dir()), before);
}

#[test]
fn a_file_that_is_no_database_is_refused_and_untouched() {
    let files: [&[u8]; 4] =
        [&b"This is a text, and a long one. ".repeat(100), &[0xFF; 4096], b"SQLite format 2\0 and more", &[0; 5000]];
    for bytes in files {
        let place = Place::new();
        fs::create_dir_all(place.tenant_dir()).unwrap();
        fs::write(place.database(), bytes).unwrap();
        let before = contents(&place.tenant_dir());
        assert_corrupt(place.store().get("g", "k"));
        assert_corrupt(place.store().set("g", "k", b""));
        assert_corrupt(place.tenant().check().map(|report| report.entries));
        assert_eq!(contents(&place.tenant_dir()), before);
    }
}

#[test]
fn an_empty_file_is_a_new_database() {
    let place = Place::new();
    fs::create_dir_all(place.tenant_dir()).unwrap();
    fs::write(place.database(), b"").unwrap();
    place.store().set("g", "k", b"").unwrap();
    assert_eq!(keys(&place.store(), "g"), ["k"]);
}

#[test]
fn a_header_that_was_damaged_is_refused_and_untouched() {
    let place = filled();
    let mut bytes = fs::read(place.database()).unwrap();
    bytes[..100].fill(0xAA);
    fs::write(place.database(), bytes).unwrap();
    let before = contents(&place.tenant_dir());
    assert_corrupt(place.store().get("g0", "0000"));
    assert_eq!(contents(&place.tenant_dir()), before);
}

#[test]
fn a_file_that_was_cut_is_noticed_and_untouched() {
    let whole = fs::read(filled().database()).unwrap();
    for keep in [50, 100, 1_000, 4_096, 5_000, 40_960, whole.len() / 2, whole.len() - 4_096] {
        let place = Place::new();
        fs::create_dir_all(place.tenant_dir()).unwrap();
        fs::write(place.database(), &whole[..keep]).unwrap();
        let before = contents(&place.tenant_dir());
        let tenant = place.tenant();
        let read = scan_all(&tenant.store());
        let sound = tenant.check().is_ok_and(|report| report.problems.is_empty());
        assert!(!sound, "{keep} bytes");
        if let Err(error) = read {
            assert!(matches!(error, Error::Corrupt { .. }), "{keep} bytes: {error:?}");
        }
        drop(tenant);
        assert_eq!(contents(&place.tenant_dir()), before, "{keep} bytes");
    }
}

#[test]
fn a_damaged_page_is_an_error_of_the_read_that_meets_it() {
    let place = filled();
    let mut bytes = fs::read(place.database()).unwrap();
    let middle = bytes.len() / 4096 / 2 * 4096;
    bytes[middle..middle + 20 * 4096].fill(0x5A);
    fs::write(place.database(), &bytes).unwrap();
    let tenant = place.tenant();
    assert_corrupt(scan_all(&tenant.store()));
    let found = (0..300).filter(|n| tenant.store().get(&format!("g{}", n % 3), &format!("{n:04}")).is_ok()).count();
    assert!(found > 0 && found < 300, "{found}");
    assert!(tenant.check().map_or(true, |report| !report.problems.is_empty()));
    drop(tenant);
    assert_eq!(fs::read(place.database()).unwrap(), bytes);
}

#[test]
fn another_tenant_is_not_concerned() {
    let place = filled();
    fs::write(place.database(), b"no database, but long enough to be looked at").unwrap();
    let larder = place.open();
    assert_corrupt(acme(&larder).store().get("g", "k"));
    larder.tenant(&tenant_id("other")).store().set("g", "k", b"").unwrap();
    assert_corrupt(acme(&larder).store().get("g", "k"));
}

#[test]
fn a_file_that_was_repaired_is_opened_without_a_restart() {
    let place = filled();
    let good = fs::read(place.database()).unwrap();
    fs::write(place.database(), b"no database, but long enough to be looked at").unwrap();
    let store = place.store();
    assert_corrupt(store.get("g0", "0000"));
    fs::write(place.database(), good).unwrap();
    assert!(store.get("g0", "0000").unwrap().is_some());
}

/// Whatever is wrong with the bytes, calls answer; which error, is up to what is wrong.
#[test]
fn no_damage_makes_a_call_panic() {
    let whole = fs::read(Place::with_fixture("current.db").database()).unwrap();
    let larder_s = {
        let place = Place::new();
        place.store().set_many("g", &[("a".into(), b"1".to_vec()), ("b".into(), b"\xFF".to_vec())]).unwrap();
        fs::read(place.database()).unwrap()
    };
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below as u64) as usize
    };
    for round in 0..60 {
        let mut bytes = if round % 2 == 0 { whole.clone() } else { larder_s.clone() };
        for _ in 0..1 + next(40) {
            let at = next(bytes.len());
            bytes[at] = next(256) as u8;
        }
        let place = Place::new();
        fs::create_dir_all(place.tenant_dir()).unwrap();
        fs::write(place.database(), bytes).unwrap();
        let tenant = place.tenant();
        let store = tenant.store();
        let _ = store.groups("", None, 0);
        let _ = scan_all(&store);
        let _ = store.count_all("");
        let _ = store.usage();
        let _ = store.set("g", "k", b"v");
        let _ = store.increment("g", "n", 1);
        let _ = store.delete_prefix("");
        let _ = store.purge_expired();
        let _ = tenant.check();
    }
}
