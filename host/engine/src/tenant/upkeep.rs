//! What is to be done for an open tenant beside what its callers ask for.

use std::sync::{Arc, atomic::Ordering};

use super::OpenTenant;
use crate::{
    Error, Result,
    backend::{Log, Names, Read},
    feed::Fullness,
    larder::Inner,
    sandbox::Marks,
    store::{
        context::Context,
        update::{Update, Writing},
    },
    telemetry::{Behind, Meters, Op, Waiting},
};

/// What a purge did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Purged {
    pub(crate) rows: u64,
    /// Whether nothing was left because somebody was writing.
    pub(crate) is_all: bool,
}

impl Default for Purged {
    fn default() -> Purged {
        Purged { rows: 0, is_all: true }
    }
}

impl OpenTenant {
    /// The caller is the writer.
    pub(super) fn keep_log_short(&self) {
        if self.log_rest.swap(false, Ordering::AcqRel) {
            return self.checkpoint();
        }
        match self.backend.log() {
            Log::Short => {}
            Log::Long if self.checkpointing.swap(true, Ordering::AcqRel) => {}
            Log::Long => self.larder.upgrade().into_iter().for_each(|larder| larder.scheduler.checkpoint(&self.id)),
            Log::TooLong => self.checkpoint(),
        }
    }

    /// Move most of the log to its place, beside the writer. The next commit moves the rest; then the log begins anew in the
    /// same place of its file, where one that grows on takes the disk longer to sync.
    pub(crate) fn shorten_log(&self) {
        self.checkpoint();
        self.log_rest.store(true, Ordering::Release);
        self.checkpointing.store(false, Ordering::Release);
    }

    /// Whether the next commit syncs the database, whatever the durability.
    pub(crate) fn is_sync_due(&self) -> bool {
        self.log_rest.load(Ordering::Acquire) || self.backend.log() == Log::TooLong
    }

    /// Move what is in the log to its place. What is committed stays so if that fails.
    fn checkpoint(&self) {
        if let Err(error) = self.backend.checkpoint() {
            tracing::warn!(tenant = %self.id, %error, "a checkpoint failed");
        }
    }

    /// Mark the tenant as one with something to deliver, before that is committed; the caller is the writer.
    pub(super) fn mark(&self) -> Result<Arc<Inner>> {
        let larder = self.larder.upgrade().ok_or(Error::Closed)?;
        if !self.marked.load(Ordering::Acquire) {
            larder.delivery.marks()?.set(&self.id)?;
            self.marked.store(true, Ordering::Release);
        }
        self.outgoing_at.store(self.config.clock.now_ms(), Ordering::Release);
        Ok(larder)
    }

    /// Nothing is left to deliver; the caller has entered as the writer.
    pub(crate) fn unmark(&self, marks: &Marks) -> Result<()> {
        self.marked.store(false, Ordering::Release);
        marks.clear(&self.id)
    }

    /// When rows to be delivered were last committed; `None` is not since the tenant was opened.
    pub(crate) fn outgoing_at(&self) -> Option<i64> {
        Some(self.outgoing_at.load(Ordering::Acquire)).filter(|at| *at != 0)
    }

    /// Answers how full the feed is with the events of this transaction; `None` when it has none.
    pub(super) fn keep_feed_bounded(&self, writing: &mut Writing) -> Result<Option<Fullness>> {
        let (Some(trimmer), Some(so_far)) = (&self.trimmer, writing.flush_events()?) else { return Ok(None) };
        let fullness = trimmer.fullness(so_far, writing.write.as_read())?;
        if fullness == Fullness::FarOver {
            trimmer.step(writing.write.as_mut(), self.config.clock.now_ms())?;
        }
        Ok(Some(fullness))
    }

    /// Remove from the feed what its bounds do not allow, unless somebody writes now.
    pub(crate) fn trim_feed(&self, now: i64) -> Result<()> {
        let Some(trimmer) = &self.trimmer else { return Ok(()) };
        while !self.is_closed() && trimmer.is_due(&self.glance(|read| read.feed_status())?, now) {
            let Some(permit) = self.writer.try_enter() else { break };
            let mut writing = self.begin()?;
            trimmer.step(writing.write.as_mut(), now)?;
            writing.changed = true;
            self.commit(writing, permit)?;
        }
        Ok(())
    }

