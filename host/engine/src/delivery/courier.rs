//! Taking batches from tenants to the receiver.

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Weak},
    time::Duration,
};

use super::{
    DeliveryBatch, DeliveryConfig, DeliveryRow, Refusal, Sink,
    desk::AtWork,
    lines::{Lines, Next, Outcome},
    row,
};
use crate::{
    Clock, Error, Result, Tenant, TenantId,
    backend::after,
    larder::Inner,
    limits::{PARKED_ERROR_BYTES, PURGE_RETRY},
};

/// The one who delivers. It holds nothing of a tenant while the receiver has a batch.
pub(super) struct Courier {
    pub(super) lines: Lines,
    pub(super) done: Done,
    larder: Weak<Inner>,
    work: AtWork,
    sink: Arc<dyn Sink>,
    config: DeliveryConfig,
    clock: Arc<dyn Clock>,
    /// How long a tenant without rows stays marked.
    mark_kept: Duration,
    /// Tenants that nobody had open.
    opened: HashSet<TenantId>,
}

/// What came of it so far.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) delivered: u64,
    pub(super) parked: u64,
    /// The tenant that could not be used last, and why.
    pub(super) failed: Option<(TenantId, Error)>,
}

/// Rows on their way.
struct Picked {
    rows: Vec<DeliveryRow>,
    settled: Settled,
    /// What is written down as the reason why the first row was not delivered.
    error: Option<String>,
    /// Whether more rows wait than a batch holds.
    full: bool,
}

/// What became of a batch.
enum Sent {
    /// The receiver took or refused all of it, and all that waited was in it.
    All,
    /// The same, and more waits.
    FullBatch,
    /// The receiver takes no more for now.
    Stopped,
}

/// Rows whose fate is known.
#[derive(Default)]
struct Settled {
    delivered: Vec<i64>,
    parked: Vec<(i64, String)>,
}

/// How giving rows to the receiver ended.
enum End {
    /// The fate of each is known.
    All,
    /// The receiver takes no more for now.
    Stopped {
        /// The first row that it did not take.
        first: i64,
        after: Option<Duration>,
        reason: String,
    },
    /// The root is being closed.
    Closed,
}

impl Courier {
    pub(super) fn new(
        larder: &Arc<Inner>,
        work: AtWork,
        sink: Arc<dyn Sink>,
        config: DeliveryConfig,
        gather: Duration,
        mark_kept: Duration,
    ) -> Courier {
        Courier {
            lines: Lines::gathering(gather),
            done: Done::default(),
            larder: Arc::downgrade(larder),
            work,
            sink,
            config,
            clock: larder.config.clock.clone(),
            mark_kept,
            opened: HashSet::new(),
        }
    }

    pub(super) fn now(&self) -> i64 {
        self.clock.now_ms()
    }

    pub(super) fn work(&self) -> &AtWork {
        &self.work
    }

    /// Deliver a batch for each bucket of the tenant whose turn it is, if it is somebody's.
    pub(super) fn step(&mut self) -> Next {
        let next = self.lines.next(self.now());
        let Next::Tenant(id) = &next else { return next };
        let outcome = self.visit(id).unwrap_or_else(|error| {
            match &error {
                Error::Closed => {}
                // Another process delivers what it commits.
                Error::InUse { .. } => tracing::debug!(tenant = %id, %error, "nothing is delivered for now"),
                _ => tracing::warn!(tenant = %id, %error, "nothing is delivered for now"),
            }
            self.done.failed = Some((id.clone(), error));
            Outcome::Failed { wait_ms: self.config.wait_ms(self.lines.tenant_failed(id)) }
        });
        self.lines.end(id, outcome, self.now());
        self.work.desk().set_next_tries(id, self.lines.next_tries(id));
        if !matches!(outcome, Outcome::More | Outcome::Gathers) {
            self.let_go(id);
        }
        next
    }

    /// Close a tenant that was opened for its delivery alone.
    pub(super) fn let_go(&mut self, id: &TenantId) {
        if self.opened.remove(id)
            && let Some(larder) = self.larder.upgrade()
        {
            larder.close_idle(id);
        }
    }

