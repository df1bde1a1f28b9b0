//! Scopes: namespaces of a tenant that know nothing of each other.

use larder_engine::{Quota, Store, Tenant};

use crate::support::*;

/// Names that a careless prefix would run into one.
const NAMES: [&str; 6] = ["a", "A", "ab", "a-", "-", "0"];

fn scopes(tenant: &Tenant) -> Vec<Store> {
    NAMES.iter().map(|name| tenant.scope(scope(name), Quota::default())).collect()
}

fn fill(stores: &[Store]) {
    for (store, name) in stores.iter().zip(NAMES) {
        for group in ["", "g", "a:g", "b"] {
            store.set(group, "k", name.as_bytes()).unwrap();
        }
    }
}

fn each_scope_sees_its_own_entries_by_local_names(kit: &Kit) {
    let tenant = kit.tenant();
    let stores = scopes(&tenant);
    fill(&stores);
    for (store, name) in stores.iter().zip(NAMES) {
        assert_eq!(groups(store, ""), ["", "a:g", "b", "g"], "{name}");
        assert_eq!(groups(store, "a"), ["a:g"], "{name}");
        assert_eq!(store.count_all("").unwrap(), 4, "{name}");
        assert_eq!(store.get("g", "k").unwrap().unwrap(), name.as_bytes());
        assert_eq!(store.usage().unwrap().keys.used, 4, "{name}");
        assert_eq!(store.scope().unwrap().as_str(), name);
    }
}

fn deleting_all_of_a_scope_leaves_the_others(kit: &Kit) {
    let tenant = kit.tenant();
    let stores = scopes(&tenant);
    for (n, store) in stores.iter().enumerate() {
        fill(&stores);
        assert_eq!(store.delete_prefix("").unwrap(), 4);
        assert_eq!(groups(store, ""), [""; 0]);
        for (m, other) in stores.iter().enumerate().filter(|(m, _)| *m != n) {
            assert_eq!(other.count_all("").unwrap(), 4, "{} after {}", NAMES[m], NAMES[n]);
        }
    }
    assert_sound(&tenant);
}

fn purging_a_scope_leaves_the_others(kit: &Kit) {
    let tenant = kit.tenant();
    let stores = scopes(&tenant);
    for store in &stores {
        store.set_with_ttl("g", "1", b"", 0).unwrap();
        store.set_with_ttl("h", "2", b"", 0).unwrap();
    }
    for (n, store) in stores.iter().enumerate() {
        assert_eq!(store.purge_expired().unwrap(), 2);
        assert_eq!(tenant.check().unwrap().entries as usize, 2 * (NAMES.len() - n - 1));
    }
}

fn the_tenant_sees_all_scopes_by_their_stored_names(kit: &Kit) {
    let tenant = kit.tenant();
    let root = tenant.store();
    fill(&scopes(&tenant));
    root.set("plain", "k", b"").unwrap();
    root.set("", "k", b"").unwrap();
    assert_eq!(root.scope(), None);
    assert_eq!(root.count_all("").unwrap(), 26);
    assert_eq!(groups(&root, "a:"), ["a:", "a:a:g", "a:b", "a:g"]);
    assert_eq!(root.get("ab:g", "k").unwrap().unwrap(), b"ab");
    root.set("a:new", "k", b"by the tenant").unwrap();
    assert_eq!(scopes(&tenant)[0].get("new", "k").unwrap().unwrap(), b"by the tenant");
    assert_eq!(root.delete_prefix("a").unwrap(), 4 + 1 + 4 + 4);
    assert_sound(&tenant);
}

fn no_group_name_leads_out_of_a_scope(kit: &Kit) {
    let tenant = kit.tenant();
    let (a, ab) = (tenant.scope(scope("a"), Quota::default()), tenant.scope(scope("ab"), Quota::default()));
    ab.set("g", "k", b"secret").unwrap();
    tenant.store().set("g", "k", b"secret").unwrap();
    for group in ["ab:g", ":g", "b:g", "../ab:g", "\0ab:g", "g\0", "%", "*"] {
        assert_eq!(a.get(group, "k").unwrap(), None, "{group:?}");
        assert_eq!(a.count_all(group).unwrap(), 0, "{group:?}");
        assert_eq!(a.delete_prefix(group).unwrap(), 0, "{group:?}");
    }
    assert_eq!(ab.get("g", "k").unwrap().unwrap(), b"secret");
}

fn two_handles_of_a_scope_are_one_scope(kit: &Kit) {
    let larder = kit.larder();
    let one = acme(&larder).scope(scope("a"), Quota::default());
    let two = acme(&larder).scope(scope("a"), max_keys(1));
    one.set("g", "k", b"v").unwrap();
    assert_eq!(two.clone().get("g", "k").unwrap().unwrap(), b"v");
    assert!(two.set("g", "other", b"").is_err());
}

fn a_transaction_of_a_scope_is_in_the_scope(kit: &Kit) {
    let tenant = kit.tenant();
    let (a, b) = (tenant.scope(scope("a"), Quota::default()), tenant.scope(scope("b"), Quota::default()));
    b.set("g", "k", b"b").unwrap();
    a.transaction(|inside| {
        assert_eq!(inside.get("g", "k")?, None);
        inside.set("g", "k", b"a")?;
        assert_eq!(inside.groups("", None, 0)?.groups, ["g"]);
        inside.delete_prefix("")?;
        inside.set("h", "k", b"a")
    })
    .unwrap();
    assert_eq!(groups(&tenant.store(), ""), ["a:h", "b:g"]);
}

conformance! {
    each_scope_sees_its_own_entries_by_local_names,
    deleting_all_of_a_scope_leaves_the_others,
    purging_a_scope_leaves_the_others,
    the_tenant_sees_all_scopes_by_their_stored_names,
    no_group_name_leads_out_of_a_scope,
    two_handles_of_a_scope_are_one_scope,
    a_transaction_of_a_scope_is_in_the_scope,
}
