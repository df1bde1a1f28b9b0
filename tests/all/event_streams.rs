//! Interface `event-stream`: what changes in a store, as a stream of a concurrent component.

use larder::engine::FeedConfig;
use larder::{Grant, Interface, Interfaces, Limits, LoadError, Plugin, Quota};
use wasmtime::component::Val;

use crate::support::{Host, PATIENCE, guest, plugin, runtime};

foreach_event_streams!(assert_test_exists);

plain_tests! {
    event_streams_transaction
    event_streams_given_up
}

#[tokio::test]
async fn event_streams_resume() {
    let host = Host::new();
    let position = host.run("event_streams_resume").arg("before").passes().await;
    let host = host.stopped(|_| ());
    host.run("event_streams_resume").arg("after").arg(position.trim()).passes().await;
}

#[tokio::test]
async fn event_streams_gap() {
    let host = Host::with(|config| config.feed(Some(FeedConfig { events: 3, ..FeedConfig::default() })));
    host.run("event_streams_gap").arg("write").passes().await;
    let floor = host.trimmed(3);
    host.run("event_streams_gap").arg("watch").arg(floor).passes().await;
}

#[tokio::test]
async fn event_streams_falls_behind() {
    let host = Host::with(|config| config.feed(Some(FeedConfig { events: 3, ..FeedConfig::default() })));
    // Of another tenant, so that what it says does not fill the feed.
    let signal = host.tenant("other").store();
    let running = host.run("event_streams_falls_behind").arg(3).grant("signal", Grant::store(signal.clone())).start();
    running.says("stalling").await;
    let lost = host.store().set("g", "lost", b"").unwrap();
    for key in 0..3 {
        host.store().set("g", &format!("kept {key}"), b"").unwrap();
    }
    assert_eq!(host.trimmed(3), lost);
    signal.set("host", "go on", b"").unwrap();
    assert_ends!(running.ends().await, Ok(0));
}

#[tokio::test]
async fn event_streams_too_many() {
    let host = Host::new();
    host.run("event_streams_too_many").limits(Limits { watchers: 2, ..Limits::default() }).passes().await;
}

#[tokio::test]
async fn event_streams_refused() {
    Host::with(|config| config.feed(None)).run("event_streams_refused").arg("no feed").passes().await;
    Host::new().run("event_streams_refused").arg("too large").passes().await;
}

/// The reads of the program wait while it reads and writes the store, and while the host writes: nothing waits for itself.
#[tokio::test(flavor = "multi_thread")]
async fn event_streams_two() {
    const EVENTS: u64 = 300;
    let host = Host::new();
    let running = host.run("event_streams_two").arg(EVENTS).start();
    running.says("one is followed").await;
    running.says("other is followed").await;
    for number in 0..EVENTS {
        for group in ["one", "other"] {
            host.store().set(group, &number.to_string(), group.as_bytes()).unwrap();
        }
    }
    assert_ends!(running.ends().await, Ok(0));
    assert_eq!(host.store().count("seen").unwrap(), 2 * EVENTS);
    host.check();
}

#[tokio::test]
async fn event_streams_waits() {
    let host = Host::new();
    let running = host.run("event_streams_waits").start();
    running.says("waiting").await;
    host.store().set("g", "first", b"").unwrap();
    running.says("got g/first").await;
    host.larder.close();
    assert_ends!(running.ends().await, Ok(0));
}

#[tokio::test]
async fn an_instance_that_is_dropped_while_a_stream_waits_leaves_nothing_behind() {
    let host = Host::new();
    let running = host.run("event_streams_waits").start();
    running.says("waiting").await;
    running.abort().await;
    host.store().set("g", "first", b"").unwrap();
    host.check();
}

#[tokio::test]
async fn a_stream_that_waits_ends_with_the_time_of_its_instance() {
    let host = Host::new();
    let limits = Limits { time: std::time::Duration::from_millis(300), ..Limits::default() };
    let ended = host.run("event_streams_waits").limits(limits).ends().await;
    assert_ends!(ended, Err(larder::RunError::TimeOut { .. }));
}

/// A program that reads one event of many costs the host a page of them, and has lost nothing when it reads on.
#[tokio::test]
async fn event_streams_stalls() {
    const EVENTS: u64 = 2_000;
    let host = Host::new();
    for number in 0..EVENTS {
        host.store().set("many", &number.to_string(), &[0; 100]).unwrap();
    }
    let running = host.run("event_streams_stalls").arg(EVENTS).start();
    running.says("stalling").await;
    host.store().set("host", "go on", b"").unwrap();
    assert_ends!(running.ends().await, Ok(0));
}

#[test]
fn the_interface_has_a_grant_of_its_own() {
    let all_others = Interfaces::of(Interface::ALL.into_iter().filter(|other| *other != Interface::EventStream));
    let refused = Plugin::load_file(runtime(), guest("event_streams_two"), &all_others);
    let Err(LoadError::Missing { imports }) = refused else { panic!("{refused:?}") };
    let names: Vec<&str> = imports.iter().map(|import| import.name.as_str()).collect();
    assert_eq!(names, ["larder:store/event-stream@0.1.0"]);
    assert!(imports[0].cure.contains("\"event-stream\""), "{}", imports[0].cure);
}

#[tokio::test]
async fn without_a_label_there_is_no_stream() {
    let ended = crate::support::Run::new("event_streams_waits").ends().await;
    let ended = assert_ends!(ended, Ok(1));
    assert!(ended.stderr.contains("AccessDenied"), "{}", ended.stderr);
}

/// The others would pay for it at each call.
#[test]
fn concurrent_programs_alone_run_on_the_concurrent_engine() {
    assert!(plugin("event_streams_two").program().is_concurrent());
    assert!(!plugin("events_next_waits").program().is_concurrent());
    assert!(!plugin("store_get_and_set").program().is_concurrent());
    let names = plugin("events_next_waits").program().imports();
    assert!(names.iter().all(|import| !import.name.contains("event-stream")), "{names:?}");
}

#[tokio::test]
async fn an_async_export_can_be_called_like_any_other() {
    let host = Host::new();
    let limits = Limits { time: PATIENCE, ..Limits::default() };
    let setup = host.run("event_streams_transaction").limits(limits).setup();
    let mut instance = plugin("event_streams_transaction").instantiate(setup).await.unwrap();
    let ended = instance.call("wasi:cli/run@0.3.0#run", &[]).await.unwrap();
    assert_eq!(ended, [Val::Result(Ok(None))]);
    host.scope("other", Quota::default()).set("g", "k", b"").unwrap();
}
