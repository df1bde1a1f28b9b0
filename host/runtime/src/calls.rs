//! Calls of guests to the contract: each a span, counted by how it ended, and timed.

mod outcome;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, Once, PoisonError},
    time::Instant,
};

use larder_engine::{
    TenantId,
    telemetry::{Metric, MetricKind},
};
use metrics::{Counter, Histogram, Label, Unit, counter, histogram};
use tracing::{Instrument as _, Span, field::Empty};

pub(crate) use self::outcome::Outcome;
use crate::{
    Grant,
    limits::PLUGIN_LABELS,
    testing::{Script, TestFault},
};

const CALLS: &str = "larder_guest_calls_total";
const SECONDS: &str = "larder_guest_call_seconds";

/// Every metric of this crate; [`engine::telemetry::METRICS`](larder_engine::telemetry::METRICS) has those of the store. They
/// are measured for instances with a grant of a root that [measures](larder_engine::Config::metrics).
pub const METRICS: &[Metric] = &[
    Metric::new(
        CALLS,
        MetricKind::Counter,
        Unit::Count,
        &["function", "interface", "outcome", "plugin", "tenant"],
        "Calls of guests that ended, by how they ended.",
    ),
    Metric::new(
        SECONDS,
        MetricKind::Histogram,
        Unit::Seconds,
        &["function", "interface", "plugin"],
        "How long a call of a guest took.",
    ),
];

/// The label of plugins beyond the bound, and of one that is called so.
const OTHER: &str = "_other";

/// Plugins that have a label of their own, for as long as the process lives.
static LABELLED: Mutex<Vec<Arc<str>>> = Mutex::new(Vec::new());

static DESCRIBED: Once = Once::new();

/// What the calls of one instance are measured with.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    plugin: Option<Arc<str>>,
    /// `None`: nothing is measured.
    meters: Option<Meters>,
    /// What a test says.
    script: Option<Script>,
}

/// Handles are kept, so that a call does not look a metric up.
#[derive(Debug)]
struct Meters {
    /// The plugin's label.
    plugin: Option<Arc<str>>,
    /// The labels of the tenants that were granted.
    tenants: Vec<(TenantId, Option<Arc<str>>)>,
    counters: Mutex<HashMap<CounterKey, Counter>>,
    seconds: Mutex<HashMap<&'static str, Histogram>>,
}

/// The function, which of the tenants, and how it ended.
type CounterKey = (&'static str, Option<usize>, &'static str);

impl Calls {
    pub(crate) fn new<'a>(
        plugin: Option<&str>,
        script: Option<Script>,
        grants: impl Iterator<Item = &'a Grant>,
    ) -> Calls {
        let mut tenants: Vec<(TenantId, Option<Arc<str>>)> = Vec::new();
        for grant in grants.filter(|grant| grant.store.is_measured()) {
            if !tenants.iter().any(|(known, _)| known == grant.store.tenant()) {
                tenants.push((grant.store.tenant().clone(), grant.store.metrics_label().cloned()));
            }
        }
        let meters = (!tenants.is_empty()).then(|| Meters::new(plugin.map(label), tenants));
        Calls { plugin: plugin.map(Into::into), meters, script }
    }

    /// Whether anybody sees calls: they are measured, a test does, or somebody wants their spans, which are of this module.
    pub(crate) fn are_seen(&self) -> bool {
        self.meters.is_some() || self.script.is_some() || tracing::span_enabled!(tracing::Level::DEBUG)
    }

    /// A call of `function`, such as `store.get`, begins.
    pub(crate) fn begin(self: &Arc<Calls>, function: &'static str, tenant: Option<&TenantId>) -> Call {
        let (interface, name) = parts(function);
        let span = tracing::debug_span!(
            "guest-call",
            otel.name = function,
            interface,
            function = name,
            tenant = tenant.map(TenantId::as_str),
            plugin = self.plugin.as_deref(),
            outcome = Empty
        );
        let measured = self.meters.as_ref().map(|meters| (Instant::now(), meters.tenant(tenant)));
        let scripted = self.script.as_ref().map(|script| (script.begin(function), tenant.cloned()));
        Call { calls: self.clone(), function, measured, scripted, span, outcome: "cancelled" }
    }
}

