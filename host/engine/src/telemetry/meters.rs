//! What one tenant counts with. Handles are kept, so that a call neither looks a metric up nor allocates.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Instant,
};

use metrics::{Counter, Gauge, Histogram, Label, counter, gauge, histogram};
use tracing::span::EnteredSpan;

use super::{catalogue as names, operation::Op};
use crate::{Error, FileError, SqlError};

/// The meters of one tenant; by default none, and then measuring costs a look at that.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meters(Option<Arc<Tenant>>);

#[derive(Debug)]
struct Tenant {
    /// `None`: what is measured has no label for the tenant.
    label: Option<Arc<str>>,
    operations: [OnceLock<Counter>; Op::COUNT],
    errors: Mutex<BTreeMap<&'static str, Counter>>,
    read_bytes: OnceLock<Counter>,
    written_bytes: OnceLock<Counter>,
    purged: OnceLock<Counter>,
    delivered: OnceLock<Counter>,
    shared: Arc<Shared>,
}

/// What all tenants of a root measure together: distributions for each tenant would be too many.
#[derive(Debug)]
pub(crate) struct Shared {
    seconds: [OnceLock<Histogram>; Op::COUNT],
}

impl Default for Shared {
    fn default() -> Shared {
        Shared { seconds: [const { OnceLock::new() }; Op::COUNT] }
    }
}

impl Meters {
    pub(super) fn of(shared: &Arc<Shared>, label: Option<Arc<str>>) -> Meters {
        Meters(Some(Arc::new(Tenant {
            label,
            operations: [const { OnceLock::new() }; Op::COUNT],
            errors: Mutex::default(),
            read_bytes: OnceLock::new(),
            written_bytes: OnceLock::new(),
            purged: OnceLock::new(),
            delivered: OnceLock::new(),
            shared: shared.clone(),
        })))
    }

    /// The tenant's label; `None` when nothing is measured, or not by tenant.
    pub(crate) fn label(&self) -> Option<&Arc<str>> {
        self.0.as_ref()?.label.as_ref()
    }

    /// Whether anything is measured.
    pub(crate) fn are_on(&self) -> bool {
        self.0.is_some()
    }

    /// An operation begins; it ends when the answer is dropped.
    pub(crate) fn start(&self, op: Op) -> Started<'_> {
        Started(self.0.as_deref().map(|tenant| (tenant, op, Instant::now())))
    }

    /// An operation begins, on this thread to its end, so that it can be a span too.
    pub(crate) fn enter(&self, op: Op) -> Entered<'_> {
        let span = tracing::trace_span!("operation", otel.name = op.name(), operation = op.name()).entered();
        Entered { started: self.start(op), _span: span }
    }

    /// Run a call on this thread: counted, timed, its error counted by its kind.
    pub(crate) fn run<R, E: Kind>(&self, op: Op, run: impl FnOnce() -> Result<R, E>) -> Result<R, E> {
        let entered = self.enter(op);
        let result = run();
        entered.started.answer(result)
    }

    /// Bytes of a value or a file that were read.
    pub(crate) fn read(&self, bytes: usize) {
        if let Some(tenant) = &self.0 {
            tenant.read_bytes.get_or_init(|| tenant.counter(names::READ_BYTES)).increment(bytes as u64);
        }
    }

    /// Bytes of a value or a file that were written.
    pub(crate) fn written(&self, bytes: usize) {
        if let Some(tenant) = &self.0 {
            tenant.written_bytes.get_or_init(|| tenant.counter(names::WRITTEN_BYTES)).increment(bytes as u64);
        }
    }

    /// Rows of the journal that the receiver took.
    pub(crate) fn delivered(&self, rows: u64) {
        if let Some(tenant) = &self.0 {
            tenant.delivered.get_or_init(|| tenant.counter(names::DELIVERED)).increment(rows);
        }
    }

    /// Entries that the background removed.
    pub(crate) fn purged(&self, rows: u64) {
        if let Some(tenant) = &self.0 {
            tenant.purged.get_or_init(|| tenant.counter(names::PURGED)).increment(rows);
        }
    }
}

impl Tenant {
    fn labels(&self, first: Option<Label>) -> Vec<Label> {
        let own = self.label.clone().map(|label| Label::new("tenant", label));
        first.into_iter().chain(own).collect()
    }

    fn counter(&self, name: &'static str) -> Counter {
        counter!(name, self.labels(None))
    }

    fn failed(&self, kind: &'static str) {
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || counter!(names::ERRORS, self.labels(Some(Label::from_static_parts("kind", kind))));
        errors.entry(kind).or_insert_with(new).increment(1);
    }
}

/// An operation under way.
#[must_use = "it is over when this is dropped"]
pub(crate) struct Started<'a>(Option<(&'a Tenant, Op, Instant)>);

impl Started<'_> {
    /// The end of a call: an error is counted by its kind.
    pub(crate) fn answer<R, E: Kind>(self, result: Result<R, E>) -> Result<R, E> {
        if let (Some((tenant, ..)), Err(error)) = (&self.0, &result) {
            tenant.failed(error.kind());
        }
        result
    }
}

impl Drop for Started<'_> {
    fn drop(&mut self) {
        if let Some((tenant, op, started)) = self.0 {
            let operation = || Label::from_static_parts("operation", op.name());
            let counter = || counter!(names::OPERATIONS, tenant.labels(Some(operation())));
            tenant.operations[op as usize].get_or_init(counter).increment(1);
            let histogram = || histogram!(names::OPERATION_SECONDS, vec![operation()]);
            tenant.shared.seconds[op as usize].get_or_init(histogram).record(started.elapsed());
        }
    }
}

/// An operation under way on this thread.
#[must_use = "it is over when this is dropped"]
pub(crate) struct Entered<'a> {
    started: Started<'a>,
    _span: EnteredSpan,
}

/// An error that is counted.
pub(crate) trait Kind {
    /// The label that it is counted under.
    fn kind(&self) -> &'static str;
}

impl Kind for Error {
    fn kind(&self) -> &'static str {
        Error::kind(self)
    }
}

impl Kind for FileError {
    fn kind(&self) -> &'static str {
        FileError::kind(self)
    }
}

impl Kind for SqlError {
    fn kind(&self) -> &'static str {
        SqlError::kind(self)
    }
}

/// Counts a tenant as open for as long as it is there.
#[derive(Debug)]
pub(crate) struct OpenMeter(Gauge);

impl OpenMeter {
    pub(crate) fn new(meters: &Meters) -> Option<OpenMeter> {
        meters.are_on().then(|| {
            counter!(names::OPENED).increment(1);
            let open = gauge!(names::OPEN);
            open.increment(1);
            OpenMeter(open)
        })
    }
}

impl Drop for OpenMeter {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}
