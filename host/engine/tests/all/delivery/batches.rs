//! How rows come together, and come apart when something is refused.

use super::*;

fn named(count: usize) -> Vec<String> {
    (0..count).map(|n| n.to_string()).collect()
}

fn with_rows(place: &Place, count: usize) -> Larder {
    let larder = open(place);
    let names = named(count);
    append(&acme(&larder).store(), &names.iter().map(String::as_str).collect::<Vec<_>>());
    larder
}

fn has(batch: &DeliveryBatch<'_>, measurement: &str) -> bool {
    batch.rows.iter().any(|row| row.measurement == measurement)
}

#[test]
fn batches_are_bounded_in_rows_and_in_bytes() {
    let place = Place::new();
    let larder = with_rows(&place, 7);
    let receiver = Receiver::willing();
    let config = steady().batch_rows(3);
    larder.deliver_now(receiver.clone(), config, None, Duration::from_millis(1)).unwrap();
    assert_eq!(receiver.batches().iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1]);
    assert_eq!(receiver.taken(), named(7));

    // 1 + 7 + 2 bytes each; one that is larger comes by itself.
    append(&acme(&larder).store(), &["a", "b", "c", &"x".repeat(50), "d"]);
    let receiver = Receiver::willing();
    let config = steady().batch_bytes(20);
    larder.deliver_now(receiver.clone(), config, None, Duration::from_millis(1)).unwrap();
    let long = "x".repeat(50);
    assert_eq!(receiver.batches(), [vec!["a", "b"], vec!["c"], vec![&long], vec!["d"]]);
}

#[test]
fn one_bad_row_is_found_and_the_others_are_delivered_in_order() {
    let place = Place::new();
    let larder = with_rows(&place, 100);
    let receiver = Receiver::new(|_, batch| match has(batch, "37") {
        true => Err(Refusal::Invalid { reason: "37 is not acceptable".into() }),
        false => Ok(()),
    });
    let report = deliver(&larder, &receiver);
    assert_eq!((report.delivered, report.parked), (99, 1));
    assert_eq!(receiver.taken(), named(100).into_iter().filter(|name| name != "37").collect::<Vec<_>>());
    assert!(receiver.calls().len() <= 16, "{} calls", receiver.calls().len());
    let [parked] = acme(&larder).parked_deliveries(0).unwrap().try_into().unwrap();
    assert_eq!((parked.measurement.as_deref(), parked.error.as_str()), (Some("37"), "37 is not acceptable"));
    assert_eq!((parked.bucket.as_str(), parked.parked_at_ms), ("store", START_MS));
}

#[test]
fn a_batch_that_is_too_large_comes_in_halves() {
    let place = Place::new();
    let larder = with_rows(&place, 10);
    let receiver = Receiver::new(|_, batch| match batch.rows.len() > 3 || has(batch, "4") {
        true => Err(Refusal::TooLarge { reason: "too large".into() }),
        false => Ok(()),
    });
    let report = deliver(&larder, &receiver);
    assert_eq!((report.delivered, report.parked), (9, 1));
    assert_eq!(receiver.taken(), ["0", "1", "2", "3", "5", "6", "7", "8", "9"]);
}

#[test]
fn rows_that_the_receiver_names_are_parked_without_more_ado() {
    let place = Place::new();
    let larder = with_rows(&place, 6);
    let receiver = Receiver::new(|call, _| match call {
        0 => Err(Refusal::Unfit(vec![(1, "one".into()), (4, "four".into()), (99, "nobody".into())])),
        _ => Ok(()),
    });
    let report = deliver(&larder, &receiver);
    assert_eq!((report.delivered, report.parked), (4, 2));
    assert_eq!(receiver.batches()[1..], [["0", "2", "3", "5"]]);
    let parked = acme(&larder).parked_deliveries(0).unwrap();
    assert_eq!(parked.iter().map(|parked| parked.error.as_str()).collect::<Vec<_>>(), ["one", "four"]);
}

#[test]
fn what_is_refused_as_a_whole_is_parked_as_a_whole() {
    let place = Place::new();
    let larder = with_rows(&place, 5);
    let receiver = Receiver::new(|_, _| Err(Refusal::Refused { reason: "é".repeat(2000) }));
    let report = deliver(&larder, &receiver);
    assert_eq!((report.delivered, report.parked, receiver.calls().len()), (0, 5, 1));
    let status = status(&acme(&larder));
    assert_eq!((status.waiting, status.parked, status.oldest_waiting_ms), (0, 5, None));
    // What is kept of a reason has an end.
    assert_eq!(acme(&larder).parked_deliveries(0).unwrap()[0].error, "é".repeat(512));
}

#[test]
fn what_was_taken_before_the_receiver_went_away_is_not_sent_again() {
    let place = Place::new();
    let larder = with_rows(&place, 8);
    let receiver = Receiver::new(|call, batch| match call {
        0 => Err(Refusal::TooLarge { reason: "too large".into() }),
        2 => retry("away"),
        _ if batch.rows.len() > 4 => Err(Refusal::TooLarge { reason: "too large".into() }),
        _ => Ok(()),
    });
    larder.deliver_to(receiver.clone(), steady()).unwrap();
    receiver.wait_for(3);
    let tenant = acme(&larder);
    wait_until("the failure is written down", || status(&tenant).error.is_some());
    let waiting = status(&tenant);
    assert_eq!((waiting.waiting, waiting.error.as_deref()), (4, Some("away")));
    assert_eq!(waiting.next_try_ms, Some(START_MS + 1000));
    place.clock.advance(Duration::from_secs(1));
    wait_until("all is delivered", || tenant.delivery_status().unwrap().is_empty());
    assert_eq!(receiver.taken(), named(8));
}
