//! Components that export `watcher`, called when keys change.

use std::time::Duration;

use larder::engine::FeedConfig;
use larder::triggers::{Backoff, Retried, Trigger, Triggers};
use larder::{Grant, LarderCtx, Limits, Setup};

use crate::support::{Host, PATIENCE, TENANT, plugin};

foreach_watchers!(assert_test_exists);

const BACKOFF: Backoff = Backoff { attempts: 3, first: Duration::from_millis(1), longest: Duration::from_millis(2) };

/// The program, told of the bucket `source`.
fn listener(host: &Host, program: &'static str) -> Trigger {
    let (stores, grants) = (host.larder.clone(), host.larder.clone());
    let trigger = Trigger::new(
        "listener",
        plugin(program),
        "source",
        move |tenant| Ok(stores.tenant(tenant).store()),
        move |tenant| {
            let store = grants.tenant(tenant).store();
            let ctx = LarderCtx::builder()
                .limits(Limits { time: PATIENCE, ..Limits::default() })
                .grant("source", Grant::store(store.clone()).read_only())
                .grant("heard", Grant::store(store));
            Ok(Setup::new(ctx.build().expect("the grants are good")))
        },
    );
    trigger.expect("the program is told of keys").backoff(BACKOFF)
}

async fn settled(host: &Host, trigger: &Trigger) {
    let triggers = Triggers::start(&host.larder, vec![trigger.clone()], None).expect("it starts");
    tokio::time::timeout(PATIENCE, triggers.settled()).await.expect("it settles");
}

fn heard(host: &Host) -> Vec<String> {
    let all = host.store().get("heard", "all").unwrap().unwrap_or_default();
    String::from_utf8(all).unwrap().lines().map(str::to_owned).collect()
}

/// What each of them hears, with a counter as `counter` shows it.
async fn hears(program: &'static str, counter: &str) {
    let host = Host::with(|config| config.feed(Some(FeedConfig { value_bytes: 10, ..FeedConfig::default() })));
    let trigger = listener(&host, program);
    let store = host.store();
    store.set("source", "a/b", b"one").unwrap();
    store.set("elsewhere", "k", b"not told").unwrap();
    settled(&host, &trigger).await;
    assert_eq!(heard(&host), ["set a/b one"]);

    store.set("source", "large", b"more than the feed keeps").unwrap();
    store.set("source", "bad", b"").unwrap();
    store.increment("source", "n", 258).unwrap();
    store.touch("source", "n", Some(1)).unwrap();
    settled(&host, &trigger).await;
    host.clock.advance(Duration::from_millis(1));
    assert_eq!(store.get("source", "n").unwrap(), None, "it has expired");
    store.delete("source", "large").unwrap();
    settled(&host, &trigger).await;
    // The call that failed for one key had told of another, which is told again.
    let (large, n) = ("set large more than the feed keeps", format!("set n {counter}"));
    assert_eq!(heard(&host), ["set a/b one", large, large, &n, "delete n", "delete large"]);

    // What it failed at is put aside, and told of once it is mended.
    let tenant = host.tenant(TENANT);
    let parked = tenant.parked_events(Some("listener"), 0, 100).unwrap();
    assert_eq!(parked.iter().map(|parked| parked.event.key.as_str()).collect::<Vec<_>>(), ["bad"]);
    assert!(matches!(trigger.retry(&tenant, &parked[0]).await.unwrap(), Retried::Failed(_)));
    store.set("heard", "mended", b"").unwrap();
    assert_eq!(trigger.retry(&tenant, &parked[0]).await.unwrap(), Retried::Done);
    assert_eq!(heard(&host).last().unwrap(), "set bad ");

    // What changes while the host is away is told when it is back.
    store.set("source", "away", b"v").unwrap();
    let host = host.stopped(|_| ());
    settled(&host, &listener(&host, program)).await;
    assert_eq!(heard(&host).last().unwrap(), "set away v");
    host.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn watchers_draft() {
    hears("watchers_draft", "258").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn watchers_draft2() {
    hears("watchers_draft2", r"\x02\x01\x00\x00\x00\x00\x00\x00").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn watchers_wasmcloud() {
    hears("watchers_wasmcloud", "258").await;
}
