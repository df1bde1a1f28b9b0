//! The names of groups, a page at a time.

use larder_engine::{Limits, Store};

use crate::support::*;

fn collect(store: &Store, prefix: &str, limit: u32) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.groups(prefix, cursor.as_deref(), limit).unwrap();
        assert!(limit == 0 || page.groups.len() <= limit as usize);
        found.extend(page.groups);
        cursor = page.next;
        if cursor.is_none() {
            return found;
        }
    }
}

fn groups_are_listed_once_and_in_order(kit: &Kit) {
    let store = kit.store();
    for group in ["b", "", "a", "B", "ab", "é"] {
        for key in ["1", "2", "3"] {
            store.set(group, key, b"").unwrap();
        }
    }
    for limit in [0, 1, 2, 3, 6, 7, u32::MAX] {
        assert_eq!(collect(&store, "", limit), ["", "B", "a", "ab", "b", "é"], "{limit}");
        assert_eq!(collect(&store, "a", limit), ["a", "ab"], "{limit}");
    }
    assert_eq!(store.groups("", None, 6).unwrap().next, None);
}

fn groups_without_a_live_entry_are_not_listed(kit: &Kit) {
    let store = kit.store();
    store.set("live", "k", b"").unwrap();
    store.set_with_ttl("live", "gone", b"", 0).unwrap();
    store.set_with_ttl("dying", "k", b"", 5).unwrap();
    store.set_with_ttl("gone", "k", b"", 0).unwrap();
    store.set("empty", "k", b"").unwrap();
    store.delete("empty", "k").unwrap();
    assert_eq!(groups(&store, ""), ["dying", "live"]);
    kit.advance(5);
    assert_eq!(groups(&store, ""), ["live"]);
    assert!(!store.group_exists("dying").unwrap());
}

fn a_page_of_groups_is_bounded_and_makes_progress(kit: &Kit) {
    let limits = Limits { page_bytes: 6, page_items: 3, ..Limits::default() };
    let store = kit.store_with(|config| config.limits(limits));
    let names = ["aaa", "bbb", "cccccccccccc", "d", "e", "f", "g"];
    for group in names {
        store.set(group, "k", b"").unwrap();
    }
    assert_eq!(groups(&store, ""), ["aaa", "bbb"]);
    assert_eq!(store.groups("d", None, 0).unwrap().groups, ["d"]);
    assert_eq!(collect(&store, "", 0), names);
}

fn a_cursor_of_groups_survives_changes(kit: &Kit) {
    let store = kit.store();
    for group in ["b", "d", "f"] {
        store.set(group, "k", b"").unwrap();
    }
    let first = store.groups("", None, 2).unwrap();
    store.delete_group("d").unwrap();
    for group in ["a", "c", "e"] {
        store.set(group, "k", b"").unwrap();
    }
    assert_eq!(store.groups("", first.next.as_deref(), 0).unwrap().groups, ["e", "f"]);
}

fn a_scope_lists_its_own_groups_by_their_local_names(kit: &Kit) {
    let tenant = kit.tenant();
    let scoped = tenant.scope(scope("a"), Default::default());
    for group in ["", "x", "a:x", "y"] {
        scoped.set(group, "k", b"").unwrap();
    }
    tenant.store().set("a", "k", b"").unwrap();
    tenant.store().set("ab:x", "k", b"").unwrap();
    tenant.store().set("b:x", "k", b"").unwrap();
    for limit in [0, 1, 2] {
        assert_eq!(collect(&scoped, "", limit), ["", "a:x", "x", "y"]);
    }
    assert_eq!(collect(&tenant.store(), "", 1), ["a", "a:", "a:a:x", "a:x", "a:y", "ab:x", "b:x"]);
}

conformance! {
    groups_are_listed_once_and_in_order,
    groups_without_a_live_entry_are_not_listed,
    a_page_of_groups_is_bounded_and_makes_progress,
    a_cursor_of_groups_survives_changes,
    a_scope_lists_its_own_groups_by_their_local_names,
}
