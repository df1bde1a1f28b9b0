//! Beginning and ending, and other tenants and processes.

use std::{
    fs,
    sync::{Barrier, mpsc},
    time::Instant,
};

use larder_engine::Error;

use super::*;

fn mark(place: &Place, tenant: &str) -> bool {
    place.root().join("pending/delivery").join(tenant).exists()
}

/// Whether nobody has the tenant open.
fn is_free(place: &Place, tenant: &str) -> bool {
    place.open().tenant(&tenant_id(tenant)).store().exists("g", "k").is_ok()
}

#[test]
fn a_host_that_starts_delivers_what_was_left_and_opens_no_other_tenant() {
    let place = Place::new();
    let first = open(&place);
    append(&acme(&first).store(), &["a", "b"]);
    first.tenant(&tenant_id("other")).store().set("g", "k", b"v").unwrap();
    first.close();
    drop(first);
    let lock = fs::read(place.root().join("tenants/other/owner.lock")).unwrap();
    let modified = || fs::metadata(place.root().join("tenants/other/owner.lock")).unwrap().modified().unwrap();
    let before = modified();
    let larder = open(&place);
    let receiver = Receiver::willing();
    larder.deliver_to(receiver.clone(), steady()).unwrap();
    receiver.wait_for(1);
    assert_eq!(receiver.taken(), ["a", "b"]);
    // Whoever opens a tenant signs its lock.
    assert_eq!((fs::read(place.root().join("tenants/other/owner.lock")).unwrap(), modified()), (lock, before));
    wait_until("the tenant is let go", || is_free(&place, "acme"));
    assert!(!mark(&place, "acme"));
}

#[test]
fn a_tenant_that_the_host_uses_stays_open_and_marked_for_a_while() {
    let place = Place::new();
    let larder = open(&place);
    let receiver = Receiver::willing();
    larder.deliver_to(receiver.clone(), steady()).unwrap();
    append(&acme(&larder).store(), &["a"]);
    wait_until("it is delivered", || acme(&larder).delivery_status().unwrap().is_empty());
    assert!(mark(&place, "acme") && !is_free(&place, "acme"));
    place.clock.advance(Duration::from_secs(200));
    append(&acme(&larder).store(), &["b"]);
    receiver.wait_for(2);
    wait_until("it is delivered", || acme(&larder).delivery_status().unwrap().is_empty());
    // Five minutes after the last row, not after the first.
    place.clock.advance(Duration::from_secs(299));
    assert!(mark(&place, "acme"));
    place.clock.advance(Duration::from_secs(1));
    wait_until("the mark is gone", || !mark(&place, "acme"));
    append(&acme(&larder).store(), &["c"]);
    receiver.wait_for(3);
    assert!(mark(&place, "acme"));
}

#[test]
fn a_mark_is_there_before_the_row_is() {
    let place = Place::new();
    let larder = open(&place);
    let store = acme(&larder).store();
    store.set("g", "k", b"v").unwrap();
    assert!(!mark(&place, "acme"));
    let transaction = store.begin().unwrap();
    transaction.store().journal().append("m", "{\"n\":1}", &Default::default()).unwrap();
    assert!(!mark(&place, "acme"));
    // Nothing that is to be delivered may be committed unless it can be found again.
    fs::write(place.root().join("pending"), "in the way").unwrap();
    assert_refused!(transaction.commit(), Error::Refused { .. });
    fs::remove_file(place.root().join("pending")).unwrap();
    assert_eq!(store.journal().query(&Default::default()).unwrap().entries, []);
    append(&store, &["m"]);
    assert!(mark(&place, "acme"));
}

#[test]
fn a_mark_without_a_tenant_makes_none() {
    let place = Place::new();
    let larder = open(&place);
    append(&acme(&larder).store(), &["a"]);
    larder.close();
    drop(larder);
    fs::remove_dir_all(place.tenant_dir()).unwrap();
    let larder = open(&place);
    let report = deliver(&larder, &Receiver::willing());
    assert_eq!((report.delivered, report.failed.len(), report.left), (0, 0, vec![]));
    assert!(!mark(&place, "acme") && !place.tenant_dir().exists());
}