impl Meters {
    fn new(plugin: Option<Arc<str>>, tenants: Vec<(TenantId, Option<Arc<str>>)>) -> Meters {
        DESCRIBED.call_once(|| METRICS.iter().for_each(Metric::describe));
        Meters { plugin, tenants, counters: Mutex::default(), seconds: Mutex::default() }
    }

    fn tenant(&self, tenant: Option<&TenantId>) -> Option<usize> {
        tenant.and_then(|tenant| self.tenants.iter().position(|(known, _)| known == tenant))
    }

    fn ended(&self, call: &Call, started: Instant, tenant: Option<usize>) {
        let labels = || {
            let (interface, name) = parts(call.function);
            let function =
                [Label::from_static_parts("interface", interface), Label::from_static_parts("function", name)];
            let plugin = self.plugin.clone().map(|plugin| Label::new("plugin", plugin));
            function.into_iter().chain(plugin)
        };
        let tenant_label =
            || tenant.and_then(|n| self.tenants.get(n)?.1.clone()).map(|name| Label::new("tenant", name));
        let outcome = || Label::from_static_parts("outcome", call.outcome);
        locked(&self.counters)
            .entry((call.function, tenant, call.outcome))
            .or_insert_with(|| counter!(CALLS, labels().chain(tenant_label()).chain([outcome()]).collect::<Vec<_>>()))
            .increment(1);
        locked(&self.seconds)
            .entry(call.function)
            .or_insert_with(|| histogram!(SECONDS, labels().collect::<Vec<_>>()))
            .record(started.elapsed());
    }
}

/// A call under way. Dropped before it has an answer, because the guest was stopped, it ends as `cancelled`.
pub(crate) struct Call {
    calls: Arc<Calls>,
    function: &'static str,
    /// When it began, and which of the tenants it is about.
    measured: Option<(Instant, Option<usize>)>,
    /// In a test: how it is to go wrong, and the tenant.
    scripted: Option<(Option<TestFault>, Option<TenantId>)>,
    span: Span,
    outcome: &'static str,
}

impl Call {
    /// What a test wants it to answer, instead of being done.
    pub(crate) fn fault<E: Outcome>(&self) -> Result<(), E> {
        match self.scripted {
            Some((Some(fault), _)) => Err(E::of_test(fault)),
            _ => Ok(()),
        }
    }

    /// It is answered already.
    pub(crate) fn end<R, E: Outcome>(mut self, result: &Result<R, E>) {
        self.answered(result);
    }

    fn answered<R, E: Outcome>(&mut self, result: &Result<R, E>) {
        self.outcome = match result {
            Ok(_) => "ok",
            Err(error) => error.outcome(),
        };
    }

    /// Do what is to be answered.
    pub(crate) async fn run<R, E: Outcome>(mut self, work: impl Future<Output = Result<R, E>>) -> Result<R, E> {
        let result = match self.fault() {
            Ok(()) => work.instrument(self.span.clone()).await,
            Err(error) => Err(error),
        };
        self.answered(&result);
        result
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.span.record("outcome", self.outcome);
        if let (Some(meters), Some((started, tenant))) = (&self.calls.meters, self.measured) {
            meters.ended(self, started, tenant);
        }
        if let (Some(script), Some((_, tenant))) = (&self.calls.script, &self.scripted) {
            script.ended(self.function, tenant.as_ref(), self.outcome);
        }
    }
}

/// The interface and the name of a function.
fn parts(function: &'static str) -> (&'static str, &'static str) {
    function.split_once('.').unwrap_or(("", function))
}

/// The label of a plugin: its name, for the first ones.
fn label(plugin: &str) -> Arc<str> {
    let mut labelled = locked(&LABELLED);
    if let Some(known) = labelled.iter().find(|known| known.as_ref() == plugin) {
        return known.clone();
    }
    if labelled.len() >= PLUGIN_LABELS {
        return OTHER.into();
    }
    labelled.push(plugin.into());
    plugin.into()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
