//! Interface `events`: what changes in a store.

use larder::engine::FeedConfig;
use larder::{Grant, Limits, Quota};

use crate::support::Host;

foreach_events!(assert_test_exists);

plain_tests! {
    events_every_kind
    events_transaction
}

#[tokio::test]
async fn events_scopes() {
    let host = Host::new();
    let scope = |name| Grant::store(host.scope(name, Quota::default()));
    let run = host.run("events_scopes").grant("lower", scope("a")).grant("upper", scope("A"));
    run.grant("whole", Grant::store(host.store())).passes().await;
}

#[tokio::test]
async fn events_resume() {
    let host = Host::new();
    let position = host.run("events_resume").arg("before").passes().await;
    let host = host.stopped(|_| ());
    host.run("events_resume").arg("after").arg(position.trim()).passes().await;
}

#[tokio::test]
async fn events_gap() {
    let host = Host::with(|config| config.feed(Some(FeedConfig { events: 3, ..FeedConfig::default() })));
    host.run("events_gap").arg("write").passes().await;
    let floor = host.trimmed(3);
    host.run("events_gap").arg("watch").arg(floor).passes().await;
}

#[tokio::test]
async fn events_next_waits() {
    let host = Host::new();
    let running = host.run("events_next_waits").start();
    running.says("waiting").await;
    host.store().set("g", "first", b"").unwrap();
    running.says("got first").await;
    running.says("polling").await;
    host.store().set("g", "second", b"").unwrap();
    let ended = running.ends().await;
    assert_ends!(ended, Ok(0));
}

#[tokio::test]
async fn events_too_many() {
    let host = Host::new();
    host.run("events_too_many").limits(Limits { watchers: 2, ..Limits::default() }).passes().await;
}

#[tokio::test]
async fn events_no_feed() {
    let host = Host::with(|config| config.feed(None));
    host.run("events_no_feed").passes().await;
}
