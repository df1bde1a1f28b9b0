//! Entries: what is stored is read back, and no character of a name has a meaning.

use crate::support::*;

/// Names that other stores stumble over, each different from all others.
const ODD_NAMES: [&str; 22] = [
    "",
    "a",
    "A",
    "aa",
    "a\0",
    "\0",
    "\0a",
    "%",
    "_",
    "^",
    "\\",
    "'",
    "\"",
    "a%",
    "a_",
    ":",
    "\n",
    "é",
    "e\u{301}",
    "\u{FFFF}",
    "\u{10FFFF}",
    "🙂",
];

fn a_value_comes_back_as_it_went(kit: &Kit) {
    let store = kit.store();
    let large = vec![0xA5; 300_000];
    for value in [&b""[..], b"text", b"\0", b"a\0b", b"\xFF\xFE", b"42", b" 1e3 ", "ünï🙂".as_bytes(), &large] {
        store.set("g", "k", value).unwrap();
        assert_eq!(store.get("g", "k").unwrap().as_deref(), Some(value));
        assert_eq!(store.entry("g", "k").unwrap().unwrap().value.as_deref(), Some(value));
    }
}

fn what_was_never_set_is_absent(kit: &Kit) {
    let store = kit.store();
    assert_eq!(store.get("g", "k").unwrap(), None);
    assert_eq!(store.entry("g", "k").unwrap(), None);
    assert!(!store.exists("g", "k").unwrap());
    assert!(!store.group_exists("g").unwrap());
    assert!(!store.delete("g", "k").unwrap());
    assert!(!store.touch("g", "k", None).unwrap());
    assert_eq!(store.delete_group("g").unwrap(), 0);
    assert_eq!(store.delete_prefix("").unwrap(), 0);
    assert_eq!((store.count("g").unwrap(), store.count_all("").unwrap()), (0, 0));
    assert_eq!(all(&store, "g"), []);
    assert_eq!(groups(&store, ""), [""; 0]);
}

fn a_later_set_replaces_an_earlier_one(kit: &Kit) {
    let store = kit.store();
    store.set("g", "k", b"first").unwrap();
    store.set("g", "k", b"second").unwrap();
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"second");
    assert_eq!(store.count("g").unwrap(), 1);
}

fn text_may_replace_bytes_and_bytes_text(kit: &Kit) {
    let store = kit.store();
    for value in [&b"text"[..], b"\xFF", b"text", b""] {
        store.set("g", "k", value).unwrap();
        assert_eq!(store.get("g", "k").unwrap().unwrap(), value);
    }
}

fn group_key_and_value_may_be_empty(kit: &Kit) {
    let store = kit.store();
    store.set("", "", b"").unwrap();
    assert_eq!(store.get("", "").unwrap().unwrap(), b"");
    assert!(store.exists("", "").unwrap() && store.group_exists("").unwrap());
    assert_eq!((store.count("").unwrap(), store.count_all("").unwrap()), (1, 1));
    assert_eq!(groups(&store, ""), [""]);
    assert_eq!(all(&store, ""), [(String::new(), vec![])]);
    assert!(store.delete("", "").unwrap());
    assert!(!store.group_exists("").unwrap());
}

fn every_name_is_a_name_of_its_own(kit: &Kit) {
    let store = kit.store();
    for (n, name) in ODD_NAMES.iter().enumerate() {
        store.set("keys", name, &[n as u8]).unwrap();
        store.set(name, "k", &[n as u8]).unwrap();
    }
    for (n, name) in ODD_NAMES.iter().enumerate() {
        assert_eq!(store.get("keys", name).unwrap().unwrap(), [n as u8], "{name:?}");
        assert_eq!(store.get(name, "k").unwrap().unwrap(), [n as u8], "{name:?}");
        assert_eq!(store.count(name).unwrap(), 1, "{name:?}");
        assert_eq!(keys(&store, name), ["k"], "{name:?}");
    }
    assert_eq!(store.count("keys").unwrap(), ODD_NAMES.len() as u64);
}

fn names_are_in_the_order_of_their_bytes(kit: &Kit) {
    let store = kit.store();
    let mut sorted = ODD_NAMES;
    sorted.sort_unstable();
    for name in ODD_NAMES {
        store.set("keys", name, b"").unwrap();
        store.set(&format!("group {name}"), "k", b"").unwrap();
    }
    assert_eq!(keys(&store, "keys"), sorted);
    let named: Vec<String> = sorted.iter().map(|name| format!("group {name}")).collect();
    assert_eq!(groups(&store, "group "), named);
}

