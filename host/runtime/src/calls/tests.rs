use std::{collections::BTreeMap, pin::pin, task::Context};

use larder_engine::{Config, Larder, Quota, ScopeName, TenantId};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use wasmtime::component::{Resource, ResourceTable};

use super::METRICS;
use crate::{
    Grant, LarderCtx, LarderCtxBuilder, LarderCtxView,
    bindings::larder::store::{batch, files::HostDirectory, store::HostStore, text, transactions::HostTransaction},
    handles::StoreHandle,
};

struct Guest {
    ctx: LarderCtx,
    table: ResourceTable,
}

impl Guest {
    fn host(&mut self) -> LarderCtxView<'_> {
        LarderCtxView { ctx: &mut self.ctx, table: &mut self.table }
    }

    async fn set(&mut self, store: &Resource<StoreHandle>, key: &str) -> bool {
        self.host().set(again(store), "g".into(), key.into(), vec![]).await.is_ok()
    }
}

fn again<T: 'static>(resource: &Resource<T>) -> Resource<T> {
    Resource::new_borrow(resource.rep())
}

fn tenant(name: &str) -> TenantId {
    TenantId::parse(name).unwrap()
}

/// What `calls` measured, by `name{label=value}`; of distributions, how many values.
fn measured(builder: LarderCtxBuilder, calls: impl AsyncFnOnce(&mut Guest)) -> BTreeMap<String, u64> {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut guest = Guest { ctx: builder.build().unwrap(), table: ResourceTable::new() };
    metrics::with_local_recorder(&recorder, || runtime.block_on(calls(&mut guest)));
    let values = snapshotter.snapshot().into_vec().into_iter().filter_map(|(key, _, _, value)| {
        let key = key.key();
        let value = match value {
            DebugValue::Counter(value) => value,
            DebugValue::Histogram(values) => values.len() as u64,
            DebugValue::Gauge(_) => return None,
        };
        let mut labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        labels.sort();
        Some((format!("{}{{{}}}", key.name(), labels.join(",")), value))
    });
    values.filter(|(name, _)| name.starts_with("larder_guest")).collect()
}

#[test]
fn each_call_is_counted_by_how_it_ended_for_whom_and_of_which_plugin() {
    let larder = Larder::in_memory(Config::new().metrics(10));
    let quota = Quota { keys: Some(1), ..Quota::default() };
    let scope = larder.tenant(&tenant("acme")).scope(ScopeName::parse("s").unwrap(), quota);
    let builder = LarderCtx::builder()
        .plugin("inventory")
        .grant("default", Grant::store(scope))
        .grant("shared", Grant::store(larder.tenant(&tenant("shared")).store()).read_only());
    let counted = measured(builder, async |guest| {
        assert!(HostStore::open(&mut guest.host(), "other".into()).await.is_err());
        let own = HostStore::open(&mut guest.host(), "default".into()).await.unwrap();
        let shared = HostStore::open(&mut guest.host(), "shared".into()).await.unwrap();
        assert!(guest.set(&own, "k").await && guest.set(&own, "k").await);
        assert!(!guest.set(&own, "more").await && !guest.set(&shared, "k").await);
        batch::Host::get_many(&mut guest.host(), again(&own), "g".into(), vec![]).await.unwrap();
        assert!(text::Host::render(&mut guest.host(), again(&own), "g".into(), "{{".into()).await.is_err());
        assert!(HostDirectory::open(&mut guest.host(), "default".into()).await.is_err());
        let transaction = guest.host().begin(again(&own)).await.unwrap();
        assert!(!guest.set(&own, "k").await);
        guest.host().rollback(transaction).await.unwrap();
    });
    let count = |interface: &str, function: &str, outcome: &str, tenant: &str| {
        let labels = format!("function={function},interface={interface},outcome={outcome},plugin=inventory{tenant}");
        *counted
            .get(&format!("larder_guest_calls_total{{{labels}}}"))
            .unwrap_or_else(|| panic!("{labels}: {counted:#?}"))
    };
    let acme = ",tenant=acme";
    assert_eq!(count("store", "open", "access-denied", ""), 1);
    assert_eq!(count("store", "open", "ok", acme), 1);
    assert_eq!(count("store", "open", "ok", ",tenant=shared"), 1);
    assert_eq!(count("store", "set", "ok", acme), 2);
    assert_eq!(count("store", "set", "quota-exceeded", acme), 1);
    assert_eq!(count("store", "set", "access-denied", ",tenant=shared"), 1);
    assert_eq!(count("store", "set", "transaction-open", acme), 1);
    assert_eq!(count("batch", "get-many", "ok", acme), 1);
    assert_eq!(count("text", "render", "parse", acme), 1);
    assert_eq!(count("files", "open", "access-denied", acme), 1);
    assert_eq!(count("transactions", "begin", "ok", acme), 1);
    assert_eq!(count("transactions", "rollback", "ok", acme), 1);
    assert_eq!(counted["larder_guest_call_seconds{function=set,interface=store,plugin=inventory}"], 5);
}

#[test]
fn nothing_is_counted_unless_the_root_measures() {
    let larder = Larder::in_memory(Config::new());
    let builder = LarderCtx::builder().plugin("p").grant("default", Grant::store(larder.tenant(&tenant("a")).store()));
    let counted = measured(builder, async |guest| {
        let store = HostStore::open(&mut guest.host(), "default".into()).await.unwrap();
        assert!(guest.set(&store, "k").await);
    });
    assert_eq!(counted, BTreeMap::new());
}

#[test]
fn a_call_that_the_guest_did_not_live_to_see_answered_is_cancelled() {
    let larder = Larder::in_memory(Config::new().metrics(0));
    let store = larder.tenant(&tenant("a")).store();
    let _holder = store.begin().unwrap();
    let counted = measured(LarderCtx::builder().grant("default", Grant::store(store.clone())), async |guest| {
        let store = HostStore::open(&mut guest.host(), "default".into()).await.unwrap();
        let mut call = pin!(guest.set(&store, "k"));
        // It waits for the other writer.
        assert!(call.as_mut().poll(&mut Context::from_waker(std::task::Waker::noop())).is_pending());
    });
    let name = "larder_guest_calls_total{function=set,interface=store,outcome=cancelled}";
    assert_eq!(counted.get(name), Some(&1), "{counted:#?}");
}

#[test]
fn plugins_beyond_the_bound_share_a_label() {
    let labels: std::collections::BTreeSet<_> = (0..1_000).map(|n| super::label(&format!("bound-{n}"))).collect();
    assert!(labels.len() <= crate::limits::PLUGIN_LABELS + 1 && labels.contains("_other"), "{}", labels.len());
}

#[test]
fn the_page_of_the_metrics_has_each_of_them_with_its_kind_and_labels() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/metrics.md");
    let page = std::fs::read_to_string(page).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `larder_guest"));
    let told: Vec<Vec<&str>> =
        rows.map(|line| line.split('|').skip(1).map(|cell| cell.trim().trim_matches('`')).collect()).collect();
    let told: Vec<_> = told.iter().map(|row| (row[0], row[1].to_owned(), row[3].to_owned())).collect();
    let listed = METRICS
        .iter()
        .map(|metric| (metric.name, format!("{:?}", metric.kind).to_lowercase(), metric.labels.join("`, `")));
    assert_eq!(told, listed.collect::<Vec<_>>());
}
