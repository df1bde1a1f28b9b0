//! Scans: ranges, prefixes and directions, a page at a time.

use larder_engine::{Bound, Limits, Query, Store};

use crate::support::*;

const KEYS: [&str; 9] = ["", "a", "b", "b\0", "ba", "bb", "c", "é", "🙂"];

fn filled(kit: &Kit) -> Store {
    let store = kit.store();
    for key in KEYS {
        store.set("g", key, key.as_bytes()).unwrap();
        store.set("f", key, b"before").unwrap();
        store.set("g\0", key, b"behind").unwrap();
    }
    store.set_with_ttl("g", "bx", b"expired", 0).unwrap();
    store
}

fn query(group: &str) -> Query {
    Query { group: group.into(), ..Query::default() }
}

/// All keys that a query answers, page by page of at most `limit`.
fn collect(store: &Store, mut query: Query, limit: u32) -> Vec<String> {
    query.limit = limit;
    let mut found = Vec::new();
    loop {
        let page = store.scan(&query).unwrap();
        assert!(limit == 0 || page.entries.len() <= limit as usize);
        assert!(page.next.is_none() || !page.entries.is_empty(), "a page without progress");
        found.extend(page.entries.into_iter().map(|entry| entry.key));
        query.cursor = page.next;
        if query.cursor.is_none() {
            return found;
        }
    }
}

fn expected(query: &Query) -> Vec<&'static str> {
    let mut keys: Vec<&str> = KEYS
        .into_iter()
        .filter(|key| key.starts_with(&query.prefix))
        .filter(|key| match &query.start {
            Bound::Unbounded => true,
            Bound::Included(start) => *key >= start.as_str(),
            Bound::Excluded(start) => *key > start.as_str(),
        })
        .filter(|key| match &query.end {
            Bound::Unbounded => true,
            Bound::Included(end) => *key <= end.as_str(),
            Bound::Excluded(end) => *key < end.as_str(),
        })
        .collect();
    if query.reverse {
        keys.reverse();
    }
    keys
}

fn every_combination_of_bounds_prefix_and_direction_answers_what_matches(kit: &Kit) {
    let store = filled(kit);
    let mut bounds = vec![Bound::Unbounded];
    for key in ["", "a", "b", "b\0\0", "ba", "z", "\u{10FFFF}"] {
        bounds.extend([Bound::Included(key.into()), Bound::Excluded(key.into())]);
    }
    for start in &bounds {
        for end in &bounds {
            for prefix in ["", "b", "ba", "x", "\u{10FFFF}"] {
                for reverse in [false, true] {
                    let query =
                        Query { prefix: prefix.into(), start: start.clone(), end: end.clone(), reverse, ..query("g") };
                    let expected = expected(&query);
                    assert_eq!(collect(&store, query.clone(), 0), expected, "{query:?}");
                    assert_eq!(collect(&store, query.clone(), 2), expected, "{query:?}");
                }
            }
        }
    }
}

fn pages_of_any_size_add_up_to_the_whole(kit: &Kit) {
    let store = filled(kit);
    for reverse in [false, true] {
        let query = Query { reverse, ..query("g") };
        for limit in 1..12 {
            assert_eq!(collect(&store, query.clone(), limit), expected(&query), "{limit}");
        }
        assert_eq!(collect(&store, query.clone(), u32::MAX), expected(&query));
    }
}

fn the_last_page_has_no_cursor(kit: &Kit) {
    let store = filled(kit);
    for limit in [KEYS.len() as u32, KEYS.len() as u32 + 1, 0, u32::MAX] {
        assert_eq!(store.scan(&Query { limit, ..query("g") }).unwrap().next, None, "{limit}");
    }
    assert!(store.scan(&Query { limit: KEYS.len() as u32 - 1, ..query("g") }).unwrap().next.is_some());
}

fn values_are_there_when_asked_for(kit: &Kit) {
    let store = filled(kit);
    for entry in store.scan(&Query { values: true, ..query("g") }).unwrap().entries {
        assert_eq!(entry.value.as_deref(), Some(entry.key.as_bytes()));
        assert!(entry.version > 0);
    }
    for entry in store.scan(&query("g")).unwrap().entries {
        assert_eq!(entry.value, None);
        assert_eq!(entry.version, version(&store, "g", &entry.key));
    }
}

fn a_packed_page_has_what_a_page_has(kit: &Kit) {
    let store = filled(kit);
    store.set_with_ttl("g", KEYS[0], &[0xff; 5], 1_000).unwrap();
    for (values, reverse, limit) in [(true, false, 0), (true, true, 3), (false, false, 1), (false, true, 0)] {
        let mut query = Query { values, reverse, limit, ..query("g") };
        loop {
            let (page, packed) = (store.scan(&query).unwrap(), store.scan_packed(&query).unwrap());
            assert_eq!(packed.entries().map(larder_engine::Entry::from).collect::<Vec<_>>(), page.entries);
            assert_eq!((packed.number as usize, &packed.next), (page.entries.len(), &page.next));
            let Some(next) = page.next else { break };
            query.cursor = Some(next);
        }
    }
}

