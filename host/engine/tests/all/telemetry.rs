//! What is measured, as a recorder sees it.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc, time::Duration};

use larder_engine::{
    ArchiveFormat, Config, DeliveryBatch, DeliveryConfig, JournalConfig, Larder, Quota, Refusal, Sink, TenantId, Watch,
    telemetry::METRICS,
};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};

use crate::{sqlite::Place, support::*};

/// Catches what this thread measures.
struct Recorder {
    recorder: DebuggingRecorder,
    snapshotter: Snapshotter,
}

impl Recorder {
    fn new() -> Recorder {
        let recorder = DebuggingRecorder::new();
        Recorder { snapshotter: recorder.snapshotter(), recorder }
    }

    /// What `run` measured: values by `name{label=value}`, labels in order; of distributions, how many values.
    fn measures(&self, run: impl FnOnce()) -> BTreeMap<String, f64> {
        metrics::with_local_recorder(&self.recorder, run);
        let found = self.snapshotter.snapshot().into_vec().into_iter().map(|(key, _, _, value)| {
            let key = key.key();
            let mut labels: Vec<String> =
                key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            labels.sort();
            let value = match value {
                DebugValue::Counter(value) => value as f64,
                DebugValue::Gauge(value) => value.into_inner(),
                DebugValue::Histogram(values) => values.len() as f64,
            };
            (format!("{}{{{}}}", key.name(), labels.join(",")), value)
        });
        found.collect()
    }
}

/// Takes every row, and keeps none.
struct Nowhere;

