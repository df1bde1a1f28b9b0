//! Cursors: taken back as they came, with the arguments they came from, and refused otherwise.

use larder_engine::{Bound, Error, Query, Store};

use crate::support::*;

fn filled(kit: &Kit) -> (Store, Store) {
    let tenant = kit.tenant();
    let scoped = tenant.scope(scope("a"), Default::default());
    for store in [&tenant.store(), &scoped] {
        for n in 0..4 {
            for group in ["g", "g2"] {
                store.set(group, &n.to_string(), b"").unwrap();
            }
            store.set(&format!("group{n}"), "k", b"").unwrap();
        }
    }
    (tenant.store(), scoped)
}

fn query() -> Query {
    Query { group: "g".into(), limit: 2, ..Query::default() }
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: larder_engine::Result<T>) {
    assert_refused!(result, Error::InvalidArgument { argument: "cursor", .. });
}

fn a_cursor_may_go_on_with_other_sizes_and_with_values(kit: &Kit) {
    let (store, _) = filled(kit);
    let cursor = store.scan(&query()).unwrap().next;
    let page = store.scan(&Query { limit: 1, values: true, cursor, ..query() }).unwrap();
    assert_eq!(page.entries[0].key, "2");
    assert!(page.entries[0].value.is_some());
}

fn a_cursor_of_a_scan_is_refused_with_other_arguments(kit: &Kit) {
    let (store, scoped) = filled(kit);
    let cursor = store.scan(&query()).unwrap().next;
    let with = |change: fn(&mut Query)| {
        let mut query = Query { cursor: cursor.clone(), ..query() };
        change(&mut query);
        refused(store.scan(&query));
    };
    with(|query| query.group = "g2".into());
    with(|query| query.group = "g\0".into());
    with(|query| query.prefix = "1".into());
    with(|query| query.start = Bound::Included(String::new()));
    with(|query| query.end = Bound::Excluded("9".into()));
    with(|query| query.reverse = true);
    refused(scoped.scan(&Query { cursor: cursor.clone(), ..query() }));
    refused(store.groups("", cursor.as_deref(), 0));
    refused(store.groups("g", cursor.as_deref(), 0));
}

fn a_cursor_of_groups_is_refused_with_another_prefix_or_in_another_scope(kit: &Kit) {
    let (store, scoped) = filled(kit);
    let cursor = store.groups("group", None, 2).unwrap().next;
    assert_eq!(store.groups("group", cursor.as_deref(), 2).unwrap().groups, ["group2", "group3"]);
    refused(store.groups("", cursor.as_deref(), 2));
    refused(store.groups("group1", cursor.as_deref(), 2));
    refused(scoped.groups("group", cursor.as_deref(), 2));
    refused(store.scan(&Query { cursor, ..query() }));
}

fn an_altered_cursor_is_refused(kit: &Kit) {
    let (store, _) = filled(kit);
    let good = store.scan(&query()).unwrap().next.unwrap();
    let mut altered: Vec<String> = vec![
        String::new(),
        "0".into(),
        "no cursor".into(),
        "🙂".into(),
        "\0".into(),
        "0".repeat(1 << 20),
        good.to_uppercase() + "A",
        format!("{good}00"),
        format!(" {good}"),
        good[1..].into(),
        good[..good.len() - 1].into(),
        good[..good.len() - 2].into(),
    ];
    for at in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
        altered.push(String::from_utf8(bytes).unwrap());
    }
    for cursor in altered {
        refused(store.scan(&Query { cursor: Some(cursor.clone()), ..query() }));
        refused(store.groups("", Some(&cursor), 1));
    }
}

fn an_error_of_a_cursor_names_the_argument(kit: &Kit) {
    let (store, _) = filled(kit);
    let error = store.groups("", Some("x"), 1).unwrap_err();
    assert!(error.to_string().starts_with("cursor: "), "{error}");
    assert!(error.is_callers_fault());
}

fn a_cursor_holds_names_of_any_kind(kit: &Kit) {
    let store = kit.store();
    let names = ["", "\0", "a\0b", "é🙂", "\u{10FFFF}", &"x".repeat(1_000)];
    for name in names {
        store.set("g", name, b"").unwrap();
        store.set(name, "k", b"").unwrap();
    }
    let mut cursor = None;
    let mut seen = 0;
    loop {
        let page = store.scan(&Query { group: "g".into(), limit: 1, cursor, ..Query::default() }).unwrap();
        seen += page.entries.len();
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    // The empty group holds one entry, and "g" is a group too.
    assert_eq!(seen, names.len());
    let (mut cursor, mut groups) = (None, 0);
    loop {
        let page = store.groups("", cursor.as_deref(), 1).unwrap();
        groups += page.groups.len();
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(groups, names.len() + 1);
}

conformance! {
    a_cursor_may_go_on_with_other_sizes_and_with_values,
    a_cursor_of_a_scan_is_refused_with_other_arguments,
    a_cursor_of_groups_is_refused_with_another_prefix_or_in_another_scope,
    an_altered_cursor_is_refused,
    an_error_of_a_cursor_names_the_argument,
    a_cursor_holds_names_of_any_kind,
}