#[test]
fn a_tenant_of_another_process_is_left_to_it() {
    let place = Place::new();
    let owner = open(&place);
    append(&acme(&owner).store(), &["a"]);
    let larder = open(&place);
    append(&larder.tenant(&tenant_id("beta")).store(), &["b"]);
    let receiver = Receiver::willing();
    let report = deliver(&larder, &receiver);
    assert_eq!(receiver.taken(), ["b"]);
    assert!(matches!(&report.failed[..], [(tenant, Error::InUse { .. })] if tenant.as_str() == "acme"));
    // It can be looked at all the same.
    let seen = status(&acme(&larder));
    assert_eq!((seen.bucket.as_str(), seen.waiting, seen.oldest_waiting_ms), ("store", 1, Some(START_MS)));
    // In the background it has its turn when the other one has gone.
    larder.deliver_to(receiver.clone(), steady()).unwrap();
    append(&larder.tenant(&tenant_id("beta")).store(), &["c"]);
    receiver.wait_for(2);
    owner.close();
    drop(owner);
    wait_until("it is delivered", || {
        place.clock.advance(Duration::from_secs(1));
        receiver.taken() == ["b", "c", "a"]
    });
}

#[test]
fn closing_waits_for_an_answer_that_is_under_way_and_writes_it_down() {
    let place = Place::new();
    let larder = open(&place);
    append(&acme(&larder).store(), &["a"]);
    let entered = Arc::new(Barrier::new(2));
    let enters = entered.clone();
    let (closes, closing) = mpsc::channel::<()>();
    let closing = Mutex::new(closing);
    let receiver = Receiver::new(move |_, _| {
        enters.wait();
        closing.lock().unwrap().recv().unwrap();
        Ok(())
    });
    larder.deliver_to(receiver, steady().close_wait(Duration::from_secs(60))).unwrap();
    entered.wait();
    std::thread::scope(|threads| {
        threads.spawn(|| larder.close());
        closes.send(()).unwrap();
    });
    drop(larder);
    let larder = open(&place);
    assert_eq!(acme(&larder).delivery_status().unwrap(), []);
}

#[test]
fn closing_does_not_wait_for_a_receiver_that_does_not_answer_and_nothing_is_lost() {
    let place = Place::new();
    let larder = open(&place);
    append(&acme(&larder).store(), &["a"]);
    let (answers, answer) = mpsc::channel::<()>();
    let answer = Mutex::new(answer);
    let entered = Arc::new(Barrier::new(2));
    let enters = entered.clone();
    let receiver = Receiver::new(move |_, _| {
        enters.wait();
        let _ = answer.lock().unwrap().recv();
        Ok(())
    });
    larder.deliver_to(receiver, steady().close_wait(Duration::from_millis(1))).unwrap();
    entered.wait();
    let begun = Instant::now();
    larder.close();
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    drop(larder);
    let larder = open(&place);
    let second = Receiver::willing();
    deliver(&larder, &second);
    assert_eq!(second.taken(), ["a"]);
    drop(answers);
}

#[test]
fn a_root_delivers_once_at_a_time_and_not_in_memory() {
    let place = Place::new();
    let larder = open(&place);
    larder.deliver_to(Receiver::willing(), steady()).unwrap();
    assert_refused!(larder.deliver_to(Receiver::willing(), steady()), Error::Unsupported(_));
    let now = larder.deliver_now(Receiver::willing(), steady(), None, Duration::ZERO);
    assert_refused!(now, Error::Unsupported(_));
    larder.close();
    assert_refused!(larder.deliver_to(Receiver::willing(), steady()), Error::Closed);
    let memory = Larder::in_memory(with_delivery(place.config()));
    assert_refused!(memory.deliver_to(Receiver::willing(), steady()), Error::Unsupported(_));
    assert_refused!(acme(&memory).delivery_status(), Error::Unsupported(_));
}

#[test]
fn delivering_now_ends_when_its_time_is_over() {
    let place = Place::new();
    let larder = open(&place);
    append(&acme(&larder).store(), &["a"]);
    append(&larder.tenant(&tenant_id("beta")).store(), &["b"]);
    let clock = place.clock.clone();
    // Each try takes five seconds.
    let receiver = Receiver::new(move |_, _| {
        clock.advance(Duration::from_secs(5));
        retry("away")
    });
    let within = Duration::from_secs(3);
    let report = larder.deliver_now(receiver.clone(), steady(), Some(&tenant_id("acme")), within).unwrap();
    assert_eq!((report.delivered, report.left), (0, vec![tenant_id("acme")]));
    assert_eq!(receiver.calls().len(), 1);
    assert_eq!(status(&acme(&larder)).error.as_deref(), Some("away"));
}

#[test]
fn a_tenant_without_a_database_has_nothing_to_deliver() {
    let place = Place::new();
    let larder = open(&place);
    fs::create_dir_all(place.tenant_dir()).unwrap();
    assert_eq!(
        (acme(&larder).delivery_status().unwrap(), acme(&larder).parked_deliveries(0).unwrap()),
        (vec![], vec![])
    );
    assert!(!place.database().exists());
    assert_refused!(larder.tenant(&tenant_id("none")).delivery_status(), Error::TenantNotFound { .. });
}
