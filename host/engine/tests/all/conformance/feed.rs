use std::time::Duration;

use larder_engine::{Error, Event, EventKind, FeedConfig, FeedItem, Quota, Store, Watch, Watcher};

use crate::support::*;

/// Kind, group, key and value of each event; a gap fails.
fn told(watcher: &mut Watcher) -> Vec<(EventKind, String, String, Option<Vec<u8>>)> {
    let items = watcher.try_next(1_000).unwrap();
    items.into_iter().map(event).map(|e| (e.kind, e.group, e.key, e.value)).collect()
}

fn event(item: FeedItem) -> Event {
    match item {
        FeedItem::Event(event) => event,
        FeedItem::Gap { from, to } => panic!("a gap from {from} to {to}"),
    }
}

fn of(kind: EventKind, group: &str, key: &str, value: Option<&str>) -> (EventKind, String, String, Option<Vec<u8>>) {
    (kind, group.into(), key.into(), value.map(|value| value.as_bytes().to_vec()))
}

fn watch(store: &Store) -> Watcher {
    store.watch(&Watch::All, None).unwrap()
}

fn every_kind_of_change_is_told(kit: &Kit) {
    let store = kit.store();
    let mut watcher = watch(&store);
    store.set("g", "a", b"1").unwrap();
    store.set_with_ttl("g", "b", b"2", 50).unwrap();
    store.touch("g", "b", Some(10)).unwrap();
    store.increment("g", "n", 7).unwrap();
    store.delete("g", "a").unwrap();
    store.delete("g", "none").unwrap();
    kit.advance(10);
    store.purge_expired().unwrap();
    store.delete_group("g").unwrap();
    store.delete_group("g").unwrap();
    use EventKind::*;
    let expected = [
        of(Set, "g", "a", Some("1")),
        of(Set, "g", "b", Some("2")),
        of(Touch, "g", "b", None),
        of(Set, "g", "n", Some("7")),
        of(Delete, "g", "a", None),
        of(Expire, "g", "b", None),
        of(DeleteGroup, "g", "", None),
    ];
    assert_eq!(told(&mut watcher), expected);
    assert_eq!(told(&mut watcher), []);
}

fn an_expiry_is_told_by_whatever_clears_the_entry(kit: &Kit) {
    let store = kit.store();
    let mut watcher = watch(&store);
    for key in ["read", "replaced", "deleted", "purged"] {
        store.set_with_ttl("g", key, b"", 0).unwrap();
    }
    told(&mut watcher);
    assert_eq!(store.get("g", "read").unwrap(), None);
    store.set("g", "replaced", b"new").unwrap();
    store.delete("g", "deleted").unwrap();
    store.purge_expired().unwrap();
    use EventKind::*;
    let expected = [
        of(Expire, "g", "read", None),
        of(Expire, "g", "replaced", None),
        of(Set, "g", "replaced", Some("new")),
        of(Expire, "g", "deleted", None),
        of(Expire, "g", "purged", None),
    ];
    assert_eq!(told(&mut watcher), expected);
}

fn the_events_of_a_transaction_come_together_after_its_commit(kit: &Kit) {
    let store = kit.store();
    let mut watcher = watch(&store);
    let transaction = store.begin().unwrap();
    let inside = transaction.store();
    inside.set("g", "a", b"").unwrap();
    inside.set_many("g", &[("b".into(), vec![]), ("c".into(), vec![])]).unwrap();
    inside.set_many("g", &[("d".into(), vec![]), ("x".repeat(5_000), vec![])]).unwrap_err();
    inside.set("g", "e", b"").unwrap();
    assert_eq!(told(&mut watcher), []);
    let version = transaction.commit().unwrap();
    let events: Vec<Event> = watcher.try_next(100).unwrap().into_iter().map(event).collect();
    let seen: Vec<_> = events.iter().map(|e| (e.key.as_str(), e.version, e.index, e.is_last)).collect();
    let expected =
        [("a", version, 0, false), ("b", version, 1, false), ("c", version, 2, false), ("e", version, 3, true)];
    assert_eq!(seen, expected);
    let undone = store.begin().unwrap();
    undone.store().set("g", "f", b"").unwrap();
    undone.rollback().unwrap();
    assert_eq!(told(&mut watcher), []);
}

fn a_scope_is_told_of_itself_alone_by_its_own_names(kit: &Kit) {
    let tenant = kit.tenant();
    let (a, upper) = (tenant.scope(scope("a"), Quota::default()), tenant.scope(scope("A"), Quota::default()));
    let (mut in_a, mut group, mut prefix, mut whole) = (
        watch(&a),
        a.watch(&Watch::Group("x".into()), None).unwrap(),
        a.watch(&Watch::Prefix("x".into()), None).unwrap(),
        watch(&tenant.store()),
    );
    for (store, name) in
        [(&a, "x"), (&a, "xy"), (&a, "y"), (&upper, "x"), (&tenant.store(), "*"), (&tenant.store(), "x")]
    {
        store.set(name, "k", b"").unwrap();
    }
    let groups = |watcher: &mut Watcher| told(watcher).into_iter().map(|(_, group, ..)| group).collect::<Vec<_>>();
    assert_eq!(groups(&mut in_a), ["x", "xy", "y"]);
    assert_eq!(groups(&mut group), ["x"]);
    assert_eq!(groups(&mut prefix), ["x", "xy"]);
    assert_eq!(groups(&mut whole), ["a:x", "a:xy", "a:y", "A:x", "*", "x"]);
}

