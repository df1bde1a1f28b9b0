//! Defects that two at once brought about, and what they cost.

use std::time::{Duration, Instant};

use larder_engine::{Config, Error, JournalQuery, Larder, Store};

use super::{at_once, on_threads};
use crate::{sqlite::Place, support::*};

fn patient(place: &Place) -> Config {
    place.config().busy_timeout(Duration::from_secs(120))
}

fn store(place: &Place) -> Store {
    acme(&Larder::open(place.root(), patient(place)).unwrap()).store()
}

#[test]
fn defect_01_a_get_of_an_expired_key_never_deletes_a_fresh_value() {
    let place = Place::new();
    let store = store(&place);
    for round in 0..300 {
        store.set_with_ttl("g", "k", b"expired", 0).unwrap();
        at_once(|| store.get("g", "k").unwrap(), || store.set("g", "k", b"fresh").unwrap());
        assert_eq!(store.get("g", "k").unwrap().as_deref(), Some(&b"fresh"[..]), "round {round}");
    }
}

#[test]
fn defect_05_a_workspace_that_is_in_use_is_not_left_over() {
    let place = Place::new();
    let store = store(&place);
    let live = store.workspaces().create("live").unwrap();
    live.put("k", "{}").unwrap();
    assert_eq!(store.workspaces().orphans().unwrap(), [""; 0]);
    assert_refused!(store.workspaces().recover("live").map(drop), Error::WorkspaceExists { .. });
    let second = acme(&Larder::open(place.root(), place.config()).unwrap()).store();
    assert_refused!(second.workspaces().orphans(), Error::InUse { .. });
    live.close();
    assert_eq!(store.workspaces().orphans().unwrap(), ["live"]);
    assert_eq!(store.workspaces().recover("live").unwrap().count().unwrap(), 1);
}

#[test]
fn defect_06_of_many_commits_one_succeeds_and_no_put_is_lost() {
    let place = Place::new();
    let store = store(&place);
    for round in 0..30 {
        let name = format!("w{round}");
        let workspace = store.workspaces().create(&name).unwrap();
        workspace.put("before", "{}").unwrap();
        let (commits, puts) = at_once(
            || on_threads(4, |_| workspace.commit().ok()),
            || (0..20).filter(|_| workspace.put("during", "{}").is_ok()).count() as u64,
        );
        let committed: Vec<_> = commits.into_iter().flatten().collect();
        assert_eq!(committed.len(), 1, "round {round}");
        assert_eq!(committed[0].get("during").copied().unwrap_or_default(), puts, "round {round}");
        let query = JournalQuery { measurement: Some(name), ..JournalQuery::default() };
        assert_eq!(store.journal().query(&query).unwrap().entries.len(), 1, "round {round}");
    }
}

#[test]
fn defect_09_a_transaction_that_reads_and_then_writes_waits_for_a_second_writer() {
    let place = Place::new();
    let store = store(&place);
    const EACH: i64 = 50;
    on_threads(4, |_| {
        for _ in 0..EACH {
            let counted = store.transaction(|inside| {
                let count = inside.get("g", "n")?.map_or(0, |count| String::from_utf8(count).unwrap().parse().unwrap());
                inside.set("g", "n", i64::to_string(&(count + 1)).as_bytes())
            });
            counted.unwrap();
        }
    });
    assert_eq!(store.get("g", "n").unwrap().unwrap(), (4 * EACH).to_string().into_bytes());
}

#[test]
fn defect_17_a_quota_holds_whoever_writes_at_once() {
    let place = Place::new();
    let plugin = acme(&Larder::open(place.root(), patient(&place)).unwrap()).scope(scope("plugin"), max_keys(5));
    for round in 0..50 {
        let written = on_threads(8, |n| (0..3).filter(|m| plugin.set("g", &format!("{n}-{m}"), b"").is_ok()).count());
        assert_eq!(written.iter().sum::<usize>(), 5, "round {round}");
        assert_eq!(plugin.count("g").unwrap(), 5, "round {round}");
        plugin.delete_group("g").unwrap();
    }
}

#[test]
fn defect_18_of_many_who_open_a_fresh_file_each_gets_it_or_hears_who_has_it() {
    for round in 0..10 {
        let place = Place::new();
        let opened = on_threads(8, |_| {
            let tenant = acme(&Larder::open(place.root(), patient(&place)).unwrap());
            tenant.create().map(|()| tenant)
        });
        assert!(opened.iter().any(Result::is_ok), "round {round}");
        for one in opened.iter().filter_map(|one| one.as_ref().err()) {
            assert!(matches!(one, Error::InUse { .. }), "round {round}: {one}");
        }
    }
}

#[test]
fn defect_19_a_get_beside_close_answers_or_is_closed_and_nothing_commits_afterwards() {
    for round in 0..50 {
        let place = Place::new();
        let larder = Larder::open(place.root(), patient(&place)).unwrap();
        let store = acme(&larder).store();
        store.set("g", "k", b"v").unwrap();
        let transaction = store.begin().unwrap();
        transaction.store().set("g", "late", b"v").unwrap();
        let (got, ()) = at_once(|| (0..20).map(|_| store.get("g", "k")).collect::<Vec<_>>(), || larder.close());
        for one in got {
            assert!(matches!(one, Ok(Some(_)) | Err(Error::Closed)), "round {round}: {one:?}");
        }
        assert_refused!(transaction.store().set("g", "later", b"v"), Error::Closed);
        assert_refused!(transaction.commit(), Error::Closed);
        drop((transaction, store, larder));
        assert_eq!(keys(&place.store(), "g"), ["k"], "round {round}");
    }
}

#[test]
fn defect_20_a_set_with_a_quota_costs_the_same_however_much_is_stored() {
    let place = Place::new();
    let tenant = acme(&Larder::open(place.root(), patient(&place)).unwrap());
    let plugin = tenant.scope(scope("plugin"), max_keys(1_000_000));
    let fastest = || {
        let batch = |n: usize| {
            let start = Instant::now();
            for m in 0..20 {
                plugin.set("measured", &format!("{n}-{m}"), b"v").unwrap();
            }
            start.elapsed()
        };
        (0..20).map(batch).min().unwrap()
    };
    let small = fastest();
    for page in 0..10 {
        let entries: Vec<_> = (0..5_000).map(|n| (format!("{page}-{n}"), b"v".to_vec())).collect();
        tenant.store().set_many("others", &entries).unwrap();
    }
    plugin.delete_group("measured").unwrap();
    let large = fastest();
    // The reference took five times as long for ten times the rows, and these are a hundred times as many.
    assert!(large < small * 4, "{small:?} with few rows, {large:?} with many");
}
