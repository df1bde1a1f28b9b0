//! What was put aside.

use super::*;

fn parked(tenant: &Tenant) -> Vec<(i64, String)> {
    tenant.parked_deliveries(0).unwrap().into_iter().map(|parked| (parked.id, parked.error)).collect()
}

#[test]
fn what_is_no_row_of_larder_is_parked_with_its_reason() {
    let place = Place::new();
    let larder = open(&place);
    append(&acme(&larder).store(), &["broken", "gone", "empty", "tags", "good"]);
    place
        .sql()
        .execute_batch(
            "UPDATE journal_entries SET fields_json = '{' WHERE measurement = 'broken';
            DELETE FROM journal_entries WHERE measurement = 'gone';
            UPDATE journal_entries SET fields_json = '{\"a\":null}' WHERE measurement = 'empty';
            UPDATE journal_entries SET tags_json = '[]' WHERE measurement = 'tags'",
        )
        .unwrap();
    let receiver = Receiver::willing();
    let report = deliver(&larder, &receiver);
    assert_eq!((report.delivered, report.parked), (1, 4));
    assert_eq!(receiver.batches(), [["good"]]);
    let reasons: Vec<String> = parked(&acme(&larder)).into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(
        reasons,
        [
            "the fields are no JSON object",
            "the row is no longer in the journal",
            "no field has a value",
            "the tags are no JSON object of strings",
        ]
    );
    let gone = &acme(&larder).parked_deliveries(1).unwrap()[0];
    assert_eq!((gone.measurement.as_deref(), gone.committed_at_ms), (None, None));
}

#[test]
fn parked_rows_can_be_delivered_again_or_given_up() {
    let place = Place::new();
    let larder = open(&place);
    let tenant = acme(&larder);
    append(&tenant.store(), &["1", "2", "3", "4"]);
    deliver(&larder, &Receiver::new(|_, _| Err(Refusal::Refused { reason: "no".into() })));
    assert_eq!(parked(&tenant).len(), 4);
    // Nothing waits any more; the mark comes back with what does.
    assert!(!place.root().join("pending/delivery/acme").exists());
    assert_eq!(tenant.retry_parked(Some(&[3, 1, 99])).unwrap(), 2);
    assert!(place.root().join("pending/delivery/acme").exists());
    assert_eq!(tenant.drop_parked(Some(&[2, 1, 99])).unwrap(), 1);
    append(&tenant.store(), &["5"]);
    let receiver = Receiver::willing();
    deliver(&larder, &receiver);
    assert_eq!(receiver.taken(), ["1", "3", "5"]);
    assert_eq!(parked(&tenant), [(4, "no".to_owned())]);
    assert_eq!((tenant.retry_parked(None).unwrap(), tenant.drop_parked(None).unwrap()), (1, 0));
    deliver(&larder, &receiver);
    assert_eq!(receiver.taken(), ["1", "3", "5", "4"]);
    // They stay in the journal whatever becomes of their delivery.
    assert_eq!(tenant.store().journal().query(&Default::default()).unwrap().entries.len(), 5);
}

#[test]
fn a_retry_wakes_the_one_who_delivers() {
    let place = Place::new();
    let larder = open(&place);
    let tenant = acme(&larder);
    append(&tenant.store(), &["a"]);
    let receiver = Receiver::new(|call, _| match call {
        0 => Err(Refusal::Refused { reason: "no".into() }),
        _ => Ok(()),
    });
    larder.deliver_to(receiver.clone(), steady()).unwrap();
    wait_until("it is parked", || parked(&tenant).len() == 1);
    tenant.retry_parked(None).unwrap();
    receiver.wait_for(2);
    wait_until("it is delivered", || tenant.delivery_status().unwrap().is_empty());
}
