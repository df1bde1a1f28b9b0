//! The purge: rows that expired go, by call, in the background, and nothing else does.

use std::time::Duration;

use larder_engine::{Larder, Tenant};

use crate::support::*;

const INTERVAL_MS: u64 = 60_000;

fn rows(tenant: &Tenant) -> u64 {
    tenant.check().unwrap().entries
}

fn larder(kit: &Kit) -> Larder {
    kit.larder_with(|config| config.purge_interval(Duration::from_millis(INTERVAL_MS)))
}

fn a_purge_removes_what_expired_and_says_how_much(kit: &Kit) {
    let tenant = kit.tenant();
    let store = tenant.store();
    store.set("g", "stays", b"").unwrap();
    store.set_with_ttl("g", "later", b"", 11).unwrap();
    for n in 0..5 {
        store.set_with_ttl(&format!("g{}", n % 2), &n.to_string(), b"v", 10).unwrap();
    }
    assert_eq!(store.purge_expired().unwrap(), 0);
    kit.advance(10);
    assert_eq!(store.purge_expired().unwrap(), 5);
    assert_eq!(store.purge_expired().unwrap(), 0);
    assert_eq!(rows(&tenant), 2);
    assert_sound(&tenant);
}

fn a_purge_of_very_many_rows_takes_them_all(kit: &Kit) {
    let tenant = kit.tenant();
    let store = tenant.store();
    store
        .update(|update| {
            for n in 0..2_500 {
                update.set_with_ttl(&format!("g{}", n % 3), &n.to_string(), b"v", 10)?;
            }
            Ok(())
        })
        .unwrap();
    kit.advance(10);
    assert_eq!(store.purge_expired().unwrap(), 2_500);
    assert_eq!(rows(&tenant), 0);
    assert_sound(&tenant);
}

fn a_root_purges_every_tenant_that_is_open(kit: &Kit) {
    let larder = larder(kit);
    let tenants = ["one", "two", "three"].map(|name| larder.tenant(&tenant_id(name)));
    for tenant in &tenants {
        tenant.store().set_with_ttl("g", "k", b"", 10).unwrap();
        tenant.store().set("g", "stays", b"").unwrap();
    }
    assert_eq!(larder.purge(), 0);
    kit.advance(10);
    assert_eq!(larder.purge(), 3);
    for tenant in &tenants {
        assert_eq!(rows(tenant), 1);
        assert_sound(tenant);
    }
}

fn the_background_purges_when_its_time_has_come(kit: &Kit) {
    let larder = larder(kit);
    let tenant = acme(&larder);
    for round in 1..4 {
        for n in 0..1_500 {
            tenant.store().set_with_ttl("g", &n.to_string(), b"", 10).unwrap();
        }
        tenant.store().set(&format!("stays{round}"), "k", b"").unwrap();
        kit.advance(INTERVAL_MS);
        wait_until("the background has purged", || rows(&tenant) == round);
    }
    assert_sound(&tenant);
}

fn the_background_waits_for_its_time(kit: &Kit) {
    let larder = larder(kit);
    let tenant = acme(&larder);
    tenant.store().set_with_ttl("g", "k", b"", 10).unwrap();
    kit.advance(INTERVAL_MS - 1);
    assert_eq!(rows(&tenant), 1);
    kit.advance(1);
    wait_until("the background has purged", || rows(&tenant) == 0);
}

fn what_a_transaction_writes_is_purged_when_it_has_expired(kit: &Kit) {
    let larder = larder(kit);
    let tenant = acme(&larder);
    let store = tenant.store();
    let transaction = store.begin().unwrap();
    transaction.store().set_with_ttl("g", "k", b"", 10).unwrap();
    transaction.commit().unwrap();
    store.set("g", "touched", b"").unwrap();
    store.touch("g", "touched", Some(10)).unwrap();
    kit.advance(10);
    assert_eq!(larder.purge(), 2);
}

fn a_purge_leaves_a_tenant_alone_in_which_somebody_writes(kit: &Kit) {
    let larder = kit.larder_with(|config| config.busy_timeout(Duration::ZERO));
    let tenant = acme(&larder);
    let store = tenant.store();
    store.set_with_ttl("g", "k", b"", 10).unwrap();
    let transaction = store.begin().unwrap();
    kit.advance(10);
    assert_eq!(larder.purge(), 0);
    transaction.rollback().unwrap();
    assert_eq!(larder.purge(), 1);
}

fn a_key_that_was_set_again_is_not_purged(kit: &Kit) {
    let larder = larder(kit);
    let store = acme(&larder).store();
    store.set_with_ttl("g", "k", b"old", 10).unwrap();
    kit.advance(10);
    store.set("g", "k", b"new").unwrap();
    store.set_with_ttl("g", "j", b"old", 10).unwrap();
    store.set_with_ttl("g", "j", b"new", 20).unwrap();
    kit.advance(10);
    assert_eq!(larder.purge(), 0);
    assert_eq!(keys(&store, "g"), ["j", "k"]);
}

/// Otherwise what expired stays for another whole interval, and with a busy writer for ever.
fn the_background_comes_back_to_a_tenant_that_was_written_to(kit: &Kit) {
    let larder = larder(kit);
    let store = acme(&larder).store();
    store.set_with_ttl("g", "gone", b"", 5).unwrap();
    let transaction = store.begin().unwrap();
    kit.advance(INTERVAL_MS);
    wait_until("the transaction has expired", || !transaction.is_open());
    wait_until("the background has purged", || acme(&larder).check().unwrap().entries == 0);
}

conformance! {
    the_background_comes_back_to_a_tenant_that_was_written_to,
    a_purge_removes_what_expired_and_says_how_much,
    a_purge_of_very_many_rows_takes_them_all,
    a_root_purges_every_tenant_that_is_open,
    the_background_purges_when_its_time_has_come,
    the_background_waits_for_its_time,
    what_a_transaction_writes_is_purged_when_it_has_expired,
    a_purge_leaves_a_tenant_alone_in_which_somebody_writes,
    a_key_that_was_set_again_is_not_purged,
}
