//! Many tenants, few of them open.

use std::{sync::Barrier, time::Duration};

use larder_engine::{Larder, Quota};

use crate::{sqlite::Place, support::*};

const TENANTS: usize = 50;
const OPEN: usize = 4;

/// What one open tenant holds open at most: database, log, its index, for the writer and a reader, and the lock.
const DESCRIPTORS_EACH: usize = 8;

fn few_open(place: &Place) -> Larder {
    Larder::open(place.root(), place.config().open_tenants(OPEN).readers(1)).unwrap()
}

fn name(n: usize) -> String {
    format!("tenant-{n}")
}

/// The descriptors of this process that lead below the root.
#[cfg(target_os = "linux")]
fn descriptors(place: &Place) -> usize {
    let root = place.root().canonicalize().unwrap();
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    open.filter(|fd| fd.as_ref().is_ok_and(|fd| std::fs::read_link(fd.path()).is_ok_and(|to| to.starts_with(&root))))
        .count()
}

#[cfg(not(target_os = "linux"))]
fn descriptors(_place: &Place) -> usize {
    0
}

fn bound() -> usize {
    // The root's own directories, and the tenant that is being opened while another is closed.
    4 + (OPEN + 1) * DESCRIPTORS_EACH
}

#[test]
fn descriptors_are_bounded_and_all_data_is_right() {
    let place = Place::new();
    let larder = few_open(&place);
    for round in 0..3 {
        for n in 0..TENANTS {
            let store = larder.tenant(&tenant_id(&name(n))).store();
            assert_eq!(store.increment("g", "n", n as i64).unwrap(), (n * (round + 1)) as i64);
            assert_eq!(store.count("g").unwrap(), 1);
            assert!(descriptors(&place) <= bound(), "{}", descriptors(&place));
        }
    }
    for n in (0..TENANTS).rev() {
        let tenant = larder.tenant(&tenant_id(&name(n)));
        assert_eq!(tenant.store().get("g", "n").unwrap().unwrap(), (3 * n).to_string().as_bytes());
        assert_sound(&tenant);
    }
    assert_eq!(larder.tenants().unwrap().len(), TENANTS);
}

#[test]
fn handles_alone_keep_nothing_open() {
    let place = Place::new();
    let larder = few_open(&place);
    let tenants: Vec<_> = (0..TENANTS).map(|n| larder.tenant(&tenant_id(&name(n)))).collect();
    let stores: Vec<_> = tenants.iter().map(|tenant| tenant.scope(scope("a"), Quota::default())).collect();
    for store in &stores {
        store.set("g", "k", b"v").unwrap();
    }
    assert!(descriptors(&place) <= bound(), "{}", descriptors(&place));
    assert!(stores.iter().all(|store| store.exists("g", "k").unwrap()));
}

#[test]
fn a_tenant_in_a_transaction_stays_open() {
    let place = Place::new();
    let larder = few_open(&place);
    let store = larder.tenant(&tenant_id("busy")).store();
    let transaction = store.begin().unwrap();
    transaction.store().set("g", "k", b"v").unwrap();
    for n in 0..TENANTS {
        larder.tenant(&tenant_id(&name(n))).store().set("g", "k", b"").unwrap();
    }
    assert_eq!(transaction.store().get("g", "k").unwrap().unwrap(), b"v");
    transaction.commit().unwrap();
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"v");
}

#[test]
fn after_a_crowd_the_number_comes_down_again() {
    let place = Place::new();
    let larder = few_open(&place);
    let stores: Vec<_> = (0..TENANTS).map(|n| larder.tenant(&tenant_id(&name(n))).store()).collect();
    let transactions: Vec<_> = stores.iter().map(|store| store.begin().unwrap()).collect();
    for transaction in &transactions {
        transaction.store().set("g", "k", b"v").unwrap();
        transaction.commit().unwrap();
    }
    drop(transactions);
    assert!(stores[0].exists("g", "k").unwrap());
    assert!(descriptors(&place) <= bound(), "{}", descriptors(&place));
    assert!(stores.iter().all(|store| store.exists("g", "k").unwrap()));
}

#[test]
fn a_tenant_that_many_open_at_once_is_opened_once() {
    let place = Place::new();
    for _ in 0..20 {
        let larder = few_open(&place);
        let barrier = Barrier::new(8);
        std::thread::scope(|threads| {
            for _ in 0..8 {
                threads.spawn(|| {
                    barrier.wait();
                    // Opened twice, the second one would find the first one in its way.
                    acme(&larder).store().increment("g", "n", 1).unwrap();
                });
            }
        });
    }
    assert_eq!(place.store().get("g", "n").unwrap().unwrap(), b"160");
}

#[test]
fn threads_that_use_more_tenants_than_are_open_lose_nothing() {
    let place = Place::new();
    let config = place.config().open_tenants(2).busy_timeout(Duration::from_secs(60));
    let larder = Larder::open(place.root(), config).unwrap();
    std::thread::scope(|threads| {
        for thread in 0..6_usize {
            let larder = &larder;
            threads.spawn(move || {
                for round in 0..60 {
                    let n = (thread * 7 + round * 5) % 9;
                    larder.tenant(&tenant_id(&name(n))).store().increment("g", "n", 1).unwrap();
                }
            });
        }
    });
    let counts = (0..9).map(|n| larder.tenant(&tenant_id(&name(n))).store().increment("g", "n", 0).unwrap());
    assert_eq!(counts.sum::<i64>(), 360);
}

#[test]
fn tenants_in_memory_keep_their_data_when_they_are_closed() {
    let larder = Larder::in_memory(Kit::in_memory().config().open_tenants(1));
    for n in 0..TENANTS {
        larder.tenant(&tenant_id(&name(n))).store().set("g", "k", name(n).as_bytes()).unwrap();
    }
    for n in 0..TENANTS {
        let store = larder.tenant(&tenant_id(&name(n))).store();
        assert_eq!(store.get("g", "k").unwrap().unwrap(), name(n).as_bytes());
    }
}
