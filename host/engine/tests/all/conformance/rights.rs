//! Stores that may only read.

use larder_engine::{Error, Query, Result};

use crate::support::*;

fn every_write_to_a_read_only_store_is_refused(kit: &Kit) {
    let tenant = kit.tenant();
    let version = tenant.store().set("g", "k", b"v").unwrap();
    let s = tenant.store().read_only();
    assert!(!s.is_writable());
    let no = |result: Result<()>| assert_refused!(result, Error::AccessDenied);
    no(s.set("g", "k", b"").map(drop));
    no(s.set_with_ttl("g", "k", b"", 1).map(drop));
    no(s.touch("g", "k", None).map(drop));
    no(s.delete("g", "k").map(drop));
    no(s.delete_group("g").map(drop));
    no(s.delete_prefix("").map(drop));
    no(s.purge_expired().map(drop));
    no(s.increment("g", "n", 1).map(drop));
    no(s.compare_and_swap("g", "k", Some(version), b"").map(drop));
    no(s.compare_and_delete("g", "k", version).map(drop));
    no(s.set_many("g", &[]).map(drop));
    no(s.delete_many("g", &["k"]).map(drop));
    no(s.apply(&[]).map(drop));
    no(s.update(|_| Ok(())));
    no(s.begin().map(drop));
    no(s.transaction(|_| Ok(())));
    assert_eq!(all(&s, "g"), [("k".to_string(), b"v".to_vec())]);
}

fn every_read_of_a_read_only_store_is_answered(kit: &Kit) {
    let tenant = kit.tenant();
    let store = tenant.scope(scope("a"), max_keys(9));
    store.set("g", "k", b"v").unwrap();
    let s = store.clone().read_only();
    assert_eq!(s.get("g", "k").unwrap().unwrap(), b"v");
    assert!(s.entry("g", "k").unwrap().is_some() && s.exists("g", "k").unwrap() && s.group_exists("g").unwrap());
    assert_eq!((s.count("g").unwrap(), s.count_all("").unwrap()), (1, 1));
    assert_eq!(s.groups("", None, 0).unwrap().groups, ["g"]);
    assert_eq!(s.scan(&Query { group: "g".into(), ..Query::default() }).unwrap().entries.len(), 1);
    assert_eq!(s.page("g", 0, 5).unwrap().entries.len(), 1);
    assert_eq!(s.get_many("g", &["k"]).unwrap().len(), 1);
    assert_eq!(s.usage().unwrap(), store.usage().unwrap());
}

fn a_store_of_a_transaction_can_be_made_read_only(kit: &Kit) {
    let store = kit.store();
    store
        .transaction(|inside| {
            inside.set("g", "k", b"v")?;
            let reader = inside.clone().read_only();
            assert_eq!(reader.get("g", "k")?.unwrap(), b"v");
            assert_refused!(reader.set("g", "k", b"w"), Error::AccessDenied);
            Ok(())
        })
        .unwrap();
}

fn a_refused_write_is_the_caller_s_fault(kit: &Kit) {
    let error = kit.store().read_only().set("g", "k", b"").unwrap_err();
    assert!(error.is_callers_fault());
}

conformance! {
    every_write_to_a_read_only_store_is_refused,
    every_read_of_a_read_only_store_is_answered,
    a_store_of_a_transaction_can_be_made_read_only,
    a_refused_write_is_the_caller_s_fault,
}