impl Sink for Nowhere {
    fn deliver(&self, _batch: &DeliveryBatch<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}

#[track_caller]
fn assert_measured(measured: &BTreeMap<String, f64>, expected: &[(&str, f64)]) {
    for (name, value) in expected {
        assert_eq!(measured.get(*name), Some(value), "{name} in {measured:#?}");
    }
}

fn tenants(n: usize) -> impl Iterator<Item = TenantId> {
    (0..n).map(|n| TenantId::parse(&format!("t{n}")).unwrap())
}

#[test]
fn each_operation_is_counted_and_timed() {
    let measured = Recorder::new().measures(|| {
        let store = acme(&Larder::in_memory(Config::new().metrics(10))).store();
        store.set("g", "a", b"four").unwrap();
        store.set_many("g", &[("b".into(), b"x".to_vec()), ("c".into(), b"y".to_vec())]).unwrap();
        for _ in 0..3 {
            store.get("g", "a").unwrap();
        }
        store.view(|view| Ok((view.count("g")?, view.get("g", "b")?))).unwrap();
        let transaction = store.begin().unwrap();
        transaction.store().delete("g", "c").unwrap();
        transaction.commit().unwrap();
        store.begin().unwrap().rollback().unwrap();
    });
    assert_measured(
        &measured,
        &[
            ("larder_operations_total{operation=get,tenant=acme}", 4.0),
            ("larder_operations_total{operation=count,tenant=acme}", 1.0),
            ("larder_operations_total{operation=view,tenant=acme}", 4.0),
            ("larder_operations_total{operation=set,tenant=acme}", 3.0),
            ("larder_operations_total{operation=set-many,tenant=acme}", 1.0),
            ("larder_operations_total{operation=delete,tenant=acme}", 1.0),
            ("larder_operations_total{operation=update,tenant=acme}", 3.0),
            ("larder_operations_total{operation=begin,tenant=acme}", 2.0),
            ("larder_operations_total{operation=commit,tenant=acme}", 1.0),
            ("larder_operations_total{operation=rollback,tenant=acme}", 1.0),
            ("larder_operation_seconds{operation=get}", 4.0),
            ("larder_operation_seconds{operation=commit}", 1.0),
            ("larder_written_bytes_total{tenant=acme}", 6.0),
            ("larder_read_bytes_total{tenant=acme}", 13.0),
            ("larder_tenants_opened_total{}", 1.0),
        ],
    );
    assert!(!measured.keys().any(|name| name.starts_with("larder_errors")), "{measured:#?}");
}

#[test]
fn errors_are_counted_by_their_kind() {
    let measured = Recorder::new().measures(|| {
        let tenant = acme(&Larder::in_memory(Config::new().metrics(10)));
        let store = tenant.scope(scope("plugin"), Quota { keys: Some(1), ..Quota::default() });
        store.set("g", "a", b"x").unwrap();
        store.set("g", "b", b"x").unwrap_err();
        store.increment("g", "a", 1).unwrap_err();
        store.clone().read_only().set("g", "a", b"x").unwrap_err();
        store.set(&"g".repeat(2000), "a", b"x").unwrap_err();
        store.get(&"g".repeat(2000), "a").unwrap_err();
        let transaction = store.begin().unwrap();
        transaction.commit().unwrap();
        transaction.commit().unwrap_err();
    });
    assert_measured(
        &measured,
        &[
            ("larder_errors_total{kind=quota-exceeded,tenant=acme}", 1.0),
            ("larder_errors_total{kind=not-a-counter,tenant=acme}", 1.0),
            ("larder_errors_total{kind=access-denied,tenant=acme}", 1.0),
            ("larder_errors_total{kind=too-large,tenant=acme}", 2.0),
            ("larder_errors_total{kind=closed,tenant=acme}", 1.0),
            ("larder_operations_total{operation=update,tenant=acme}", 5.0),
        ],
    );
}

#[test]
fn files_are_measured_too() {
    let dir = tempfile::tempdir().unwrap();
    let measured = Recorder::new().measures(|| {
        let files = acme(&Larder::open(dir.path(), Config::new().metrics(10)).unwrap()).files().unwrap();
        files.write("a", b"12345").unwrap();
        files.read("a").unwrap();
        files.read("b").unwrap_err();
        let mut writer = files.create("b").unwrap();
        writer.write(b"123").unwrap();
        writer.finish().unwrap();
        files.open_read("b", 0).unwrap().read(2).unwrap();
    });
    assert_measured(
        &measured,
        &[
            ("larder_operations_total{operation=file-write,tenant=acme}", 1.0),
            ("larder_operations_total{operation=file-read,tenant=acme}", 2.0),
            ("larder_operations_total{operation=file-finish,tenant=acme}", 1.0),
            ("larder_errors_total{kind=not-found,tenant=acme}", 1.0),
            ("larder_written_bytes_total{tenant=acme}", 8.0),
            ("larder_read_bytes_total{tenant=acme}", 7.0),
        ],
    );
}

#[test]
fn nothing_is_measured_unless_the_host_asked_for_it() {
    let measured = Recorder::new().measures(|| {
        let larder = Larder::in_memory(Config::new());
        acme(&larder).store().set("g", "k", b"v").unwrap();
        larder.measure();
        assert_eq!(acme(&larder).metrics_label(), None);
    });
    assert_eq!(measured, BTreeMap::new());
}

#[test]
fn a_thousand_tenants_have_no_more_labels_than_were_allowed() {
    let measured = Recorder::new().measures(|| {
        let larder = Larder::in_memory(Config::new().metrics(10).open_tenants(20));
        for _ in 0..2 {
            for tenant in tenants(1000) {
                larder.tenant(&tenant).store().set("g", "k", b"v").unwrap();
            }
        }
        larder.measure();
        assert_eq!(larder.tenant(&TenantId::parse("t9").unwrap()).metrics_label().unwrap().as_ref(), "t9");
        assert_eq!(larder.tenant(&TenantId::parse("t10").unwrap()).metrics_label().unwrap().as_ref(), "_other");
    });
    for metric in ["larder_operations_total{operation=set", "larder_written_bytes_total{"] {
        let values: Vec<f64> =
            measured.iter().filter(|(name, _)| name.starts_with(metric)).map(|(_, value)| *value).collect();
        assert_eq!(values.len(), 11, "{metric}");
        assert_eq!(values.iter().sum::<f64>(), 2000.0, "{metric}");
    }
    assert_measured(
        &measured,
        &[
            ("larder_operations_total{operation=set,tenant=t9}", 2.0),
            ("larder_operations_total{operation=set,tenant=_other}", 1980.0),
        ],
    );
    assert!(measured.len() < 200, "{}", measured.len());
}

#[test]
fn without_labels_for_tenants_nothing_names_one() {
    let measured = Recorder::new().measures(|| {
        let larder = Larder::in_memory(Config::new().metrics(0));
        for tenant in tenants(3) {
            larder.tenant(&tenant).store().set("g", "k", b"v").unwrap();
        }
        larder.measure();
    });
    assert_measured(&measured, &[("larder_operations_total{operation=set}", 3.0), ("larder_expired_entries{}", 0.0)]);
    assert!(!measured.keys().any(|name| name.contains("tenant=")), "{measured:#?}");
}

#[test]
fn what_waits_is_shown_for_each_label() {
    let place = Place::new();
    let recorder = Recorder::new();
    let larder = Larder::open(place.root(), place.config().metrics(1)).unwrap();
    let measured = recorder.measures(|| {
        for (tenant, entries) in [("acme", 1), ("beta", 2), ("gamma", 3)] {
            let store = larder.tenant(&TenantId::parse(tenant).unwrap()).store();
            for n in 0..entries {
                store.set_with_ttl("g", &n.to_string(), b"v", 1000).unwrap();
            }
            store.set("g", "stays", b"v").unwrap();
        }
        place.sql().execute_batch("INSERT INTO larder_outbox VALUES (1, 'b', NULL, NULL), (2, 'b', '', 7)").unwrap();
        larder.measure();
    });
    assert_measured(
        &measured,
        &[
            ("larder_expired_entries{tenant=acme}", 0.0),
            ("larder_outbox_entries{tenant=acme}", 1.0),
            ("larder_outbox_parked_entries{tenant=acme}", 1.0),
            ("larder_outbox_entries{tenant=_other}", 0.0),
        ],
    );
    // The purge in the background does not come before its interval.
    place.clock.advance(std::time::Duration::from_millis(1500));
    let measured = recorder.measures(|| larder.measure());
    assert_measured(
        &measured,
        &[("larder_expired_entries{tenant=acme}", 1.0), ("larder_expired_entries{tenant=_other}", 5.0)],
    );
    let measured = recorder.measures(|| {
        assert_eq!(larder.purge(), 6);
        larder.measure();
    });
    assert_measured(
        &measured,
        &[("larder_expired_entries{tenant=acme}", 0.0), ("larder_purged_entries_total{tenant=_other}", 5.0)],
    );
    let measured = recorder.measures(|| {
        larder.close();
        larder.measure();
    });
    assert_measured(&measured, &[("larder_outbox_entries{tenant=acme}", 0.0)]);
}

#[test]
fn a_feed_and_those_behind_it_are_shown() {
    let larder = Larder::in_memory(Config::new().metrics(10));
    let store = acme(&larder).store();
    let mut consumer = store.consumer("indexer", &Watch::All).unwrap();
    let measured = Recorder::new().measures(|| {
        store.set_many("g", &[("a".into(), vec![]), ("b".into(), vec![]), ("c".into(), vec![])]).unwrap();
        store.set("g", "d", b"").unwrap();
        larder.measure();
    });
    let feed = |waiting, parked| {
        [
            ("larder_feed_events{tenant=acme}", 4.0),
            ("larder_consumer_waiting_events{consumer=indexer,tenant=acme}", waiting),
            ("larder_consumer_parked_events{consumer=indexer,tenant=acme}", parked),
        ]
    };
    assert_measured(&measured, &feed(4.0, 0.0));
    assert!(measured["larder_feed_bytes{tenant=acme}"] > 0.0);
    let measured = Recorder::new().measures(|| {
        // Until it is wholly done, all of a commit waits.
        let batch = consumer.next(2).unwrap();
        consumer.park(&batch, 5, "no").unwrap();
        larder.measure();
    });
    assert_measured(&measured, &feed(4.0, 2.0));
    let measured = Recorder::new().measures(|| {
        let batch = consumer.next(1).unwrap();
        consumer.acknowledge(&batch).unwrap();
        larder.measure();
    });
    assert_measured(&measured, &feed(1.0, 2.0));
    let measured = Recorder::new().measures(|| {
        let batch = consumer.next(10).unwrap();
        consumer.acknowledge(&batch).unwrap();
        larder.measure();
    });
    assert_measured(&measured, &feed(0.0, 2.0));
}

#[test]
fn the_journal_workspaces_and_watchers_are_measured_too() {
    let dir = tempfile::tempdir().unwrap();
    let measured = Recorder::new().measures(|| {
        let larder = Larder::open(dir.path(), Config::new().metrics(10)).unwrap();
        let store = acme(&larder).store();
        let mut watcher = store.watch(&Watch::All, None).unwrap();
        let workspace = store.workspaces().create("w").unwrap();
        workspace.put("k", "{}").unwrap();
        workspace.query("SELECT 1", &[]).unwrap();
        workspace.query("DROP TABLE entries", &[]).unwrap_err();
        workspace.commit().unwrap();
        workspace.commit().unwrap_err();
        store.journal().query(&Default::default()).unwrap();
        store.journal().sql("SELECT * FROM journal", &[]).unwrap();
        futures_lite::future::block_on(store.journal().sql_async("nonsense".into(), vec![])).unwrap_err();
        store.archives().compact(i64::MAX, ArchiveFormat::Gzip).unwrap();
        watcher.try_next(10).unwrap();
    });
    for (operation, times) in [
        ("watch", 1.0),
        ("watch-read", 1.0),
        ("workspace-create", 1.0),
        ("workspace-put", 1.0),
        ("workspace-query", 2.0),
        ("workspace-commit", 2.0),
        ("journal-append", 1.0),
        ("journal-query", 1.0),
        ("journal-sql", 2.0),
        ("archive-compact", 1.0),
    ] {
        assert_measured(
            &measured,
            &[(&format!("larder_operations_total{{operation={operation},tenant=acme}}"), times)],
        );
    }
    let error = |kind: &str| measured[&format!("larder_errors_total{{kind={kind},tenant=acme}}")];
    assert_eq!((error("sql-not-allowed"), error("sql-statement")), (1.0, 1.0));
}

#[test]
fn more_consumers_than_have_a_label_share_one() {
    let larder = Larder::in_memory(Config::new().metrics(10));
    let store = acme(&larder).store();
    for n in 0..100 {
        store.consumer(&n.to_string(), &Watch::All).unwrap();
    }
    store.set("g", "k", b"").unwrap();
    let measured = Recorder::new().measures(|| larder.measure());
    let waiting: Vec<_> =
        measured.iter().filter(|(name, _)| name.starts_with("larder_consumer_waiting_events")).collect();
    assert_eq!(waiting.len(), 65);
    assert_measured(&measured, &[("larder_consumer_waiting_events{consumer=_other,tenant=acme}", 36.0)]);
}

#[test]
fn a_tenant_that_was_closed_is_not_counted_as_open() {
    let open = |larder: &Larder| tenants(3).for_each(|tenant| larder.tenant(&tenant).create().unwrap());
    let larder = Larder::in_memory(Config::new().metrics(1));
    let measured = Recorder::new().measures(|| open(&larder));
    assert_measured(&measured, &[("larder_open_tenants{}", 3.0), ("larder_tenants_opened_total{}", 3.0)]);
    let measured = Recorder::new().measures(|| {
        let larder = Larder::in_memory(Config::new().metrics(1).open_tenants(2));
        open(&larder);
    });
    assert_measured(&measured, &[("larder_open_tenants{}", 0.0), ("larder_tenants_opened_total{}", 3.0)]);
}

#[test]
fn the_page_of_the_metrics_has_each_of_them_with_its_kind_and_labels() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/metrics.md");
    let page = fs::read_to_string(page).unwrap();
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with("| `larder_"))
        .filter(|line| !["| `larder_guest", "| `larder_http"].iter().any(|others| line.starts_with(others)))
        .map(|line| line.split('|').skip(1).map(|cell| cell.trim().trim_matches('`')).collect())
        .collect();
    let listed: Vec<(String, String, String)> = METRICS
        .iter()
        .map(|metric| (metric.name.into(), format!("{:?}", metric.kind).to_lowercase(), metric.labels.join("`, `")))
        .collect();
    let told: Vec<_> = rows.iter().map(|row| (row[0].to_owned(), row[1].to_owned(), row[3].to_owned())).collect();
    assert_eq!(told, listed);
}

