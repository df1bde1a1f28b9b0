//! Interface `batch`: many keys in a call.

use larder::{Grant, Limits, Quota};
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::support::{Host, plugin};

foreach_batch!(assert_test_exists);

plain_tests! {
    batch_apply
    batch_delete_many
    batch_get_many
    batch_set_many
    batch_too_large
    batch_too_many_items
    batch_write_behind
}

/// How often the guest crosses into the host. Counted, not timed: more crossings are slower on any machine.
#[test]
fn batch_crossings() {
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let host = Host::with(|config| config.metrics(1));
    // By what it does: the functions of the store that it calls, beside `store.open`.
    let expected = [
        ("set-many", vec!["batch.set-many 1"]),
        ("write-behind", vec!["batch.apply 1"]),
        ("get-many", vec!["batch.get-many 1"]),
        ("for-each", vec!["store.scan-packed 1"]),
        ("update", vec!["atomics.compare-and-swap 1", "store.get-entry 1"]),
    ];
    for (what, crossings) in expected {
        let recorder = PrometheusBuilder::new().build_recorder();
        let page = recorder.handle();
        metrics::with_local_recorder(&recorder, || {
            let setup = host.run("batch_crossings").arg(what).setup();
            let status = executor.block_on(plugin("batch_crossings").run_command(setup)).unwrap();
            assert_eq!(status, 0, "{what}");
        });
        let page = page.render();
        let mut counted: Vec<String> =
            page.lines().filter_map(crossing).filter(|line| line != "store.open 1").collect();
        counted.sort();
        assert_eq!(counted, crossings, "{what}");
    }
}

/// `interface.function number` of a line that counts calls of guests.
fn crossing(line: &str) -> Option<String> {
    let (labels, number) = line.strip_prefix("larder_guest_calls_total{")?.split_once("} ")?;
    let label = |name: &str| Some(labels.split_once(&format!("{name}=\""))?.1.split_once('"')?.0);
    Some(format!("{}.{} {number}", label("interface")?, label("function")?))
}

#[tokio::test]
async fn batch_answer_too_large() {
    let host = Host::new();
    // 64 MiB of answer come on top of what the guest has already.
    let limits = Limits { memory: 256 << 20, ..Limits::default() };
    host.run("batch_answer_too_large").limits(limits).passes().await;
}

#[tokio::test]
async fn batch_all_or_nothing() {
    let host = Host::new();
    let quota = Quota { keys: Some(4), ..Quota::default() };
    host.run("batch_all_or_nothing").grant("default", Grant::store(host.scope("s", quota))).passes().await;
    host.check();
}

#[tokio::test]
async fn batch_read_only() {
    let host = Host::new();
    host.store().set("g", "k", b"theirs").unwrap();
    host.run("batch_read_only").grant("default", Grant::store(host.store()).read_only()).passes().await;
}
