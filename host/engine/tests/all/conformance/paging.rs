//! Pages by position.

use larder_engine::{Limits, Store};

use crate::support::*;

fn filled(kit: &Kit) -> Store {
    let store = kit.store();
    for n in 0..10 {
        store.set("g", &n.to_string(), n.to_string().as_bytes()).unwrap();
    }
    store
}

fn at(store: &Store, offset: u64, limit: u32) -> String {
    let page = store.page("g", offset, limit).unwrap();
    assert_eq!(page.next, None);
    page.entries.into_iter().map(|entry| entry.key).collect()
}

fn a_page_starts_behind_the_offset(kit: &Kit) {
    let store = filled(kit);
    assert_eq!(at(&store, 0, 3), "012");
    assert_eq!(at(&store, 3, 3), "345");
    assert_eq!(at(&store, 8, 3), "89");
    assert_eq!(at(&store, 10, 3), "");
}

fn a_limit_of_nothing_is_an_empty_page(kit: &Kit) {
    let store = filled(kit);
    assert_eq!(at(&store, 0, 0), "");
    assert_eq!(at(&store, u64::MAX, 0), "");
}

fn huge_offsets_and_limits_are_harmless(kit: &Kit) {
    let store = filled(kit);
    assert_eq!(at(&store, 0, u32::MAX), "0123456789");
    for offset in [11, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX] {
        assert_eq!(at(&store, offset, u32::MAX), "");
        assert_eq!(at(&store, offset, 1), "");
    }
}

fn expired_entries_take_no_position(kit: &Kit) {
    let store = filled(kit);
    for key in ["1", "3", "9"] {
        store.set_with_ttl("g", key, b"", 5).unwrap();
    }
    kit.advance(5);
    assert_eq!(at(&store, 0, 2), "02");
    assert_eq!(at(&store, 2, 20), "45678");
    assert_eq!(at(&store, 7, 1), "");
}

fn a_page_has_values(kit: &Kit) {
    let entry = filled(kit).page("g", 4, 1).unwrap().entries.remove(0);
    assert_eq!((entry.key.as_str(), entry.value.as_deref()), ("4", Some(&b"4"[..])));
}

fn positions_go_on_by_the_number_received(kit: &Kit) {
    let limits = Limits { page_bytes: 25, page_items: 4, ..Limits::default() };
    let store = kit.store_with(|config| config.limits(limits));
    for n in 0..10_usize {
        store.set("g", &n.to_string(), &vec![b'x'; n * n]).unwrap();
    }
    let (mut offset, mut seen) = (0, String::new());
    loop {
        let page = at(&store, offset, 100);
        assert!(page.len() <= 4);
        if page.is_empty() {
            break;
        }
        offset += page.len() as u64;
        seen += &page;
    }
    assert_eq!(seen, "0123456789");
}

conformance! {
    a_page_starts_behind_the_offset,
    a_limit_of_nothing_is_an_empty_page,
    huge_offsets_and_limits_are_harmless,
    expired_entries_take_no_position,
    a_page_has_values,
    positions_go_on_by_the_number_received,
}