fn a_watcher_goes_on_from_any_commit(kit: &Kit) {
    let store = kit.store();
    let first = store.set("g", "a", b"").unwrap();
    let second = store.set("g", "b", b"").unwrap();
    let mut watcher = store.watch(&Watch::All, Some(0)).unwrap();
    assert_eq!(told(&mut watcher).len(), 2);
    assert_eq!(watcher.position(), second);
    let mut later = store.watch(&Watch::All, Some(first)).unwrap();
    assert_eq!(told(&mut later), [of(EventKind::Set, "g", "b", Some(""))]);
    for far in [second + 1_000_000, u64::MAX] {
        assert_eq!(told(&mut store.watch(&Watch::All, Some(far)).unwrap()), []);
    }
}

fn a_few_at_a_time_lose_none(kit: &Kit) {
    let store = kit.store();
    let mut watcher = watch(&store);
    let keys: Vec<String> = (0..10).map(|n| n.to_string()).collect();
    let entries: Vec<_> = keys.iter().map(|key| (key.clone(), vec![])).collect();
    store.set_many("g", &entries).unwrap();
    store.set("h", "10", b"").unwrap();
    let mut seen = Vec::new();
    loop {
        let items = watcher.try_next(3).unwrap();
        assert!(items.len() <= 3);
        if items.is_empty() {
            break;
        }
        seen.extend(items.into_iter().map(event).map(|event| (event.key, event.is_last)));
    }
    let last: Vec<_> = seen.iter().filter(|(_, is_last)| *is_last).map(|(key, _)| key.as_str()).collect();
    assert_eq!((seen.len(), last), (11, vec!["9", "10"]));
}

fn what_the_feed_no_longer_holds_is_one_gap(kit: &Kit) {
    let larder = kit.larder_with(|config| config.feed(Some(FeedConfig { events: 3, ..FeedConfig::default() })));
    let store = acme(&larder).store();
    let mut behind = watch(&store);
    let versions: Vec<u64> = (0..10).map(|n| store.set("g", &n.to_string(), b"").unwrap()).collect();
    let status = trimmed(&larder, 3);
    assert_eq!((status.events, status.floor, status.last), (3, versions[6], Some(versions[9])));
    let items = behind.try_next(100).unwrap();
    assert_eq!(items[0], FeedItem::Gap { from: 1, to: versions[6] });
    let keys: Vec<String> = items.into_iter().skip(1).map(event).map(|event| event.key).collect();
    assert_eq!(keys, ["7", "8", "9"]);
}

fn the_feed_is_bounded_in_bytes_and_age(kit: &Kit) {
    let feed = FeedConfig { bytes: 10_000, age_ms: 1_000, value_bytes: 2_000, ..FeedConfig::default() };
    let larder = kit.larder_with(|config| config.feed(Some(feed)));
    let store = acme(&larder).store();
    let mut watcher = watch(&store);
    for n in 0..100 {
        store.set("g", &n.to_string(), &[0; 1_000]).unwrap();
    }
    store.set("g", "large", &[0; 2_001]).unwrap();
    trimmed_to(&larder, |status| status.bytes <= 10_000);
    let status = acme(&larder).feed_status().unwrap();
    assert!((8_000..=10_000).contains(&status.bytes), "{status:?}");
    let items = watcher.try_next(100).unwrap();
    let Some(FeedItem::Event(large)) = items.last() else { panic!("{items:?}") };
    assert_eq!((large.key.as_str(), &large.value), ("large", &None));
    kit.advance(1_001);
    trimmed(&larder, 0);
}

fn without_a_feed_nobody_watches(kit: &Kit) {
    let store = kit.store_with(|config| config.feed(None));
    store.set("g", "k", b"").unwrap();
    assert!(matches!(store.watch(&Watch::All, None), Err(Error::Unsupported(_))));
    assert!(matches!(store.consumer("c", &Watch::All), Err(Error::Unsupported(_))));
}

fn a_waiting_watcher_is_woken_by_a_commit_and_by_the_end(kit: &Kit) {
    let larder = kit.larder();
    let store = acme(&larder).store();
    let mut watcher = watch(&store);
    let (say, said) = std::sync::mpsc::channel();
    let waiting = std::thread::spawn(move || {
        say.send(watcher.next(10, Duration::from_secs(60)).map(|items| items.len())).unwrap();
        say.send(watcher.next(10, Duration::from_secs(60)).map(|items| items.len())).unwrap();
    });
    store.set("g", "k", b"").unwrap();
    assert_eq!(said.recv().unwrap().unwrap(), 1);
    larder.close();
    assert!(matches!(said.recv().unwrap(), Err(Error::Closed)));
    waiting.join().unwrap();
}

conformance! {
    every_kind_of_change_is_told,
    an_expiry_is_told_by_whatever_clears_the_entry,
    the_events_of_a_transaction_come_together_after_its_commit,
    a_scope_is_told_of_itself_alone_by_its_own_names,
    a_watcher_goes_on_from_any_commit,
    a_few_at_a_time_lose_none,
    what_the_feed_no_longer_holds_is_one_gap,
    the_feed_is_bounded_in_bytes_and_age,
    without_a_feed_nobody_watches,
    a_waiting_watcher_is_woken_by_a_commit_and_by_the_end,
}
