//! A host that is killed at a random moment: what it was told is stored is there, and nothing by half.
//!
//! `LARDER_KILLS` sets how often; 20 unless told otherwise. Run the long form with
//! `LARDER_KILLS=1000 cargo test -p larder-engine --test all crash`.

use std::{collections::HashMap, path::Path, sync::Arc};

use futures_lite::future::block_on;
use larder_engine::{Config, Error, Larder, Quota, Short, Store, Tenant};

use crate::{child, support::*};

/// So many that some of them wait while another one commits, and are committed together.
const WRITERS: u64 = 6;

/// Keys that each writer goes round, so that the quota holds for ever.
const ROUND: u64 = 40;

/// Room for each writer's keys: its transaction's three, its batch's three, its counter, and those it goes round.
const QUOTA: Quota = Quota { keys: Some(WRITERS * (ROUND + 7)), groups: Some(WRITERS * 3), bytes: Some(64 * 1024) };

const PARTS: [&str; 3] = ["a", "b", "c"];

fn open(root: &Path) -> (Larder, Tenant, Store) {
    let larder = Larder::open(root, Config::new()).unwrap();
    let tenant = acme(&larder);
    let store = tenant.scope(scope("plugin"), QUOTA);
    (larder, tenant, store)
}

fn number(store: &Store, group: &str, key: &str) -> u64 {
    let value = store.get(group, key).unwrap();
    value.map_or(0, |value| String::from_utf8(value).unwrap().parse().unwrap())
}

#[test]
#[ignore = "run by another test, which kills it"]
fn the_host_that_is_killed() {
    let Some(root) = child::argument() else { return };
    let (_larder, _tenant, store) = open(Path::new(&root));
    let store = Arc::new(store);
    std::thread::scope(|threads| {
        for writer in 0..WRITERS {
            let store = store.clone();
            threads.spawn(move || write_for_ever(&store, writer));
        }
    });
}

/// Tells the parent of each step once it is stored: the writer, what it did, and its number.
fn write_for_ever(store: &Store, writer: u64) {
    let [three, batch, round] = ["three", "batch", "round"].map(|kind| format!("{kind}-{writer}"));
    loop {
        let n = number(store, &three, "a") + 1;
        store
            .transaction(|inside| {
                for part in PARTS {
                    inside.set(&three, part, n.to_string().as_bytes())?;
                }
                Ok(())
            })
            .unwrap();
        child::say(format_args!("{writer} three {n}"));
        let n = number(store, &batch, "a") + 1;
        let pairs: Vec<_> = PARTS.iter().map(|part| ((*part).to_string(), n.to_string().into_bytes())).collect();
        let group = batch.clone();
        block_on(store.combine_async(Short::Many, move |update| update.set_many(&group, &pairs))).unwrap();
        child::say(format_args!("{writer} batch {n}"));
        let group = three.clone();
        let n = block_on(store.combine_async(Short::One, move |update| update.increment(&group, "n", 1)));
        let n = n.unwrap().unsigned_abs();
        child::say(format_args!("{writer} count {n}"));
        let (group, key) = (round.clone(), (n % ROUND).to_string());
        block_on(store.combine_async(Short::One, move |update| {
            if n.is_multiple_of(3) {
                update.delete(&group, &key).map(drop)
            } else {
                update.set(&group, &key, n.to_string().as_bytes()).map(drop)
            }
        }))
        .unwrap();
        child::say(format_args!("{writer} round {n}"));
        // What is refused leaves no trace.
        let refused = store.transaction(|inside| {
            inside.set(&three, "a", b"1")?;
            inside.set_many(&round, &(0..=QUOTA.keys.unwrap()).map(|n| (format!("x{n}"), vec![])).collect::<Vec<_>>())
        });
        assert!(matches!(refused, Err(Error::QuotaExceeded { .. })), "{refused:?}");
        store.transaction(|inside| inside.delete_prefix("").and_then(|_| failure::<()>())).unwrap_err();
    }
}

/// What the parent was told last, by writer and kind.
type Told = HashMap<(u64, String), u64>;

/// What is found is what the next host goes on from, so it counts as told.
fn assert_kept(root: &Path, told: &mut Told) {
    let (_larder, tenant, store) = open(root);
    assert_sound(&tenant);
    for writer in 0..WRITERS {
        for kind in ["three", "batch"] {
            let group = format!("{kind}-{writer}");
            let [a, b, c] = PARTS.map(|part| number(&store, &group, part));
            assert!(a == b && b == c, "{group} by half: {a} {b} {c}");
            assert_last_or_next(told, writer, kind, a);
        }
        assert_last_or_next(told, writer, "count", number(&store, &format!("three-{writer}"), "n"));
        let last = told.get(&(writer, "round".into())).copied().unwrap_or(0);
        let kept = number(&store, &format!("round-{writer}"), &(last % ROUND).to_string());
        assert_eq!(kept, if last.is_multiple_of(3) { 0 } else { last }, "round-{writer} after {last}");
    }
    let usage = store.usage().unwrap();
    assert!(usage.keys.used <= QUOTA.keys.unwrap() && usage.bytes.used <= QUOTA.bytes.unwrap(), "{usage:?}");
}

/// The step behind the last one told may have been stored before the writer could tell.
fn assert_last_or_next(told: &mut Told, writer: u64, kind: &str, found: u64) {
    let last = told.entry((writer, kind.to_string())).or_default();
    assert!((*last..=*last + 1).contains(&found), "{kind} of {writer}: {found}, told {last}");
    *last = found;
}

#[test]
fn what_was_told_is_there_after_a_kill_and_nothing_by_half() {
    let kills = child::kills();
    let place = tempfile::tempdir().unwrap();
    let mut told = Told::new();
    let mut steps = 0;
    for _ in 0..kills {
        child::kill("crash::the_host_that_is_killed", place.path().to_str().unwrap(), 60, |line| {
            let [writer, kind, n] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
            told.insert((writer.parse().unwrap(), kind.into()), n.parse().unwrap());
            steps += 1;
        });
        assert_kept(place.path(), &mut told);
    }
    println!("{kills} kills, {steps} steps told, all kept");
}