#[test]
fn what_is_measured_is_in_the_list() {
    let dir = tempfile::tempdir().unwrap();
    let measured = Recorder::new().measures(|| {
        let journal = JournalConfig { deliver: true, ..JournalConfig::default() };
        let larder = Larder::open(dir.path(), Config::new().metrics(10).journal(journal)).unwrap();
        let store = acme(&larder).store();
        store.set("g", "k", b"v").unwrap();
        store.get("g", "k").unwrap();
        store.journal().append("m", "{\"n\":1}", &Default::default()).unwrap();
        larder.deliver_now(Arc::new(Nowhere), DeliveryConfig::new(), None, Duration::from_secs(60)).unwrap();
        store.increment("g", "k", 1).unwrap_err();
        store.set_with_ttl("g", "k", b"v", 0).unwrap();
        store.consumer("indexer", &Watch::All).unwrap();
        larder.purge();
        larder.measure();
    });
    let names: std::collections::BTreeSet<&str> =
        measured.keys().map(|key| key.split('{').next().unwrap_or_default()).collect();
    assert_eq!(names, METRICS.iter().map(|metric| metric.name).collect());
    for key in measured.keys() {
        let (name, labels) = key.trim_end_matches('}').split_once('{').unwrap();
        let metric = METRICS.iter().find(|metric| metric.name == name).unwrap();
        let labels = labels.split(',').filter_map(|label| label.split('=').next()).filter(|label| !label.is_empty());
        assert_eq!(labels.collect::<Vec<_>>(), metric.labels, "{key}");
    }
}