    /// Clear the place of an entry that has expired, unless somebody writes now: it goes with the next purge then.
    pub(crate) fn remove_expired(&self, stored_group: &str, key: &str, now: i64) {
        let Some(permit) = self.writer.try_enter() else { return };
        let context = Context { now, ..Context::plain(None, &self.config) };
        let removed = self.begin().and_then(|mut writing| {
            Update { writing: &mut writing, context: &context }.remove_expired(stored_group, key)?;
            self.commit(writing, permit)
        });
        if let Err(error) = removed {
            tracing::debug!(tenant = %self.id, %error, "an expired entry stays for the purge");
        }
    }

    /// Remove what has expired, unless somebody writes now. Answers how many rows went.
    pub(crate) fn purge(&self, now: i64) -> Result<Purged> {
        let mut purged = Purged::default();
        while self.has_expired(now)? && !self.is_closed() {
            let Some(permit) = self.writer.try_enter() else {
                purged.is_all = false;
                break;
            };
            let context = Context { now, meters: self.meters.clone(), ..Context::plain(None, &self.config) };
            let _operation = self.meters.enter(Op::Purge);
            let mut writing = self.begin()?;
            let rows = Update { writing: &mut writing, context: &context }.purge_step()?;
            self.commit(writing, permit)?;
            purged.rows += rows;
            self.meters.purged(rows);
            if rows == 0 {
                // What is left has names that only another program can have given.
                break;
            }
        }
        self.drop_outdated(now, &mut purged)?;
        Ok(purged)
    }

    /// What lies there to be worked on.
    pub(crate) fn waiting(&self, now: i64) -> Result<(Meters, Waiting)> {
        let snapshot = self.backend.read()?;
        let read = snapshot.as_read();
        let mut waiting = read.waiting(now)?;
        let feed = read.feed_status()?;
        (waiting.feed_events, waiting.feed_bytes) = (feed.events, feed.bytes);
        let mut positions = Vec::new();
        read.consumers(&Names::with_prefix(""), &mut |name, position| {
            positions.push((name.to_owned(), position));
            true
        })?;
        for (consumer, position) in positions {
            let events = read.feed_events(position.first_commit())?;
            let parked = read.parked_events(&consumer)?;
            waiting.behind.push(Behind { consumer, events, parked });
        }
        Ok((self.meters.clone(), waiting))
    }

    /// Before when archived rows are no longer kept; `None` is never.
    pub(crate) fn outdated_before(&self, now: i64) -> Option<i64> {
        let retention = i64::try_from(self.config.journal.retention?.as_millis()).ok()?;
        now.checked_sub(retention)
    }

    pub(crate) fn has_outdated(&self, before: i64) -> Result<bool> {
        self.glance(|read| match read.archives() {
            Ok(archives) => archives.has_outdated(before),
            Err(Error::Unsupported(_)) => Ok(false),
            Err(error) => Err(error),
        })
    }

    pub(super) fn has_expired(&self, now: i64) -> Result<bool> {
        Ok(self.glance(|read| read.next_expiry())?.is_some_and(|next| next <= now))
    }

    /// Give back what only a tenant in use needs, if nobody has used this one since the last time that this was asked.
    pub(crate) fn rest_if_unused(&self, used: u64) {
        if self.used_before.swap(used, Ordering::AcqRel) == used {
            self.backend.rest();
        }
    }

    fn glance<R>(&self, look: impl FnOnce(&dyn Read) -> Result<R>) -> Result<R> {
        let (mut look, mut found) = (Some(look), None);
        self.backend.glance(&mut |read| {
            if let Some(look) = look.take() {
                found = Some(look(read)?);
            }
            Ok(())
        })?;
        // It is looked once when there is no error.
        found.ok_or(Error::Closed)
    }
}
