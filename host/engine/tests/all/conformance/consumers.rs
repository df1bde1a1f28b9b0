use larder_engine::{Consumer, Error, FeedConfig, FeedItem, Quota, Watch};

use crate::support::*;

fn keys(consumer: &mut Consumer, most: usize) -> Vec<String> {
    let batch = consumer.next(most).unwrap();
    batch.items().iter().map(key).collect()
}

fn key(item: &FeedItem) -> String {
    match item {
        FeedItem::Event(event) => event.key.clone(),
        FeedItem::Gap { from, to } => format!("gap {from}-{to}"),
    }
}

fn what_was_not_acknowledged_comes_again(kit: &Kit) {
    let store = kit.store();
    let entries = ["a", "b", "c"].map(|key| (key.to_owned(), vec![]));
    store.set_many("g", &entries).unwrap();
    store.set("g", "d", b"").unwrap();
    let open = || store.consumer("c", &Watch::All).unwrap();
    let mut consumer = open();
    assert_eq!(keys(&mut consumer, 2), ["a", "b"]);
    assert_eq!(keys(&mut open(), 100), ["a", "b", "c", "d"]);
    let batch = consumer.next(2).unwrap();
    consumer.acknowledge(&batch).unwrap();
    assert_eq!(keys(&mut open(), 100), ["c", "d"], "also in the middle of a transaction");
    assert_eq!(keys(&mut store.consumer("other", &Watch::All).unwrap(), 1), ["a"]);
}

fn what_is_parked_is_passed_and_kept(kit: &Kit) {
    let tenant = kit.tenant();
    let store = tenant.scope(scope("s"), Quota::default());
    let mut consumer = store.consumer("c", &Watch::All).unwrap();
    for key in ["a", "bad", "c"] {
        store.set("g", key, key.as_bytes()).unwrap();
    }
    let batch = consumer.next(100).unwrap();
    let [a, bad, c] = &batch.split()[..] else { panic!("{batch:?}") };
    consumer.acknowledge(a).unwrap();
    consumer.park(bad, 7, &"é".repeat(1_000)).unwrap();
    consumer.acknowledge(c).unwrap();
    assert!(store.consumer("c", &Watch::All).unwrap().next(100).unwrap().is_empty());
    let status = tenant.consumers().unwrap();
    assert_eq!((status[0].name.as_str(), status[0].parked), ("c", 1));
    let parked = tenant.parked_events(Some("c"), 0, 100).unwrap();
    let [parked] = &parked[..] else { panic!("{parked:?}") };
    assert_eq!((parked.event.key.as_str(), parked.event.group.as_str(), parked.attempts), ("bad", "s:g", 7));
    assert_eq!(parked.event.value.as_deref(), Some(&b"bad"[..]));
    assert_eq!(parked.error, "é".repeat(512));
    assert_eq!(tenant.parked_events(Some("other"), 0, 100).unwrap(), []);
    assert!(tenant.unpark(parked.id).unwrap());
    assert!(!tenant.unpark(parked.id).unwrap());
    assert_eq!(tenant.parked_events(None, 0, 100).unwrap(), []);
}

fn a_consumer_that_was_forgotten_begins_anew(kit: &Kit) {
    let tenant = kit.tenant();
    let store = tenant.store();
    store.set("g", "a", b"").unwrap();
    let mut consumer = store.consumer("c", &Watch::All).unwrap();
    let batch = consumer.next(1).unwrap();
    consumer.park(&batch, 1, "no").unwrap();
    assert!(tenant.forget_consumer("c").unwrap());
    assert!(!tenant.forget_consumer("c").unwrap());
    assert_eq!(tenant.parked_events(None, 0, 100).unwrap(), []);
    assert_eq!(keys(&mut store.consumer("c", &Watch::All).unwrap(), 100), ["a"]);
}

fn a_consumer_that_was_away_for_too_long_is_told_of_the_gap(kit: &Kit) {
    let larder = kit.larder_with(|config| config.feed(Some(FeedConfig { events: 1, ..FeedConfig::default() })));
    let store = acme(&larder).store();
    let first = store.set("g", "a", b"").unwrap();
    let mut consumer = store.consumer("c", &Watch::All).unwrap();
    let batch = consumer.next(1).unwrap();
    consumer.acknowledge(&batch).unwrap();
    let missed = store.set("g", "b", b"").unwrap();
    store.set("g", "c", b"").unwrap();
    trimmed(&larder, 1);
    assert_eq!(keys(&mut consumer, 100), [format!("gap {}-{missed}", first + 1), "c".into()]);
}

fn a_name_is_bounded(kit: &Kit) {
    let store = kit.store();
    for name in [String::new(), "x".repeat(257)] {
        assert!(matches!(store.consumer(&name, &Watch::All), Err(Error::InvalidArgument { .. })));
    }
}

conformance! {
    what_was_not_acknowledged_comes_again,
    what_is_parked_is_passed_and_kept,
    a_consumer_that_was_forgotten_begins_anew,
    a_consumer_that_was_away_for_too_long_is_told_of_the_gap,
    a_name_is_bounded,
}
