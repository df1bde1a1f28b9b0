//! Short writes of many callers in one commit: each is whole, on its own, and answered once it is durable.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{Barrier, mpsc},
    task::{Context, Poll, Waker},
    time::Duration,
};

use futures_lite::future::block_on;
use larder_engine::{Error, FeedItem, Larder, Outcome, Short, Store, Watch};

use crate::{sqlite::Place, support::*};

const CALLERS: usize = 16;

fn patient(place: &Place) -> Larder {
    Larder::open(place.root(), place.config().busy_timeout(Duration::from_secs(120))).unwrap()
}

fn set(store: &Store, key: String, value: &'static [u8]) -> larder_engine::Result<u64> {
    block_on(store.combine_async(Short::One, move |update| update.set("g", &key, value)))
}

/// All callers come while `holder` keeps them from the writer's place.
fn at_once<R: Send>(store: &Store, call: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let holder = store.begin().unwrap();
    let barrier = Barrier::new(CALLERS + 1);
    std::thread::scope(|threads| {
        let calls: Vec<_> = (0..CALLERS)
            .map(|n| {
                let (call, barrier) = (&call, &barrier);
                threads.spawn(move || {
                    barrier.wait();
                    call(n)
                })
            })
            .collect();
        barrier.wait();
        holder.rollback().unwrap();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    })
}

#[test]
fn each_of_many_has_a_version_and_an_event_of_its_own() {
    let place = Place::new();
    let larder = patient(&place);
    let store = acme(&larder).store();
    let mut watcher = store.watch(&Watch::All, None).unwrap();
    let versions =
        at_once(&store, |n| (0..20).map(|m| set(&store, format!("{n}-{m}"), b"v").unwrap()).collect::<Vec<_>>());
    let all: BTreeSet<u64> = versions.iter().flatten().copied().collect();
    assert_eq!(all.len(), CALLERS * 20);
    assert!(versions.iter().all(|own| own.is_sorted()));
    for (n, own) in versions.iter().enumerate() {
        for (m, version) in own.iter().enumerate() {
            assert_eq!(store.entry("g", &format!("{n}-{m}")).unwrap().unwrap().version, *version);
        }
    }
    let mut told = Vec::new();
    while told.len() < all.len() {
        for item in watcher.try_next(1_000).unwrap() {
            let FeedItem::Event(event) = item else { panic!("{item:?}") };
            told.push(event.version);
        }
    }
    assert!(told.is_sorted());
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), all);
    assert_sound(&acme(&larder));
}

/// Threads that block, tasks, transactions and what is read beside them.
#[test]
fn threads_and_tasks_are_committed_together_and_each_is_whole() {
    let place = Place::new();
    let larder = patient(&place);
    let store = acme(&larder).store();
    let sums = at_once(&store, |n| {
        let own = n.to_string();
        for m in 0..20_i64 {
            let sum = match m % 4 {
                0 => store.increment("sum", "all", 1),
                1 => block_on(store.combine_async(Short::One, |update| update.increment("sum", "all", 1))),
                2 => store.transaction(|inside| inside.increment("sum", "all", 1)),
                _ => store.update(|update| update.increment("sum", "all", 1)),
            };
            sum.unwrap();
            let version = store.set("own", &own, m.to_string().as_bytes()).unwrap();
            assert_eq!(store.entry("own", &own).unwrap().unwrap().version, version);
            let stale = store.compare_and_swap("own", &own, Some(version - 1), b"").unwrap();
            assert!(matches!(stale, Outcome::Stale(Some(_))), "{stale:?}");
            store.compare_and_delete("own", &own, version).unwrap();
            assert!(!store.delete("own", &own).unwrap());
        }
        store.set_with_ttl("own", &own, b"v", 60_000).unwrap();
        store.touch("own", &own, None).unwrap()
    });
    assert!(sums.iter().all(|touched| *touched));
    assert_eq!(store.increment("sum", "all", 0).unwrap(), CALLERS as i64 * 20);
    assert_sound(&acme(&larder));
}

#[test]
fn a_thread_that_waits_too_long_is_told_and_nothing_is_written() {
    let place = Place::new();
    let larder = Larder::open(place.root(), place.config().busy_timeout(Duration::from_millis(20))).unwrap();
    let store = acme(&larder).store();
    store.set("g", "k", b"before").unwrap();
    let holder = store.begin().unwrap();
    std::thread::scope(|scope| {
        let late = scope.spawn(|| store.set("g", "k", b"late")).join().unwrap();
        assert!(matches!(late, Err(Error::Busy { .. })), "{late:?}");
    });
    holder.rollback().unwrap();
    store.set("g", "other", b"").unwrap();
    assert_eq!(store.get("g", "k").unwrap().unwrap(), b"before");
}