fn an_absent_group_is_an_empty_page(kit: &Kit) {
    let store = filled(kit);
    for group in ["", "G", "h", "\u{10FFFF}"] {
        let page = store.scan(&query(group)).unwrap();
        assert!(page.entries.is_empty() && page.next.is_none(), "{group:?}");
    }
}

fn a_page_has_no_more_entries_than_the_host_allows(kit: &Kit) {
    let limits = Limits { page_items: 3, ..Limits::default() };
    let store = kit.store_with(|config| config.limits(limits));
    for n in 0..7 {
        store.set("g", &n.to_string(), b"").unwrap();
    }
    for limit in [0, 4, u32::MAX] {
        assert_eq!(store.scan(&Query { limit, ..query("g") }).unwrap().entries.len(), 3);
    }
    assert_eq!(collect(&store, query("g"), 0).len(), 7);
}

fn a_page_is_bounded_in_bytes_and_always_makes_progress(kit: &Kit) {
    let limits = Limits { page_bytes: 10, ..Limits::default() };
    let store = kit.store_with(|config| config.limits(limits));
    for (key, size) in [("1", 4), ("2", 4), ("3", 5), ("4", 100), ("5", 0), ("6", 9)] {
        store.set("g", key, &vec![b'x'; size]).unwrap();
    }
    let mut query = Query { values: true, ..query("g") };
    let mut pages = Vec::new();
    loop {
        let page = store.scan(&query).unwrap();
        pages.push(page.entries.iter().map(|entry| entry.key.as_str()).collect::<String>());
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(pages, ["12", "3", "4", "5", "6"]);
    query.values = false;
    assert_eq!(store.scan(&query).unwrap().entries.len(), 6);
}

fn what_changes_behind_the_cursor_is_not_seen_and_ahead_of_it_is(kit: &Kit) {
    let store = kit.store();
    for key in ["b", "d", "f", "h"] {
        store.set("g", key, b"").unwrap();
    }
    for (reverse, rest) in [(false, ["e", "f", "h", "i"]), (true, ["e", "d", "c", "b"])] {
        let first = store.scan(&Query { reverse, limit: 2, ..query("g") }).unwrap();
        // The entry at which the cursor stands goes away too.
        store.delete("g", &first.entries[1].key).unwrap();
        for key in ["", "a", "c", "e", "i"] {
            store.set("g", key, b"").unwrap();
        }
        let next = Query { reverse, cursor: first.next, ..query("g") };
        let seen: Vec<String> = store.scan(&next).unwrap().entries.into_iter().map(|entry| entry.key).collect();
        assert_eq!(seen.iter().take(4).map(String::as_str).collect::<Vec<_>>(), rest, "{reverse}");
        store.delete_group("g").unwrap();
        for key in ["b", "d", "f", "h"] {
            store.set("g", key, b"").unwrap();
        }
    }
}

fn a_scan_is_what_one_moment_held(kit: &Kit) {
    let store = filled(kit);
    let (before, after) = store
        .view(|view| {
            let before = view.scan(&query("g"))?;
            store.set("g", "new", b"")?;
            store.delete("g", "a")?;
            Ok((before, view.scan(&query("g"))?))
        })
        .unwrap();
    assert_eq!(before, after);
    assert!(keys(&store, "g").contains(&"new".to_string()));
}

fn a_scope_scans_its_own_groups(kit: &Kit) {
    let tenant = kit.tenant();
    let (a, b) = (tenant.scope(scope("a"), Default::default()), tenant.scope(scope("b"), Default::default()));
    a.set("g", "1", b"a").unwrap();
    b.set("g", "2", b"b").unwrap();
    assert_eq!((keys(&a, "g"), keys(&b, "g")), (vec!["1".to_string()], vec!["2".to_string()]));
    assert_eq!(keys(&tenant.store(), "a:g"), ["1"]);
    assert_eq!(keys(&a, "a:g"), [""; 0]);
}

conformance! {
    every_combination_of_bounds_prefix_and_direction_answers_what_matches,
    pages_of_any_size_add_up_to_the_whole,
    the_last_page_has_no_cursor,
    values_are_there_when_asked_for,
    a_packed_page_has_what_a_page_has,
    an_absent_group_is_an_empty_page,
    a_page_has_no_more_entries_than_the_host_allows,
    a_page_is_bounded_in_bytes_and_always_makes_progress,
    what_changes_behind_the_cursor_is_not_seen_and_ahead_of_it_is,
    a_scan_is_what_one_moment_held,
    a_scope_scans_its_own_groups,
}
