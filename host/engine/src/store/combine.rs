//! Short writes of several callers in one commit, and so with one sync.
//!
//! A write that finds nobody in front of it is committed at once. Others leave what they want done in the tenant's queue; whoever
//! of them is let in next does all that lies there, each as a part of one transaction, with a version and events of its own,
//! so that an error of one is only its own.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use event_listener::Event;
use futures_lite::future::block_on;
use tracing::Instrument as _;

use super::{
    Store,
    context::Context,
    transaction,
    update::{Update, Writing},
};
use crate::{
    Durability, Error, Result,
    gate::{Gate, Permit, Place, first_of},
    limits::{COMBINED_TIME, COMBINED_WRITES},
    telemetry::Op,
    tenant::OpenTenant,
    watch,
};

/// How much a write does, as far as its caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Short {
    /// An entry.
    One,
    /// Some thousand entries.
    Many,
}

/// A write that waits to be done.
pub(crate) trait Job: Send {
    /// Do it. After an error nothing of it may stay.
    fn run(&mut self, writing: &mut Writing) -> Result<()>;
    /// Nobody waits for it.
    fn is_over(&self) -> bool;
    /// Which one it is.
    fn reply(&self) -> *const ();
    /// What it did is committed, or why it is not. After its own error, that is answered.
    fn end(self: Box<Self>, committed: Result<()>);
}

/// The writes that wait for the next commit.
#[derive(Default)]
pub(crate) struct Queue(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Box<dyn Job>>,
    /// The place at the gate of all who wait. They hold it; when none is left, it is given up.
    place: Weak<Place>,
}

impl Queue {
    pub(crate) fn push(&self, job: Box<dyn Job>, gate: &Arc<Gate>) -> Arc<Place> {
        let mut waiting = self.waiting();
        waiting.jobs.push_back(job);
        let place = waiting.place.upgrade().unwrap_or_else(|| Place::new(gate));
        waiting.place = Arc::downgrade(&place);
        place.queue();
        place
    }

    /// The oldest ones for which somebody waits.
    fn take(&self) -> Vec<Box<dyn Job>> {
        let mut waiting = self.waiting();
        waiting.jobs.retain(|job| !job.is_over());
        let n = waiting.jobs.len().min(COMBINED_WRITES);
        waiting.jobs.drain(..n).collect()
    }

    /// They were not done after all.
    fn give_back(&self, jobs: Vec<Box<dyn Job>>) {
        let mut waiting = self.waiting();
        jobs.into_iter().rev().for_each(|job| waiting.jobs.push_front(job));
    }

    /// Take the job away that answers to `reply`, if nobody has begun it.
    fn withdraw(&self, reply: *const ()) -> bool {
        let mut waiting = self.waiting();
        let before = waiting.jobs.len();
        waiting.jobs.retain(|job| job.reply() != reply);
        waiting.jobs.len() < before
    }