#[test]
fn an_error_of_one_is_only_its_own() {
    let place = Place::new();
    let larder = patient(&place);
    let tenant = acme(&larder);
    let store = tenant.scope(scope("plugin"), max_keys(CALLERS as u64 / 2));
    let answers = at_once(&store, |n| {
        let store = store.clone();
        block_on(store.combine_async(Short::Many, move |update| {
            // What a refused one wrote before goes with it.
            update.set("g", "same", &[n as u8])?;
            update.set("g", &n.to_string(), b"v")
        }))
    });
    let kept = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(kept, CALLERS / 2 - 1, "{answers:?}");
    assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(Error::QuotaExceeded { .. }))));
    let last = answers.iter().enumerate().filter_map(|(n, answer)| Some((*answer.as_ref().ok()?, n))).max().unwrap().1;
    assert_eq!(store.get("g", "same").unwrap().unwrap(), [last as u8]);
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(store.exists("g", &n.to_string()).unwrap(), answer.is_ok());
    }
    assert_eq!(store.count("g").unwrap() as usize, kept + 1);
    assert_sound(&tenant);
}

#[test]
fn a_panic_goes_to_its_caller_and_leaves_nothing() {
    let place = Place::new();
    let larder = patient(&place);
    let store = acme(&larder).store();
    let answers = at_once(&store, |n| {
        catch_unwind(AssertUnwindSafe(|| {
            block_on(store.combine_async(Short::One, move |update| {
                let version = update.set("g", &n.to_string(), b"v")?;
                assert!(n % 4 != 0, "a test's own panic");
                Ok(version)
            }))
        }))
    });
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(answer.is_err(), n % 4 == 0);
        assert_eq!(store.exists("g", &n.to_string()).unwrap(), n % 4 != 0);
    }
    assert_sound(&acme(&larder));
}

#[test]
fn who_no_longer_waits_is_passed_over_and_holds_nobody_up() {
    let place = Place::new();
    let larder = patient(&place);
    let store = acme(&larder).store();
    let holder = store.begin().unwrap();
    {
        let mut gone = pin!(store.combine_async(Short::One, |update| update.set("g", "gone", b"")));
        assert!(matches!(gone.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
    }
    let mut waits = pin!(store.combine_async(Short::One, |update| update.set("g", "waits", b"")));
    assert!(waits.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    holder.rollback().unwrap();
    block_on(waits).unwrap();
    assert!(store.exists("g", "waits").unwrap() && !store.exists("g", "gone").unwrap());
    // The turn that came to one who left goes on to whoever comes by another door.
    let holder = store.begin().unwrap();
    {
        let mut gone = pin!(store.combine_async(Short::One, |update| update.set("g", "gone", b"")));
        assert!(gone.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        holder.rollback().unwrap();
    }
    store.set("g", "after", b"").unwrap();
}

#[test]
fn who_waits_too_long_is_told_so_and_not_done_later() {
    let place = Place::new();
    let larder = Larder::open(place.root(), place.config().busy_timeout(Duration::from_millis(20))).unwrap();
    let store = acme(&larder).store();
    let holder = store.begin().unwrap();
    assert!(matches!(set(&store, "late".into(), b""), Err(Error::Busy { .. })));
    holder.commit().unwrap();
    set(&store, "in time".into(), b"").unwrap();
    assert!(!store.exists("g", "late").unwrap());
}

/// It cannot be taken back then.
#[test]
fn who_is_late_while_its_write_is_under_way_gets_its_answer() {
    let place = Place::new();
    let larder = Larder::open(place.root(), place.config().busy_timeout(Duration::from_millis(20))).unwrap();
    let store = acme(&larder).store();
    let holder = store.begin().unwrap();
    let (begun, is_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let mut slow = pin!(store.combine_async(Short::One, move |update| {
        begun.send(()).unwrap();
        may_go_on.recv().unwrap();
        update.set("g", "slow", b"")
    }));
    assert!(slow.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    holder.rollback().unwrap();
    // Its turn has come: it is done by another thread.
    assert!(slow.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    is_begun.recv().unwrap();
    // Whoever came later is late by now, and so is it.
    assert!(matches!(store.set("g", "k", b""), Err(Error::Busy { .. })));
    for _ in 0..3 {
        assert!(slow.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    go_on.send(()).unwrap();
    block_on(slow).unwrap();
    assert!(store.exists("g", "slow").unwrap());
}

#[test]
fn closing_ends_the_wait() {
    let place = Place::new();
    let larder = patient(&place);
    let store = acme(&larder).store();
    let _holder = store.begin().unwrap();
    let mut waits = pin!(store.combine_async(Short::One, |update| update.set("g", "k", b"")));
    assert!(waits.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    larder.close();
    assert!(matches!(block_on(waits), Err(Error::Closed)));
}

#[test]
fn a_store_that_may_not_write_and_one_in_a_transaction_are_as_ever() {
    let place = Place::new();
    let store = place.store();
    assert!(matches!(set(&store.clone().read_only(), "k".into(), b""), Err(Error::AccessDenied)));
    let transaction = store.begin().unwrap();
    set(&transaction.store(), "k".into(), b"v").unwrap();
    assert!(!store.exists("g", "k").unwrap());
    transaction.commit().unwrap();
    assert!(store.exists("g", "k").unwrap());
    let nested = store.transaction(|_| set(&store, "nested".into(), b""));
    assert!(matches!(nested, Err(Error::TransactionOpen)));
}