fn a_delete_says_whether_there_was_something(kit: &Kit) {
    let store = kit.store();
    store.set("g", "k", b"v").unwrap();
    assert!(store.delete("g", "k").unwrap());
    assert!(!store.delete("g", "k").unwrap());
    assert_eq!(store.get("g", "k").unwrap(), None);
}

fn deleting_a_group_takes_it_and_no_other(kit: &Kit) {
    let store = kit.store();
    for group in ["g", "G", "g ", "g\0", "gg", "f"] {
        store.set(group, "1", b"").unwrap();
        store.set(group, "2", b"").unwrap();
    }
    assert_eq!(store.delete_group("g").unwrap(), 2);
    assert_eq!(store.delete_group("g").unwrap(), 0);
    assert_eq!(groups(&store, ""), ["G", "f", "g\0", "g ", "gg"]);
    assert_eq!(store.count_all("").unwrap(), 10);
}

/// The groups of [`ODD_NAMES`] that start with `prefix`, as bytes.
fn with_prefix(prefix: &str) -> Vec<&'static str> {
    let mut names: Vec<_> = ODD_NAMES.into_iter().filter(|name| name.starts_with(prefix)).collect();
    names.sort_unstable();
    names
}

fn a_prefix_is_bytes_and_case_matters(kit: &Kit) {
    let store = kit.store();
    for name in ODD_NAMES {
        store.set(name, "1", b"").unwrap();
        store.set(name, "2", b"").unwrap();
    }
    for prefix in ODD_NAMES {
        let names = with_prefix(prefix);
        assert_eq!(groups(&store, prefix), names, "{prefix:?}");
        assert_eq!(store.count_all(prefix).unwrap(), 2 * names.len() as u64, "{prefix:?}");
    }
}

fn deleting_a_prefix_takes_its_groups_and_no_others(kit: &Kit) {
    let store = kit.store();
    for prefix in ODD_NAMES {
        for name in ODD_NAMES {
            store.set(name, "1", b"").unwrap();
        }
        let names = with_prefix(prefix);
        assert_eq!(store.delete_prefix(prefix).unwrap(), names.len() as u64, "{prefix:?}");
        let mut left: Vec<_> = ODD_NAMES.into_iter().filter(|name| !names.contains(name)).collect();
        left.sort_unstable();
        assert_eq!(groups(&store, ""), left, "{prefix:?}");
    }
}

fn counts_follow_the_entries(kit: &Kit) {
    let tenant = kit.tenant();
    let store = tenant.store();
    for n in 0..20_u64 {
        store.set("a1", &n.to_string(), b"v").unwrap();
        store.set("a2", &n.to_string(), b"v").unwrap();
        assert_eq!((store.count("a1").unwrap(), store.count_all("a").unwrap()), (n + 1, 2 * n + 2));
    }
    store.delete("a1", "7").unwrap();
    store.set("a1", "8", b"again").unwrap();
    assert_eq!((store.count("a1").unwrap(), store.count_all("a").unwrap()), (19, 39));
    assert_sound(&tenant);
}

fn tenants_have_nothing_in_common(kit: &Kit) {
    let larder = kit.larder();
    let (one, two) = (larder.tenant(&tenant_id("one")).store(), larder.tenant(&tenant_id("two")).store());
    one.set("g", "k", b"one").unwrap();
    assert_eq!(two.get("g", "k").unwrap(), None);
    two.set("g", "k", b"two").unwrap();
    two.delete_prefix("").unwrap();
    assert_eq!(one.get("g", "k").unwrap().unwrap(), b"one");
}

fn tenants_are_listed_once_they_are_there(kit: &Kit) {
    let larder = kit.larder();
    assert_eq!(larder.tenants().unwrap(), []);
    let two = larder.tenant(&tenant_id("two"));
    assert!(!two.exists().unwrap());
    two.create().unwrap();
    two.create().unwrap();
    larder.tenant(&tenant_id("one")).store().set("g", "k", b"").unwrap();
    assert!(two.exists().unwrap());
    assert_eq!(larder.tenants().unwrap(), [tenant_id("one"), tenant_id("two")]);
}

conformance! {
    a_value_comes_back_as_it_went,
    what_was_never_set_is_absent,
    a_later_set_replaces_an_earlier_one,
    text_may_replace_bytes_and_bytes_text,
    group_key_and_value_may_be_empty,
    every_name_is_a_name_of_its_own,
    names_are_in_the_order_of_their_bytes,
    a_delete_says_whether_there_was_something,
    deleting_a_group_takes_it_and_no_other,
    a_prefix_is_bytes_and_case_matters,
    deleting_a_prefix_takes_its_groups_and_no_others,
    counts_follow_the_entries,
    tenants_have_nothing_in_common,
    tenants_are_listed_once_they_are_there,
}
