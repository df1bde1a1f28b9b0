//! Plugins that the host runs when something changes, by `on-change`.

use std::time::Duration;

use larder::engine::FeedConfig;
use larder::engine::Watch;
use larder::triggers::{Backoff, Retried, Trigger, TriggerError, Triggers};
use larder::{Grant, Larder, LarderCtx, Limits, Quota, Setup, Store, TenantId};

use crate::support::{Host, PATIENCE, TENANT, plugin, scope};

foreach_triggers!(assert_test_exists);

const BACKOFF: Backoff = Backoff { attempts: 3, first: Duration::from_millis(1), longest: Duration::from_millis(2) };

fn mirror(host: &Host) -> Trigger {
    mirror_within(&host.larder, PATIENCE).backoff(BACKOFF)
}

/// The program, told of the scope `source` of any tenant, writing to the scope `mirror`; each call may take `time`.
pub(crate) fn mirror_within(larder: &Larder, time: Duration) -> Trigger {
    let (stores, grants) = (larder.clone(), larder.clone());
    let store = |larder: &Larder, tenant: &TenantId, name| larder.tenant(tenant).scope(scope(name), Quota::default());
    let trigger = Trigger::new(
        "mirror",
        plugin("triggers_mirror"),
        "source",
        move |tenant| Ok(store(&stores, tenant, "source")),
        move |tenant| {
            let ctx = LarderCtx::builder()
                .limits(Limits { time, ..Limits::default() })
                .grant("source", Grant::store(store(&grants, tenant, "source")).read_only())
                .grant("mirror", Grant::store(store(&grants, tenant, "mirror")));
            Ok(Setup::new(ctx.build().expect("the grants are good")))
        },
    );
    trigger.expect("the program is a trigger")
}

fn start(host: &Host) -> Triggers {
    Triggers::start(&host.larder, vec![mirror(host)], None).expect("it starts")
}

async fn settled(triggers: &Triggers) {
    tokio::time::timeout(PATIENCE, triggers.settled()).await.expect("it settles");
}

fn source(host: &Host, tenant: &str) -> Store {
    host.tenant(tenant).scope(scope("source"), Quota::default())
}

