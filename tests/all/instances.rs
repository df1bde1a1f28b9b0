//! However an instance ends, what it held is released.

use std::time::Duration;

use larder::{Grant, Limits, RunError, Setup};
use wasmtime::component::Val;

use crate::support::{Host, Run, plugin};

#[tokio::test]
async fn a_run_that_is_dropped_rolls_its_transaction_back() {
    let host = Host::with(|config| config.busy_timeout(Duration::ZERO));
    let running = host.run("hostile_stalls_in_transaction").start();
    running.says("stalling").await;
    assert!(host.store().set("g", "k", b"v").is_err(), "the guest has the lock");
    running.abort().await;
    host.store().set("g", "k", b"v").unwrap();
    assert_eq!(host.store().count("g").unwrap(), 1);
    host.check();
}

#[tokio::test]
async fn a_time_out_rolls_a_transaction_back() {
    let host = Host::with(|config| config.busy_timeout(Duration::ZERO));
    let limits = Limits { time: Duration::from_millis(500), ..Limits::default() };
    let ended = host.run("hostile_stalls_in_transaction").limits(limits).ends().await;
    assert_ends!(ended, Err(RunError::TimeOut { .. }));
    host.store().set("g", "k", b"v").unwrap();
    assert_eq!(host.store().count("g").unwrap(), 1);
}

#[tokio::test]
async fn a_run_that_is_dropped_while_it_waits_for_a_lock_writes_nothing_later() {
    let host = Host::with(|config| config.busy_timeout(Duration::from_secs(60)));
    let transaction = host.store().begin().unwrap();
    let limits = Limits { time: Duration::from_millis(300), ..Limits::default() };
    let ended = host.run("store_get_and_set").limits(limits).ends().await;
    assert_ends!(ended, Err(RunError::TimeOut { .. }));
    transaction.commit().unwrap();
    // Whoever waited longer would have had its turn before this write.
    host.store().set("g", "k", b"v").unwrap();
    assert_eq!(host.store().count_all("").unwrap(), 1);
}

#[tokio::test]
async fn handles_do_not_outlive_their_instance() {
    let host = Host::new();
    for _ in 0..10 {
        host.run("limits_handles").arg(64).passes().await;
        host.run("hostile_opens_preopen").passes().await;
    }
    assert_ends!(host.run("limits_handles").arg(65).ends().await, Ok(1));
}

#[tokio::test]
async fn the_exports_of_an_instance_can_be_called_again_and_again() {
    let host = Host::new();
    let setup = || Run::new("notes_plugin").grant("default", Grant::store(host.store())).setup();
    let mut one = plugin("notes_plugin").instantiate(setup()).await.unwrap();
    let mut two = plugin("notes_plugin").instantiate(setup()).await.unwrap();
    for (number, text) in [(1, "buy bread"), (2, "call home")] {
        let instance = if number == 1 { &mut one } else { &mut two };
        let added = instance.call("add", &[Val::String(text.into())]).await.unwrap();
        assert_eq!(added, [Val::Result(Ok(Some(Box::new(Val::U64(number)))))]);
    }
    drop(one);
    let found = two.call("get", &[Val::U64(1)]).await.unwrap();
    let text = Val::Option(Some(Box::new(Val::String("buy bread".into()))));
    assert_eq!(found, [Val::Result(Ok(Some(Box::new(text))))]);
    let refused = two.call("add", &[Val::String(" ".into())]).await.unwrap();
    assert!(matches!(&refused[..], [Val::Result(Err(_))]), "{refused:?}");
    host.check();
}

#[tokio::test]
async fn what_a_setup_does_not_give_is_not_there() {
    let ctx = larder::LarderCtx::builder().build().unwrap();
    let ended = plugin("store_get_and_set").run_command(Setup::new(ctx)).await;
    assert!(matches!(ended, Ok(1)), "no label is granted: {ended:?}");
}