    /// Queue for those who still wait. To be called by who was let in, before the next one is.
    fn go_on(&self) {
        let waiting = self.waiting();
        if let Some(place) = waiting.place.upgrade() {
            if waiting.jobs.is_empty() { place.leave() } else { place.queue() }
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.waiting().jobs.len()
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenTenant {
    /// Do what waits in the queue, in one commit.
    fn lead(&self, permit: Permit) {
        let mut jobs = self.queue().take();
        let committed = self.commit_jobs(&mut jobs, permit);
        for job in jobs {
            job.end(committed.as_ref().map(|_| ()).map_err(Error::again));
        }
    }

    fn commit_jobs(&self, jobs: &mut Vec<Box<dyn Job>>, permit: Permit) -> Result<()> {
        let written = self.write_jobs(jobs);
        self.queue().go_on();
        match written? {
            Some(writing) => self.commit(writing, permit).map(drop),
            None => Ok(()),
        }
    }

    fn write_jobs(&self, jobs: &mut Vec<Box<dyn Job>>) -> Result<Option<Writing>> {
        if jobs.is_empty() {
            return Ok(None);
        }
        let mut writing = self.begin()?;
        writing.may_restart = true;
        let begun = Instant::now();
        let mut done = 0;
        for job in jobs.iter_mut() {
            if done > 0 {
                writing.begin_next(self.now_ms())?;
            }
            match writing.part(|writing| job.run(writing)) {
                Err(error) if !error.is_callers_fault() => return Err(error),
                Ok(()) | Err(_) => done += 1,
            }
            if begun.elapsed() > COMBINED_TIME {
                break;
            }
        }
        self.queue().give_back(jobs.split_off(done));
        Ok(Some(writing))
    }
}

/// How a write came out, for the one who waits.
struct Reply<R> {
    answer: Mutex<Option<Answer<R>>>,
    done: Event,
    over: AtomicBool,
}

type Answer<R> = std::thread::Result<Result<R>>;

impl<R> Reply<R> {
    fn take(&self) -> Option<Answer<R>> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Says that nobody waits any more.
struct Waits<R>(Arc<Reply<R>>);

impl<R> Drop for Waits<R> {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::Relaxed);
    }
}

/// Says to those who do the others' jobs that this one's part is to be undone, and no more.
const OWN_FAULT: Error = Error::Closed;

struct Task<R, F> {
    writes: Option<F>,
    context: Context,
    result: Option<Answer<R>>,
    reply: Arc<Reply<R>>,
}

impl<R: Send, F: FnOnce(&mut Update<'_>) -> Result<R> + Send> Job for Task<R, F> {
    fn run(&mut self, writing: &mut Writing) -> Result<()> {
        let Some(writes) = self.writes.take() else { return Ok(()) };
        let run = AssertUnwindSafe(|| writes(&mut Update { writing, context: &self.context }));
        // The caller's panic goes to the caller; the part that it was in is undone.
        let (outcome, result) = match catch_unwind(run) {
            Ok(Ok(answer)) => (Ok(()), Ok(Ok(answer))),
            Ok(Err(error)) if error.is_callers_fault() => (Err(OWN_FAULT), Ok(Err(error))),
            Ok(Err(error)) => (Err(error.again()), Ok(Err(error))),
            Err(panic) => (Err(OWN_FAULT), Err(panic)),
        };
        self.result = Some(result);
        outcome
    }

    fn is_over(&self) -> bool {
        self.reply.over.load(Ordering::Relaxed)
    }

    fn reply(&self) -> *const () {
        Arc::as_ptr(&self.reply).cast()
    }

    fn end(self: Box<Self>, committed: Result<()>) {
        let answer = match (self.result, committed) {
            (Some(Ok(Ok(_))) | None, Err(error)) => Ok(Err(error)),
            (Some(result), _) => result,
            (None, Ok(())) => Ok(Err(Error::Closed)),
        };
        *self.reply.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        self.reply.done.notify(usize::MAX);
    }
}

impl Store {
    /// [`Store::update_async`] for short writes: those that come while another one is committed are committed together, with
    /// one sync. It cannot be ended while it is under way. What waits for no disk is done on the caller's thread: a write of
    /// [one entry](Short::One) in a transaction, or, with [`Durability::Normal`], where nobody is in front of it.
    ///
    /// # Errors
    /// Those of [`Store::update`]; an error of `writes` undoes nothing but its own.
    ///
    /// ```
    /// # use larder_engine::{Config, Larder, Short, TenantId};
    /// # fn main() -> larder_engine::Result<()> {
    /// # let store = Larder::in_memory(Config::new()).tenant(&TenantId::parse("acme")?).store();
    /// let version = futures_lite::future::block_on(
    ///     store.combine_async(Short::One, |update| update.set("users", "1", b"Ada")),
    /// )?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn combine_async<R: Send + 'static>(
        &self,
        short: Short,
        writes: impl FnOnce(&mut Update<'_>) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        if self.transaction.is_some() && short == Short::One {
            // Nothing is synced before the commit.
            return self.update(writes);
        }
        if self.transaction.is_some() || self.config().has_faults() {
            return self.update_async(writes).await;
        }
        let combine = self.combine_as_task(short, writes).instrument(self.span(Op::Update));
        self.meters().start(Op::Update).answer(combine.await)
    }

    async fn combine_as_task<R: Send + 'static>(
        &self,
        short: Short,
        writes: impl FnOnce(&mut Update<'_>) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.writable()?;
        let open = self.tenant.open_async().await?;
        transaction::refuse_nested(&open)?;
        if let Some(permit) = open.try_enter_as_writer() {
            if short == Short::One && self.config().durability == Durability::Normal && !open.is_sync_due() {
                return self.write(&open, permit, writes);
            }
            let store = self.clone();
            return watch::unblock(move || store.write(&open, permit, writes)).await;
        }
        self.wait_combined(&open, writes, |permit| {
            let open = open.clone();
            blocking::unblock(move || open.lead(permit)).detach();
        })
        .await
    }

    /// [`Store::combine_async`] for a thread that may block: it does the others' writes itself when it is let in.
    pub(crate) fn combine<R: Send + 'static>(
        &self,
        writes: impl FnOnce(&mut Update<'_>) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        // What this thread does for somebody can be ended; what it does for others must not end with it.
        if self.transaction.is_some() || self.config().has_faults() || watch::is_watched() {
            return self.update(writes);
        }
        let _span = self.span(Op::Update).entered();
        self.meters().start(Op::Update).answer(self.combine_now(writes))
    }

    fn combine_now<R: Send + 'static>(
        &self,
        writes: impl FnOnce(&mut Update<'_>) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.writable()?;
        let open = self.tenant.open()?;
        transaction::refuse_nested(&open)?;
        if let Some(permit) = open.try_enter_as_writer() {
            return self.write(&open, permit, writes);
        }
        block_on(self.wait_combined(&open, writes, |permit| open.lead(permit)))
    }

    /// Leave `writes` in the queue and wait until somebody has done them. `lead` does what lies there, or sees that it is done.
    async fn wait_combined<R: Send + 'static>(
        &self,
        open: &OpenTenant,
        writes: impl FnOnce(&mut Update<'_>) -> Result<R> + Send + 'static,
        lead: impl Fn(Permit),
    ) -> Result<R> {
        let reply = Arc::new(Reply { answer: Mutex::default(), done: Event::new(), over: AtomicBool::new(false) });
        let _waits = Waits(reply.clone());
        let task = Task { writes: Some(writes), context: self.context(), result: None, reply: reply.clone() };
        let place = open.submit(Box::new(task));
        let mut timeout = pin!(open.busy_timeout()?);
        let mut is_late = false;
        loop {
            // Listened to before it is looked at, so that nothing is missed in between.
            let (done, turn) = (reply.done.listen(), place.listen());
            if let Some(permit) = place.take() {
                lead(permit);
            }
            if let Some(answer) = reply.take() {
                return answer.unwrap_or_else(|panic| resume_unwind(panic));
            }
            let wake = first_of(done, turn);
            if is_late {
                wake.await;
                continue;
            }
            is_late = !first_of(wake, timeout.as_mut()).await;
            // One that is under way is not taken back, and has its answer soon.
            if is_late && open.queue().withdraw(Arc::as_ptr(&reply).cast()) {
                return Err(open.too_late());
            }
        }
    }
}
