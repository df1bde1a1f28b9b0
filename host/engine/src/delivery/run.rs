//! Starting and ending delivery.

use std::{sync::Arc, thread, time::Duration};

use super::{DeliveryConfig, Sink, courier::Courier, desk::AtWork, lines::Next};
use crate::{Error, Larder, Result, TenantId, larder::Inner, limits::DELIVERY_MARK_KEPT};

/// What [`Larder::deliver_now`] came to.
#[derive(Debug, Default)]
pub struct DeliveryReport {
    /// Rows that were taken.
    pub delivered: u64,
    /// Rows that were put aside.
    pub parked: u64,
    /// Tenants that could not be looked at, and why, such as one that another process has open.
    pub failed: Vec<(TenantId, Error)>,
    /// Tenants with something left, because the time was over.
    pub left: Vec<TenantId>,
}

impl Larder {
    /// Deliver what the journals of all tenants [keep for it](crate::JournalConfig::deliver) to `sink`, from now on until the
    /// root is closed, on a thread of its own. What was left by an earlier process is delivered too.
    ///
    /// Rows are delivered at least once and, within a bucket of a tenant, in order; what the receiver refuses is
    /// [parked](crate::Tenant::parked_deliveries). [Closing](Larder::close) the root waits for the answer of the receiver
    /// for [a while](DeliveryConfig::close_wait). A root that is only dropped may be closed by this thread, a moment later.
    ///
    /// # Errors
    /// [`Error::Unsupported`] in memory and while this root delivers already; [`Error::Closed`], [`Error::Refused`],
    /// [`Error::Io`].
    ///
    /// ```
    /// use larder_engine::{Config, DeliveryBatch, DeliveryConfig, JournalConfig, Larder, Refusal, Sink, TenantId};
    /// use std::sync::{Arc, Mutex, mpsc};
    ///
    /// struct Channel(Mutex<mpsc::Sender<String>>);
    ///
    /// impl Sink for Channel {
    ///     fn deliver(&self, batch: &DeliveryBatch<'_>) -> Result<(), Refusal> {
    ///         for row in batch.rows {
    ///             let sent = self.0.lock().unwrap().send(row.measurement.clone());
    ///             sent.map_err(|error| Refusal::Retry { after: None, reason: error.to_string() })?;
    ///         }
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # fn main() -> larder_engine::Result<()> {
    /// # let root = tempfile::tempdir().unwrap();
    /// let journal = JournalConfig { deliver: true, ..JournalConfig::default() };
    /// let larder = Larder::open(root.path().join("data"), Config::new().journal(journal))?;
    /// let (sender, taken) = mpsc::channel();
    /// larder.deliver_to(Arc::new(Channel(Mutex::new(sender))), DeliveryConfig::new())?;
    /// let journal = larder.tenant(&TenantId::parse("acme")?).store().journal();
    /// journal.append("import", r#"{"rows": 12}"#, &[].into())?;
    /// assert_eq!(taken.recv().as_deref(), Ok("import"));
    /// larder.close();
    /// # Ok(())
    /// # }
    /// ```
    pub fn deliver_to(&self, sink: Arc<dyn Sink>, config: DeliveryConfig) -> Result<()> {
        let inner = self.inner();
        let gather = config.gather;
        let mut courier = Courier::new(inner, begin(inner, &config)?, sink, config, gather, DELIVERY_MARK_KEPT);
        for tenant in inner.delivery.marks()?.all()? {
            courier.lines.wake(&tenant, courier.now());
        }
        let thread = thread::Builder::new().name("larder-delivery".into()).spawn(move || run(courier));
        let failed = |source| Error::Io { operation: "starting the thread that delivers".into(), source };
        inner.delivery.set_thread(thread.map_err(failed)?);
        Ok(())
    }

    /// Deliver what waits now, in all tenants or in one, on this thread: until nothing is left that can be delivered, or for
    /// as long as `within` says. Tenants that another process has open are left to it.
    ///
    /// # Errors
    /// Those of [`Larder::deliver_to`].
    pub fn deliver_now(
        &self,
        sink: Arc<dyn Sink>,
        config: DeliveryConfig,
        only: Option<&TenantId>,
        within: Duration,
    ) -> Result<DeliveryReport> {
        let inner = self.inner();
        let mut courier = Courier::new(inner, begin(inner, &config)?, sink, config, Duration::ZERO, Duration::ZERO);
        let wanted = match only {
            Some(tenant) => vec![tenant.clone()],
            None => inner.delivery.marks()?.all()?,
        };
        let begun = courier.now();
        let deadline = begun.saturating_add(i64::try_from(within.as_millis()).unwrap_or(i64::MAX));
        for tenant in &wanted {
            courier.lines.wake(tenant, begun);
        }
        let mut report = DeliveryReport::default();
        while courier.lines.unfinished().next().is_some() {
            let until = match courier.step() {
                Next::Tenant(_) => i64::MIN,
                Next::At(at) => at,
                Next::Nothing => break,
            };
            if let Some((tenant, error)) = courier.done.failed.take() {
                courier.lines.give_up(&tenant);
                report.failed.push((tenant, error));
            }
            if courier.now() >= deadline {
                break;
            }
            let woken = courier.work().wait(Some(until.min(deadline))).ok_or(Error::Closed)?;
            for tenant in woken.iter().filter(|tenant| only.is_none_or(|only| only == *tenant)) {
                courier.lines.wake(tenant, courier.now());
            }
        }
        report.left = courier.lines.unfinished().cloned().collect();
        report.left.sort_unstable();
        for tenant in &report.left {
            courier.let_go(tenant);
        }
        report.delivered = courier.done.delivered;
        report.parked = courier.done.parked;
        Ok(report)
    }
}

fn begin(inner: &Arc<Inner>, config: &DeliveryConfig) -> Result<AtWork> {
    inner.not_closed()?;
    inner.delivery.marks()?;
    let moved = Arc::downgrade(&inner.delivery);
    let work = inner.delivery.begin(config.close_wait)?;
    inner.config.clock.on_move(Arc::new(move || {
        if let Some(delivery) = moved.upgrade() {
            delivery.moved();
        }
    }));
    Ok(work)
}

fn run(mut courier: Courier) {
    loop {
        let until = match courier.step() {
            Next::Tenant(_) => Some(i64::MIN),
            Next::At(at) => Some(at),
            Next::Nothing => None,
        };
        courier.done.failed = None;
        let Some(woken) = courier.work().wait(until) else { return };
        for tenant in &woken {
            courier.lines.wake(tenant, courier.now());
        }
    }
}
