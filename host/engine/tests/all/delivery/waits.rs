//! A receiver that is away, slow, or breaks.

use std::sync::{
    Barrier,
    atomic::{AtomicBool, Ordering},
    mpsc,
};

use super::*;

/// Moves the clock and looks how often the receiver was called.
fn advance(place: &Place, receiver: &Receiver, ms: u64, calls: usize) {
    place.clock.advance(Duration::from_millis(ms));
    receiver.wait_for(calls);
}

#[test]
fn waits_grow_and_commits_do_not_shorten_them() {
    let place = Place::new();
    let larder = open(&place);
    let store = acme(&larder).store();
    append(&store, &["a"]);
    let receiver = Receiver::new(|call, _| if call < 5 { retry("away") } else { Ok(()) });
    larder.deliver_to(receiver.clone(), steady()).unwrap();
    receiver.wait_for(1);
    let mut now = START_MS;
    for (call, wait) in [(2, 1000), (3, 2000), (4, 4000), (5, 8000)] {
        // The time of the next try is set before the failure can be seen.
        let next = now + wait;
        wait_until("the next try has its time", || status(&acme(&larder)).next_try_ms == Some(next));
        place.clock.set(next - 1);
        append(&store, &["more"]);
        // Were it called for that, the next try after it would have another time.
        assert_eq!(receiver.calls().len(), call - 1);
        advance(&place, &receiver, 1, call);
        now = next;
    }
    wait_until("the next try has its time", || status(&acme(&larder)).next_try_ms == Some(now + 16_000));
    assert_eq!(status(&acme(&larder)).error.as_deref(), Some("away"));
    place.clock.set(now + 16_000);
    wait_until("all is delivered", || acme(&larder).delivery_status().unwrap().is_empty());
    assert_eq!(receiver.taken(), ["a", "more", "more", "more", "more"]);
    assert_eq!(receiver.calls().len(), 6);
}

#[test]
fn a_receiver_that_asks_for_time_gets_it() {
    let place = Place::new();
    let larder = open(&place);
    append(&acme(&larder).store(), &["a"]);
    let asked = Some(Duration::from_secs(300));
    let receiver = Receiver::new(move |call, _| match call {
        0 => Err(Refusal::Retry { after: asked, reason: "too much".into() }),
        _ => Ok(()),
    });
    larder.deliver_to(receiver.clone(), steady()).unwrap();
    receiver.wait_for(1);
    let next = START_MS + 300_000;
    wait_until("the next try has its time", || status(&acme(&larder)).next_try_ms == Some(next));
    place.clock.set(next - 1);
    append(&larder.tenant(&tenant_id("beta")).store(), &["b"]);
    assert_eq!(receiver.calls().len(), 1);
    advance(&place, &receiver, 1, 3);
    assert_eq!(receiver.taken().len(), 2);
}

#[test]
fn while_the_receiver_is_away_one_tenant_at_a_time_tries() {
    let place = Place::new();
    let larder = open(&place);
    let names: Vec<String> = (0..20).map(|n| format!("t{n:02}")).collect();
    for name in &names {
        append(&larder.tenant(&tenant_id(name)).store(), &["m"]);
    }
    let is_away = Arc::new(AtomicBool::new(true));
    let away = is_away.clone();
    let receiver = Receiver::new(move |_, _| if away.load(Ordering::SeqCst) { retry("away") } else { Ok(()) });
    larder.deliver_to(receiver.clone(), steady()).unwrap();
    receiver.wait_for(1);
    let settled = |call: usize| {
        let last = larder.tenant(&tenant_id(&receiver.calls()[call - 1].tenant));
        wait_until("the failure is known", || status(&last).next_try_ms.is_some());
    };
    for (call, wait_ms) in [(2, 1000), (3, 2000), (4, 4000), (5, 8000)] {
        settled(call - 1);
        advance(&place, &receiver, wait_ms, call);
    }
    settled(5);
    let tried: Vec<String> = receiver.calls().into_iter().map(|call| call.tenant).collect();
    assert_eq!(tried, names[..5], "each call is another tenant's");
    is_away.store(false, Ordering::SeqCst);
    advance(&place, &receiver, 16_000, 25);
    let mut taken: Vec<String> =
        receiver.calls().into_iter().filter(|call| call.taken).map(|call| call.tenant).collect();
    taken.sort();
    assert_eq!(taken, names);
}

#[test]
fn no_commit_waits_for_the_receiver() {
    let place = Place::new();
    let larder = open(&place);
    let store = acme(&larder).store();
    let (entered, left) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (enters, leaves) = (entered.clone(), left.clone());
    let receiver = Receiver::new(move |call, _| {
        if call == 0 {
            enters.wait();
            leaves.wait();
        }
        Ok(())
    });
    larder.deliver_to(receiver.clone(), steady()).unwrap();
    append(&store, &["first"]);
    entered.wait();
    for n in 0..50 {
        append(&store, &[&n.to_string()]);
        store.set("g", "k", b"v").unwrap();
    }
    assert_eq!(status(&acme(&larder)).waiting, 51);
    left.wait();
    wait_until("all is delivered", || acme(&larder).delivery_status().unwrap().is_empty());
    assert_eq!(receiver.taken().len(), 51);
}

#[test]
fn a_receiver_that_panics_is_tried_again() {
    let place = Place::new();
    let larder = open(&place);
    append(&acme(&larder).store(), &["a"]);
    let (tell, told) = mpsc::channel();
    let receiver = Receiver::new(move |_, _| {
        if tell.send(()).is_ok() {
            panic!("the receiver's own fault");
        }
        Ok(())
    });
    larder.deliver_to(receiver.clone(), steady()).unwrap();
    told.recv().unwrap();
    drop(told);
    wait_until("the failure is known", || status(&acme(&larder)).next_try_ms.is_some());
    assert_eq!(status(&acme(&larder)).error.as_deref(), Some("the receiver panicked"));
    advance(&place, &receiver, 1000, 1);
    assert_eq!(receiver.taken(), ["a"]);
}
