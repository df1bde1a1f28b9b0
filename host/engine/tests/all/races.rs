//! Many threads at once: no quota is passed, nothing is lost, nothing is seen by half.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use larder_engine::{Error, Larder, Outcome, Quota, Tenant};

use crate::{sqlite::Place, support::*};

const THREADS: usize = 8;

/// The same race on each kind of root.
fn on_each(race: impl Fn(&Larder)) {
    let patient = |config: larder_engine::Config| config.busy_timeout(Duration::from_secs(120));
    race(&Larder::in_memory(patient(Kit::in_memory().config())));
    let place = Place::new();
    race(&Larder::open(place.root(), patient(place.config())).unwrap());
}

/// Each thread runs `body` with its number; what they answer.
fn race<R: Send>(body: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let barrier = std::sync::Barrier::new(THREADS);
    std::thread::scope(|threads| {
        let running: Vec<_> = (0..THREADS)
            .map(|n| {
                let (body, barrier) = (&body, &barrier);
                threads.spawn(move || {
                    barrier.wait();
                    body(n)
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn scoped(tenant: &Tenant, quota: Quota) -> larder_engine::Store {
    tenant.scope(scope("plugin"), quota)
}

#[test]
fn no_race_passes_a_quota_on_keys() {
    on_each(|larder| {
        let tenant = acme(larder);
        for round in 0..10 {
            let quota = max_keys(5);
            let written = race(|n| {
                (0..4).filter(|m| scoped(&tenant, quota).set("g", &format!("{round}-{n}-{m}"), b"").is_ok()).count()
            });
            assert_eq!(written.iter().sum::<usize>(), 5);
            let store = scoped(&tenant, quota);
            assert_eq!(store.count("g").unwrap(), 5);
            store.delete_prefix("").unwrap();
        }
        assert_sound(&tenant);
    });
}

#[test]
fn no_race_passes_a_quota_on_groups_or_bytes() {
    on_each(|larder| {
        let tenant = acme(larder);
        let quota = Quota { keys: None, groups: Some(3), bytes: Some(200) };
        let passed = AtomicBool::new(false);
        race(|n| {
            let store = scoped(&tenant, quota);
            for m in 0..40_usize {
                let group = format!("g{}", (n + m) % 6);
                let size = (n * 13 + m * 7) % 60;
                let result = match m % 5 {
                    0 => store.delete_group(&group).map(drop),
                    1 => store.set_many(&group, &[("a".into(), vec![b'x'; size]), ("b".into(), vec![])]).map(drop),
                    2 => store.transaction(|inside| {
                        inside.set(&group, "t", &vec![b'x'; size])?;
                        inside.set(&group, "u", b"x").map(drop)
                    }),
                    _ => store.set(&group, &n.to_string(), &vec![b'x'; size]).map(drop),
                };
                assert!(matches!(result, Ok(()) | Err(Error::QuotaExceeded { .. })), "{result:?}");
                let usage = store.usage().unwrap();
                if usage.groups.used > 3 || usage.bytes.used > 200 {
                    passed.store(true, Ordering::Relaxed);
                }
            }
        });
        assert!(!passed.load(Ordering::Relaxed));
        assert_sound(&tenant);
    });
}

#[test]
fn counters_lose_no_increment() {
    on_each(|larder| {
        let store = acme(larder).store();
        race(|n| {
            for m in 0..50 {
                match (n + m) % 3 {
                    0 => store.increment("g", "n", 1).map(drop),
                    1 => store.transaction(|inside| inside.increment("g", "n", 1)).map(drop),
                    _ => futures_lite::future::block_on(store.update_async(|update| update.increment("g", "n", 1)))
                        .map(drop),
                }
                .unwrap();
            }
        });
        assert_eq!(store.get("g", "n").unwrap().unwrap(), (THREADS * 50).to_string().as_bytes());
    });
}

#[test]
fn of_many_who_insert_by_swap_one_wins() {
    on_each(|larder| {
        let store = acme(larder).store();
        for round in 0..20 {
            let key = round.to_string();
            let outcomes = race(|n| store.compare_and_swap("g", &key, None, &[n as u8]).unwrap());
            let winners: Vec<usize> = (0..THREADS).filter(|n| matches!(outcomes[*n], Outcome::Done(_))).collect();
            assert_eq!(winners.len(), 1);
            assert_eq!(store.get("g", &key).unwrap().unwrap(), [winners[0] as u8]);
        }
    });
}

#[test]
fn swaps_that_read_and_try_again_lose_nothing() {
    on_each(|larder| {
        let store = acme(larder).store();
        store.set("g", "n", b"0").unwrap();
        race(|_| {
            for _ in 0..20 {
                loop {
                    let now = store.entry("g", "n").unwrap().unwrap();
                    let n: u64 = std::str::from_utf8(&now.value.unwrap()).unwrap().parse().unwrap();
                    let next = (n + 1).to_string();
                    match store.compare_and_swap("g", "n", Some(now.version), next.as_bytes()).unwrap() {
                        Outcome::Done(_) => break,
                        Outcome::Stale(_) => {}
                    }
                }
            }
        });
        assert_eq!(store.get("g", "n").unwrap().unwrap(), (THREADS * 20).to_string().as_bytes());
    });
}

#[test]
fn no_read_is_older_than_what_was_acknowledged_and_none_is_torn() {
    on_each(|larder| {
        let store = acme(larder).store();
        store.set_many("g", &[("a".into(), b"0".to_vec()), ("b".into(), b"0".to_vec())]).unwrap();
        let number = |value: Option<Vec<u8>>| -> u64 { String::from_utf8(value.unwrap()).unwrap().parse().unwrap() };
        let acknowledged = AtomicU64::new(0);
        let done = AtomicBool::new(false);
        std::thread::scope(|threads| {
            for reader in 0..4 {
                let (store, acknowledged, done) = (&store, &acknowledged, &done);
                threads.spawn(move || {
                    while !done.load(Ordering::Acquire) {
                        let known = acknowledged.load(Ordering::Acquire);
                        let (a, b) = match reader % 3 {
                            0 => {
                                let mut both = store.get_many("g", &["a", "b"]).unwrap().into_iter();
                                (both.next().unwrap(), both.next().unwrap())
                            }
                            1 => store.view(|view| Ok((view.get("g", "a")?, view.get("g", "b")?))).unwrap(),
                            _ => {
                                let mut both = store.page("g", 0, 2).unwrap().entries.into_iter();
                                (both.next().unwrap().value, both.next().unwrap().value)
                            }
                        };
                        let (a, b) = (number(a), number(b));
                        assert_eq!(a, b, "a transaction by half");
                        assert!(a >= known, "{a} after {known} was acknowledged");
                    }
                });
            }
            for n in 1..300_u64 {
                store
                    .transaction(|inside| {
                        inside.set("g", "a", n.to_string().as_bytes())?;
                        inside.set("g", "b", n.to_string().as_bytes())
                    })
                    .unwrap();
                acknowledged.store(n, Ordering::Release);
            }
            done.store(true, Ordering::Release);
        });
    });
}

#[test]
fn readers_beyond_the_number_allowed_take_turns() {
    on_each(|larder| {
        let store = acme(larder).store();
        store.set("g", "k", b"v").unwrap();
        race(|_| {
            for _ in 0..100 {
                assert_eq!(store.get("g", "k").unwrap().unwrap(), b"v");
            }
        });
    });
}