    fn visit(&mut self, id: &TenantId) -> Result<Outcome> {
        if !self.is_worth_opening(id)? {
            return Ok(Outcome::Done);
        }
        let buckets = self.buckets(id)?;
        self.lines.keep(id, &buckets);
        if buckets.is_empty() {
            return self.clear_mark(id);
        }
        let mut outcome = Outcome::Waits;
        for bucket in buckets {
            if !self.lines.may_try(id, &bucket, self.now()) {
                continue;
            }
            match self.deliver(id, &bucket)? {
                // Whoever is next waits for the receiver too.
                Sent::Stopped => return Ok(Outcome::Waits),
                Sent::FullBatch => outcome = Outcome::More,
                Sent::All if outcome == Outcome::More => {}
                Sent::All => outcome = Outcome::Gathers,
            }
        }
        Ok(outcome)
    }

    /// Whether there can be something to deliver; makes no directory for a tenant that is gone.
    fn is_worth_opening(&mut self, id: &TenantId) -> Result<bool> {
        let larder = self.larder()?;
        if larder.opened(id)?.is_some() {
            return Ok(true);
        }
        let marks = larder.delivery.marks()?;
        if !marks.has(id)? {
            return Ok(false);
        }
        if !larder.tenant_exists(id)? {
            marks.clear(id)?;
            return Ok(false);
        }
        self.opened.insert(id.clone());
        Ok(true)
    }

    /// Those for which something waits.
    fn buckets(&self, id: &TenantId) -> Result<Vec<String>> {
        self.tenant(id)?.read(|read| {
            let (outbox, mut found) = (read.outbox()?, Vec::new());
            let mut from = String::new();
            while let Some(bucket) = outbox.next_bucket(&from)? {
                from = after(&bucket);
                found.push(bucket);
            }
            Ok(found)
        })
    }

    /// Deliver a batch.
    fn deliver(&mut self, id: &TenantId, bucket: &str) -> Result<Sent> {
        let Picked { rows, mut settled, error, full } = self.pick(id, bucket)?;
        let (first, unfit) = (rows.first().map(|row| row.id), settled.len());
        let end = self.send(id, bucket, rows, &mut settled);
        // Written down once for as long as it stays the same: the disk is not to be kept busy by a receiver that is away.
        let told = match &end {
            End::Stopped { first: stopped, reason, .. } => {
                tracing::warn!(tenant = %id, bucket, reason, "rows of the journal are not delivered for now");
                let is_known = first == Some(*stopped) && error.as_ref() == Some(reason);
                (!is_known).then_some((*stopped, reason.as_str()))
            }
            End::All | End::Closed => None,
        };
        if settled.len() > 0 || told.is_some() {
            self.write_down(id, &settled, told)?;
            self.done.delivered += settled.delivered.len() as u64;
            self.done.parked += settled.parked.len() as u64;
        }
        if settled.len() > unfit {
            self.lines.succeeded(id, bucket);
        }
        match end {
            End::All => Ok(if full { Sent::FullBatch } else { Sent::All }),
            End::Closed => Err(Error::Closed),
            End::Stopped { after, .. } => {
                let asked_ms = after.map(|after| i64::try_from(after.as_millis()).unwrap_or(i64::MAX));
                let (now, config) = (self.now(), &self.config);
                self.lines.failed(id, bucket, now, asked_ms, |failures| config.wait_ms(failures));
                Ok(Sent::Stopped)
            }
        }
    }

    /// The next rows of a bucket; what cannot be delivered at all is settled with them.
    fn pick(&self, id: &TenantId, bucket: &str) -> Result<Picked> {
        let mut picked = Picked { rows: Vec::new(), settled: Settled::default(), error: None, full: false };
        let mut bytes = 0;
        self.tenant(id)?.read(|read| {
            read.outbox()?.waiting_rows(bucket, &mut |waiting| {
                let size = row::bytes(&waiting);
                let count = picked.rows.len() + picked.settled.parked.len();
                if count > 0 && (count >= self.config.batch_rows || bytes + size > self.config.batch_bytes) {
                    picked.full = true;
                    return false;
                }
                bytes += size;
                match row::outgoing(&waiting) {
                    Ok(row) => {
                        if picked.rows.is_empty() {
                            picked.error = waiting.error.map(str::to_owned);
                        }
                        picked.rows.push(row);
                    }
                    Err(reason) => picked.settled.parked.push((waiting.id, reason)),
                }
                true
            })
        })?;
        Ok(picked)
    }