fn order(host: &Host, tenant: &str) -> Vec<String> {
    let mirror = host.tenant(tenant).scope(scope("mirror"), Quota::default());
    let entries = mirror.page("order", 0, 1_000).unwrap().entries;
    entries.into_iter().map(|entry| String::from_utf8(entry.value.unwrap()).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn triggers_mirror() {
    let host = Host::new();
    let triggers = start(&host);
    let keys: Vec<String> = (0..150).map(|n| format!("{n:03}")).collect();
    for tenant in [TENANT, "other"] {
        for key in &keys {
            source(&host, tenant).set("g", key, b"v").unwrap();
        }
    }
    source(&host, TENANT).delete_group("none").unwrap();
    host.scope("elsewhere", Quota::default()).set("g", "not told", b"").unwrap();
    settled(&triggers).await;
    for tenant in [TENANT, "other"] {
        assert_eq!(order(&host, tenant), keys, "{tenant}");
    }
    source(&host, TENANT).delete_group("g").unwrap();
    settled(&triggers).await;
    assert!(!host.scope("mirror", Quota::default()).group_exists("g").unwrap());
    host.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_while_the_host_was_away_is_told_when_it_starts() {
    let host = Host::new();
    source(&host, TENANT).set("g", "before", b"").unwrap();
    let triggers = start(&host);
    settled(&triggers).await;
    drop(triggers);
    source(&host, TENANT).set("g", "while no trigger ran", b"").unwrap();
    let host = host.stopped(|_| ());
    source(&host, TENANT).set("g", "after", b"").unwrap();
    let triggers = start(&host);
    settled(&triggers).await;
    assert_eq!(order(&host, TENANT), ["before", "while no trigger ran", "after"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_keeps_failing_is_put_aside_and_can_be_tried_again() {
    let host = Host::new();
    let tenant = host.tenant(TENANT);
    for key in ["a", "bad", "b", "traps", "loops", "c"] {
        source(&host, TENANT).set("g", key, b"v").unwrap();
    }
    // One of them loops until its time is up.
    let trigger = mirror_within(&host.larder, Duration::from_millis(500)).backoff(BACKOFF);
    let triggers = Triggers::start(&host.larder, vec![trigger.clone()], None).expect("it starts");
    settled(&triggers).await;
    assert_eq!(order(&host, TENANT), ["a", "b", "c"]);
    let parked = tenant.parked_events(Some("mirror"), 0, 100).unwrap();
    let seen: Vec<_> = parked.iter().map(|parked| (parked.event.key.as_str(), parked.attempts)).collect();
    assert_eq!(seen, [("bad", 3), ("traps", 3), ("loops", 3)]);
    assert!(parked[0].error.contains("bad cannot be taken"), "{}", parked[0].error);
    assert!(parked[2].error.contains("time"), "{}", parked[2].error);
    let status = &tenant.consumers().unwrap()[0];
    assert_eq!((status.name.as_str(), status.parked), ("mirror", 3));

    let failed = trigger.retry(&tenant, &parked[0]).await.unwrap();
    assert!(matches!(failed, Retried::Failed(_)), "{failed:?}");
    host.scope("mirror", Quota::default()).set("mended", "bad", b"").unwrap();
    assert_eq!(trigger.retry(&tenant, &parked[0]).await.unwrap(), Retried::Done);
    assert_eq!(tenant.parked_events(None, 0, 100).unwrap().len(), 2);
    assert_eq!(order(&host, TENANT), ["a", "b", "c", "bad"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trigger_is_told_of_a_gap() {
    let host = Host::with(|config| config.feed(Some(FeedConfig { events: 1, ..FeedConfig::default() })));
    settled(&start(&host)).await;
    let first = source(&host, TENANT).set("g", "a", b"").unwrap();
    settled(&start(&host)).await;
    let missed = source(&host, TENANT).set("g", "b", b"").unwrap();
    source(&host, TENANT).set("g", "c", b"").unwrap();
    host.trimmed(1);
    settled(&start(&host)).await;
    assert_eq!(order(&host, TENANT), ["a", "c"]);
    let gaps = host.scope("mirror", Quota::default()).page("gaps", 0, 10).unwrap().entries;
    // What the mirror itself wrote is trimmed away too.
    let gaps: Vec<(u64, u64)> = gaps
        .iter()
        .map(|gap| gap.key.split_once('-').unwrap())
        .map(|(from, to)| (from.parse().unwrap(), to.parse().unwrap()))
        .collect();
    assert!(gaps.iter().all(|(from, _)| *from > first), "{gaps:?}");
    assert!(gaps.iter().any(|(from, to)| (*from..=*to).contains(&missed)), "{gaps:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trigger_is_told_of_what_it_watches_alone() {
    let host = Host::new();
    let trigger = mirror(&host).watch(Watch::Prefix("told".into()));
    let triggers = Triggers::start(&host.larder, vec![trigger], Some(TenantId::parse(TENANT).unwrap())).unwrap();
    source(&host, TENANT).set("told-1", "a", b"").unwrap();
    source(&host, TENANT).set("other", "b", b"").unwrap();
    source(&host, "other").set("told", "c", b"").unwrap();
    settled(&triggers).await;
    assert_eq!(order(&host, TENANT), ["a"]);
    assert_eq!(order(&host, "other"), [""; 0]);
}

#[tokio::test]
async fn a_program_without_the_export_is_no_trigger() {
    let host = Host::new();
    let stores = host.larder.clone();
    let refused = Trigger::new(
        "get",
        plugin("store_get_and_set"),
        "default",
        move |tenant| Ok(stores.tenant(tenant).store()),
        |_| Ok(Setup::new(LarderCtx::builder().build().expect("nothing is granted"))),
    );
    assert!(matches!(refused, Err(TriggerError::NoOnChange { .. })));
}
