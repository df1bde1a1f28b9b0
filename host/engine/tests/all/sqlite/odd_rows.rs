//! Rows that larder never writes: other types, names that are no Unicode. The rest of the file stays usable.

use std::time::Duration;

use larder_engine::{Larder, Query, Tenant};

use super::support::Place;
use crate::support::*;

/// Opened after, and again while, another program has run `sql`.
fn with_rows(sql: &str) -> [(Place, Tenant); 2] {
    let before = Place::new();
    before.store().set("g", "m", b"mine").unwrap();
    before.sql().execute_batch(sql).unwrap();
    let tenant = before.tenant();
    let during = Place::new();
    let open = during.tenant();
    open.store().set("g", "m", b"mine").unwrap();
    during.sql().execute_batch(sql).unwrap();
    open.store().set("g", "m", b"mine").unwrap();
    [(before, tenant), (during, open)]
}

fn insert(values: &str) -> String {
    format!("INSERT INTO entries (group_name, entry_key, entry_value, expires_at) VALUES {values}")
}

#[test]
fn numbers_are_read_as_their_text() {
    for (_place, tenant) in with_rows(&insert("('g', 'i', 42, NULL), ('g', 'b', x'FF00', NULL)")) {
        let store = tenant.store();
        assert_eq!(store.get("g", "i").unwrap().unwrap(), b"42");
        assert_eq!(store.get("g", "b").unwrap().unwrap(), b"\xFF\0");
        assert_eq!(keys(&store, "g"), ["b", "i", "m"]);
        assert_sound(&tenant);
    }
}

#[test]
fn an_expiry_that_is_text_never_comes() {
    for (place, tenant) in with_rows(&insert("('g', 'k', 'v', 'tomorrow')")) {
        let store = tenant.store();
        assert_eq!(store.get("g", "k").unwrap().unwrap(), b"v");
        assert_eq!(keys(&store, "g"), ["k", "m"]);
        store.set_with_ttl("g", "mine", b"", 5).unwrap();
        place.clock.advance(Duration::from_millis(5));
        assert_eq!(store.purge_expired().unwrap(), 1);
        assert_sound(&tenant);
    }
}

#[test]
fn an_expiry_with_a_fraction_comes_with_its_millisecond() {
    for (place, tenant) in with_rows(&insert(&format!("('g', 'k', 'v', {START_MS}.5)"))) {
        let store = tenant.store();
        assert!(store.exists("g", "k").unwrap());
        assert_eq!(store.count("g").unwrap(), 2);
        place.clock.advance(Duration::from_millis(1));
        assert!(!store.exists("g", "k").unwrap());
        assert_eq!((store.count("g").unwrap(), keys(&store, "g")), (1, vec!["m".to_string()]));
        assert_eq!(store.purge_expired().unwrap(), 1);
        assert_sound(&tenant);
    }
}

/// Names that cannot be said in Unicode, before, among and behind those that can.
const NAMELESS: &str = "
    (CAST(x'80' AS TEXT), 'k', '', NULL), (CAST(x'67FF' AS TEXT), 'k', '', NULL), (x'67', 'k', '', NULL),
    ('g', CAST(x'80' AS TEXT), '', NULL), ('g', CAST(x'FF' AS TEXT), '', NULL), ('g', CAST(x'6DFF' AS TEXT), '', NULL),
    ('g', x'6D', '', NULL)";

#[test]
fn names_that_are_no_unicode_are_in_nobody_s_way() {
    for (_place, tenant) in with_rows(&insert(NAMELESS)) {
        let store = tenant.store();
        store.set("h", "k", b"").unwrap();
        assert_eq!(groups(&store, ""), ["g", "h"]);
        assert_eq!(keys(&store, "g"), ["m"]);
        assert_sound(&tenant);
        for reverse in [false, true] {
            let (mut cursor, mut seen) = (None, Vec::new());
            for _ in 0..20 {
                let query = Query { group: "g".into(), limit: 1, reverse, cursor, ..Query::default() };
                let page = store.scan(&query).unwrap();
                seen.extend(page.entries.into_iter().map(|entry| entry.key));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(seen, ["m"]);
        }
        store.delete_group("g").unwrap();
        store.delete_prefix("").unwrap();
        assert_sound(&tenant);
    }
}

#[test]
fn a_purge_ends_whatever_the_names_of_what_expired() {
    let rows = NAMELESS.replace("NULL", "5");
    for (place, tenant) in with_rows(&insert(&rows)) {
        let store = tenant.store();
        store.set_with_ttl("g", "mine", b"", 0).unwrap();
        assert_eq!(store.count("g").unwrap(), 1);
        assert_eq!(store.purge_expired().unwrap(), 1);
        assert_sound(&tenant);
        drop((store, tenant));
        let larder = Larder::open(place.root(), place.config()).unwrap();
        acme(&larder).store().set_with_ttl("g", "mine", b"", 0).unwrap();
        assert_eq!(larder.purge(), 1);
        place.clock.advance(Duration::from_secs(3_600));
        assert_sound(&acme(&larder));
    }
}