    /// Give rows to the receiver until the fate of each is known or it takes no more.
    fn send(&self, id: &TenantId, bucket: &str, rows: Vec<DeliveryRow>, settled: &mut Settled) -> End {
        let mut pieces = vec![rows];
        while let Some(mut rows) = pieces.pop() {
            let Some(first) = rows.first().map(|row| row.id) else { continue };
            let batch = DeliveryBatch { tenant: id, bucket, rows: &rows };
            let stopped = |after, reason: String| End::Stopped { first, after, reason: shortened(reason) };
            let Some(answer) = self.work.send(|| catch_unwind(AssertUnwindSafe(|| self.sink.deliver(&batch)))) else {
                return End::Closed;
            };
            match answer {
                Ok(Ok(())) => settled.delivered.extend(rows.iter().map(|row| row.id)),
                Ok(Err(Refusal::Refused { reason })) => settled.park(rows.iter(), &reason),
                Ok(Err(Refusal::Invalid { reason } | Refusal::TooLarge { reason })) => {
                    if rows.len() == 1 {
                        settled.park(rows.iter(), &reason);
                    } else {
                        let second = rows.split_off(rows.len() / 2);
                        pieces.extend([second, rows]);
                    }
                }
                Ok(Err(Refusal::Unfit(places))) => {
                    let before = settled.parked.len();
                    for (place, reason) in places {
                        settled.park(rows.get(place).into_iter(), &reason);
                    }
                    let parked: HashSet<i64> = settled.parked.iter().skip(before).map(|(id, _)| *id).collect();
                    if parked.is_empty() {
                        return stopped(None, "the receiver refused rows that are not in the batch".into());
                    }
                    rows.retain(|row| !parked.contains(&row.id));
                    pieces.push(rows);
                }
                Ok(Err(Refusal::Retry { after, reason })) => return stopped(after, reason),
                Err(_) => return stopped(None, "the receiver panicked".into()),
            }
        }
        End::All
    }

    fn write_down(&self, id: &TenantId, settled: &Settled, told: Option<(i64, &str)>) -> Result<()> {
        let (tenant, now) = (self.tenant(id)?, self.now());
        tenant.write(|writing| {
            let outbox = writing.write.outbox()?;
            for id in &settled.delivered {
                outbox.remove_waiting(*id)?;
            }
            for (id, reason) in &settled.parked {
                outbox.park_row(*id, reason, now)?;
            }
            if let Some((id, reason)) = told {
                outbox.set_error(id, reason)?;
            }
            Ok(())
        })?;
        tenant.meters().delivered(settled.delivered.len() as u64);
        for (row, reason) in &settled.parked {
            tracing::warn!(tenant = %id, row, reason, "a row of the journal is parked");
        }
        Ok(())
    }

    /// Nothing waits: the mark goes, once nothing has come for a while.
    fn clear_mark(&self, id: &TenantId) -> Result<Outcome> {
        let larder = self.larder()?;
        let open = larder.open_tenant(id)?;
        let kept_ms = i64::try_from(self.mark_kept.as_millis()).unwrap_or(i64::MAX);
        let until = open.outgoing_at().map(|at| at.saturating_add(kept_ms));
        if let Some(until) = until.filter(|until| *until > self.now()) {
            return Ok(Outcome::Marked { until });
        }
        let Some(_permit) = open.try_enter_as_writer() else {
            let retry_ms = i64::try_from(PURGE_RETRY.as_millis()).unwrap_or(i64::MAX);
            return Ok(Outcome::Marked { until: self.now().saturating_add(retry_ms) });
        };
        if open.snapshot()?.as_read().outbox()?.next_bucket("")?.is_some() {
            return Ok(Outcome::More);
        }
        open.unmark(larder.delivery.marks()?)?;
        Ok(Outcome::Done)
    }

    fn larder(&self) -> Result<Arc<Inner>> {
        self.larder.upgrade().ok_or(Error::Closed)
    }

    fn tenant(&self, id: &TenantId) -> Result<Tenant> {
        Ok(self.larder()?.tenant(id))
    }
}

impl Settled {
    fn len(&self) -> usize {
        self.delivered.len() + self.parked.len()
    }

    fn park<'a>(&mut self, rows: impl Iterator<Item = &'a DeliveryRow>, reason: &str) {
        let reason = shortened(reason.into());
        self.parked.extend(rows.map(|row| (row.id, reason.clone())));
    }
}

fn shortened(mut reason: String) -> String {
    reason.truncate(reason.floor_char_boundary(PARKED_ERROR_BYTES));
    reason
}
