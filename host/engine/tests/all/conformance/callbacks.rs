use std::sync::{Arc, Mutex, OnceLock};

use larder_engine::{EventKind, FeedItem, Store, Subscription, Watch};

use crate::support::*;

type Log = Arc<Mutex<Vec<String>>>;

fn key(item: &FeedItem) -> String {
    match item {
        FeedItem::Event(event) if event.kind == EventKind::Set => event.key.clone(),
        FeedItem::Event(event) => event.kind.as_str().into(),
        FeedItem::Gap { .. } => "gap".into(),
    }
}

fn logging(store: &Store, watch: &Watch) -> (Log, Subscription) {
    let log = Log::default();
    let to = log.clone();
    let subscription = store.on_change(watch, move |item| to.lock().unwrap().push(key(item))).unwrap();
    (log, subscription)
}

fn a_callback_has_run_when_the_write_returns(kit: &Kit) {
    let store = kit.store();
    let (log, _subscription) = logging(&store, &Watch::All);
    store.set("g", "a", b"").unwrap();
    assert_eq!(*log.lock().unwrap(), ["a"]);
    store.transaction(|inside| inside.set("g", "b", b"").and_then(|_| inside.set("g", "c", b""))).unwrap();
    assert_eq!(*log.lock().unwrap(), ["a", "b", "c"]);
}

fn a_callback_that_was_removed_is_not_called_again(kit: &Kit) {
    let store = kit.store();
    let (kept, _subscription) = logging(&store, &Watch::Group("g".into()));
    let (log, subscription) = logging(&store, &Watch::All);
    store.set("g", "a", b"").unwrap();
    subscription.remove();
    subscription.remove();
    store.set("g", "b", b"").unwrap();
    store.set("h", "c", b"").unwrap();
    assert_eq!((log.lock().unwrap().len(), kept.lock().unwrap().len()), (1, 2));
}

fn a_callback_may_write_register_and_remove(kit: &Kit) {
    let store = kit.store();
    let (log, inner) = (Log::default(), Arc::new(Mutex::new(None)));
    let own: Arc<OnceLock<Subscription>> = Arc::default();
    let (writer, to, slot, itself) = (store.clone(), log.clone(), inner.clone(), own.clone());
    let subscription = store.on_change(&Watch::All, move |item| {
        to.lock().unwrap().push(key(item));
        match key(item).as_str() {
            "first" => {
                writer.set("g", "second", b"").unwrap();
                assert_eq!(*to.lock().unwrap(), ["first"], "what it writes is told when it has returned");
                assert!(writer.get("g", "second").unwrap().is_some());
                *slot.lock().unwrap() = Some(logging(&writer, &Watch::All));
            }
            "third" => itself.get().unwrap().remove(),
            _ => {}
        }
    });
    assert!(own.set(subscription.unwrap()).is_ok());
    for key in ["first", "third", "fourth"] {
        store.set("g", key, b"").unwrap();
    }
    assert_eq!(*log.lock().unwrap(), ["first", "second", "third"]);
    let registered = inner.lock().unwrap().take().unwrap();
    assert_eq!(*registered.0.lock().unwrap(), ["third", "fourth"]);
}

/// Defect 13 of the reference: the panic reached whoever wrote.
fn the_panic_of_a_callback_is_not_the_writers(kit: &Kit) {
    let store = kit.store();
    let _panics = store.on_change(&Watch::All, |_| panic!("on purpose")).unwrap();
    let (log, _subscription) = logging(&store, &Watch::All);
    store.set("g", "a", b"").unwrap();
    store.set("g", "b", b"").unwrap();
    assert_eq!(*log.lock().unwrap(), ["a", "b"]);
}

fn callbacks_are_called_in_the_order_of_commits(kit: &Kit) {
    let store = kit.store();
    let log = Arc::new(Mutex::new(Vec::new()));
    let to = log.clone();
    let subscription = store.on_change(&Watch::All, move |item| to.lock().unwrap().push(item.version()));
    std::thread::scope(|threads| {
        for thread in 0..4 {
            let store = &store;
            threads.spawn(move || (0..25).for_each(|n| assert!(store.set("g", &format!("{thread}-{n}"), b"").is_ok())));
        }
    });
    // Another thread may have told of the last ones of this one's.
    store.set("g", "end", b"").unwrap();
    let versions = log.lock().unwrap().clone();
    assert_eq!(versions.len(), 101);
    assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
    drop(subscription);
}

conformance! {
    a_callback_has_run_when_the_write_returns,
    a_callback_that_was_removed_is_not_called_again,
    a_callback_may_write_register_and_remove,
    the_panic_of_a_callback_is_not_the_writers,
    callbacks_are_called_in_the_order_of_commits,
}
