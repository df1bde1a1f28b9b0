//! Whose turn it is: tenants with something to deliver, those that have to wait, and the receiver that does.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use crate::TenantId;

/// The tenants that are known to have something to deliver, each at a place in time.
#[derive(Debug, Default)]
pub(super) struct Lines {
    lines: HashMap<TenantId, Line>,
    /// Those that are not at work, by when and in which turn.
    order: BTreeSet<(i64, u64, TenantId)>,
    turn: u64,
    receiver: Receiver,
    /// How long what comes in is gathered before its tenant has its turn, in milliseconds.
    gather_ms: i64,
}

#[derive(Debug)]
struct Line {
    state: State,
    at: i64,
    turn: u64,
    /// More came while it was at work.
    woken: bool,
    /// Failures of the tenant itself in a row: it is another process's, or its disk is.
    failures: u32,
    /// What was refused for now, by bucket.
    buckets: BTreeMap<String, Waiting>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Has something to deliver, as far as is known.
    Ready,
    /// Waits to try again.
    Waits,
    /// Has nothing left, and is still marked.
    Marked,
    AtWork,
}

/// A bucket that waits.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    failures: u32,
    next_try: i64,
}

/// All of them wait for the receiver after it failed for one.
#[derive(Debug, Default)]
struct Receiver {
    failures: u32,
    not_before: Option<i64>,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Look at this tenant now; it is at work until [`Lines::end`].
    Tenant(TenantId),
    /// Nothing before then.
    At(i64),
    /// Nothing until somebody is woken.
    Nothing,
}

/// What a look at a tenant came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// There is more to deliver.
    More,
    /// More may come in, and is gathered.
    Gathers,
    /// What is left waits, as [`Lines::failed`] says of its buckets.
    Waits,
    /// The tenant could not be used.
    Failed { wait_ms: i64 },
    /// Nothing is left; look at the mark again at that time.
    Marked { until: i64 },
    /// Nothing is left.
    Done,
}

impl Lines {
    pub(super) fn gathering(gather: Duration) -> Lines {
        Lines { gather_ms: i64::try_from(gather.as_millis()).unwrap_or(i64::MAX), ..Lines::default() }
    }

    /// A tenant has something to deliver.
    pub(super) fn wake(&mut self, tenant: &TenantId, now: i64) {
        let at = now.saturating_add(self.gather_ms);
        match self.lines.get_mut(tenant) {
            None => {
                let line =
                    Line { state: State::Ready, at, turn: 0, woken: false, failures: 0, buckets: BTreeMap::new() };
                self.lines.insert(tenant.clone(), line);
                self.queue(tenant, at, State::Ready);
            }
            Some(line) => match line.state {
                State::AtWork => line.woken = true,
                State::Marked => self.queue(tenant, at, State::Ready),
                // It has its turn, or nothing changes by more that waits.
                State::Ready | State::Waits => {}
            },
        }
    }

    pub(super) fn next(&mut self, now: i64) -> Next {
        let Some((at, ..)) = self.order.first() else { return Next::Nothing };
        let at = self.receiver.not_before.map_or(*at, |not_before| not_before.max(*at));
        if at > now {
            return Next::At(at);
        }
        let Some((_, _, tenant)) = self.order.pop_first() else { return Next::Nothing };
        if let Some(line) = self.lines.get_mut(&tenant) {
            (line.state, line.woken) = (State::AtWork, false);
        }
        Next::Tenant(tenant)
    }

    /// The look at a tenant is over.
    pub(super) fn end(&mut self, tenant: &TenantId, outcome: Outcome, now: i64) {
        let Some(line) = self.lines.get_mut(tenant) else { return };
        if !matches!(outcome, Outcome::Failed { .. }) {
            line.failures = 0;
        }
        let next_try = line.buckets.values().map(|waiting| waiting.next_try).min();
        match (outcome, next_try) {
            (Outcome::Failed { wait_ms }, _) => self.queue(tenant, now.saturating_add(wait_ms), State::Waits),
            (Outcome::Waits, Some(next_try)) => self.queue(tenant, next_try, State::Waits),
            (Outcome::More | Outcome::Waits, _) => self.queue(tenant, now, State::Ready),
            (Outcome::Gathers, _) => self.queue(tenant, now.saturating_add(self.gather_ms), State::Ready),
            _ if line.woken => self.queue(tenant, now.saturating_add(self.gather_ms), State::Ready),
            (Outcome::Marked { until }, _) => self.queue(tenant, until, State::Marked),
            (Outcome::Done, _) => drop(self.lines.remove(tenant)),
        }
    }

    /// How often the tenant itself has failed in a row, with this time.
    pub(super) fn tenant_failed(&mut self, tenant: &TenantId) -> u32 {
        self.lines.get_mut(tenant).map_or(1, |line| {
            line.failures = line.failures.saturating_add(1);
            line.failures
        })
    }

    /// Whether a bucket of a tenant may be tried.
    pub(super) fn may_try(&self, tenant: &TenantId, bucket: &str, now: i64) -> bool {
        let waiting = self.lines.get(tenant).and_then(|line| line.buckets.get(bucket));
        waiting.is_none_or(|waiting| waiting.next_try <= now)
    }

    /// The receiver took something of a bucket, or parked it for good.
    pub(super) fn succeeded(&mut self, tenant: &TenantId, bucket: &str) {
        self.receiver = Receiver::default();
        if let Some(line) = self.lines.get_mut(tenant) {
            line.buckets.remove(bucket);
        }
    }

    /// The receiver took nothing for now. `wait_ms` is the wait after so many failures in a row, unless the receiver
    /// asked for another one.
    pub(super) fn failed(
        &mut self,
        tenant: &TenantId,
        bucket: &str,
        now: i64,
        asked_ms: Option<i64>,
        wait_ms: impl Fn(u32) -> i64,
    ) {
        let Some(line) = self.lines.get_mut(tenant) else { return };
        let failures = line.buckets.get(bucket).map_or(0, |waiting| waiting.failures).saturating_add(1);
        let next_try = now.saturating_add(asked_ms.unwrap_or_else(|| wait_ms(failures)));
        line.buckets.insert(bucket.into(), Waiting { failures, next_try });
        self.receiver.failures = self.receiver.failures.saturating_add(1);
        let wait = asked_ms.unwrap_or_else(|| wait_ms(self.receiver.failures));
        self.receiver.not_before = Some(now.saturating_add(wait));
    }

    /// The buckets of a tenant for which something waits; the others are forgotten.
    pub(super) fn keep(&mut self, tenant: &TenantId, buckets: &[String]) {
        if let Some(line) = self.lines.get_mut(tenant) {
            line.buckets.retain(|bucket, _| buckets.contains(bucket));
        }
    }

    /// When the buckets of a tenant that wait may be tried.
    pub(super) fn next_tries(&self, tenant: &TenantId) -> BTreeMap<String, i64> {
        let buckets = self.lines.get(tenant).map(|line| &line.buckets);
        buckets.into_iter().flatten().map(|(bucket, waiting)| (bucket.clone(), waiting.next_try)).collect()
    }

    /// Look at a tenant no more.
    pub(super) fn give_up(&mut self, tenant: &TenantId) {
        if let Some(line) = self.lines.remove(tenant) {
            self.order.remove(&(line.at, line.turn, tenant.clone()));
        }
    }

    /// Tenants that have something left to deliver, as far as is known.
    pub(super) fn unfinished(&self) -> impl Iterator<Item = &TenantId> {
        self.lines.iter().filter(|(_, line)| line.state != State::Marked).map(|(tenant, _)| tenant)
    }

    fn queue(&mut self, tenant: &TenantId, at: i64, state: State) {
        let Some(line) = self.lines.get_mut(tenant) else { return };
        self.order.remove(&(line.at, line.turn, tenant.clone()));
        self.turn += 1;
        (line.state, line.at, line.turn) = (state, at, self.turn);
        self.order.insert((at, self.turn, tenant.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(name: &str) -> TenantId {
        TenantId::parse(name).unwrap()
    }

    /// The tenant that has its turn now.
    #[track_caller]
    fn turn(lines: &mut Lines, now: i64) -> TenantId {
        match lines.next(now) {
            Next::Tenant(tenant) => tenant,
            other => panic!("{other:?}"),
        }
    }

    /// A second for each failure.
    fn fail(lines: &mut Lines, tenant: &TenantId, now: i64, asked_ms: Option<i64>) {
        lines.failed(tenant, "b", now, asked_ms, |failures| i64::from(failures) * 1000);
        lines.end(tenant, Outcome::Waits, now);
    }

    #[test]
    fn tenants_take_turns() {
        let mut lines = Lines::default();
        for name in ["a", "b", "a", "c"] {
            lines.wake(&tenant(name), 0);
        }
        for now in 1..4 {
            for name in ["a", "b", "c"] {
                let next = turn(&mut lines, now);
                assert_eq!(next, tenant(name));
                lines.end(&next, Outcome::More, now);
            }
        }
        for name in ["a", "b", "c"] {
            assert_eq!(turn(&mut lines, 4), tenant(name));
            lines.end(&tenant(name), Outcome::Done, 4);
        }
        assert_eq!(lines.next(i64::MAX), Next::Nothing);
    }

    #[test]
    fn one_that_is_woken_at_work_is_looked_at_again() {
        let mut lines = Lines::default();
        lines.wake(&tenant("a"), 0);
        turn(&mut lines, 0);
        lines.wake(&tenant("a"), 0);
        lines.end(&tenant("a"), Outcome::Marked { until: 100 }, 0);
        assert_eq!(turn(&mut lines, 0), tenant("a"));
        lines.end(&tenant("a"), Outcome::Marked { until: 100 }, 0);
        assert_eq!(lines.next(0), Next::At(100));
        assert_eq!(lines.unfinished().count(), 0);
        lines.wake(&tenant("a"), 7);
        assert_eq!(turn(&mut lines, 7), tenant("a"));
    }

    #[test]
    fn what_comes_in_is_gathered_and_what_is_there_is_not_held_up() {
        let mut lines = Lines::gathering(Duration::from_millis(100));
        lines.wake(&tenant("a"), 0);
        // More does not put it off.
        lines.wake(&tenant("a"), 99);
        assert_eq!(lines.next(99), Next::At(100));
        let a = turn(&mut lines, 100);
        lines.wake(&a, 110);
        lines.end(&a, Outcome::More, 120);
        turn(&mut lines, 120);
        lines.end(&a, Outcome::Gathers, 130);
        assert_eq!(lines.next(130), Next::At(230));
        turn(&mut lines, 230);
        lines.wake(&a, 235);
        lines.end(&a, Outcome::Marked { until: 9_000 }, 240);
        assert_eq!(lines.next(240), Next::At(340));
        turn(&mut lines, 340);
        lines.end(&a, Outcome::Marked { until: 9_000 }, 340);
        lines.wake(&a, 400);
        assert_eq!(lines.next(400), Next::At(500));
    }

    #[test]
    fn all_wait_for_a_receiver_that_failed_and_one_of_them_tries() {
        let mut lines = Lines::default();
        for name in ["a", "b", "c"] {
            lines.wake(&tenant(name), 0);
        }
        let a = turn(&mut lines, 0);
        fail(&mut lines, &a, 0, None);
        assert_eq!(lines.next(999), Next::At(1000));
        // Another one has its turn, so that what one holds does not decide for all.
        let b = turn(&mut lines, 1000);
        assert_eq!(b, tenant("b"));
        fail(&mut lines, &b, 1000, None);
        assert_eq!(lines.next(2999), Next::At(3000));
        // More that waits changes nothing.
        lines.wake(&tenant("b"), 2999);
        assert_eq!(lines.next(2999), Next::At(3000));
        let c = turn(&mut lines, 3000);
        assert_eq!(c, tenant("c"));
        lines.succeeded(&c, "b");
        lines.end(&c, Outcome::Done, 3000);
        assert_eq!(turn(&mut lines, 3000), tenant("a"));
    }

    #[test]
    fn what_the_receiver_asks_for_goes_before_the_own_wait() {
        let mut lines = Lines::default();
        lines.wake(&tenant("a"), 0);
        let a = turn(&mut lines, 0);
        fail(&mut lines, &a, 0, Some(90_000));
        assert_eq!(lines.next_tries(&a), [("b".to_owned(), 90_000)].into());
        assert!(!lines.may_try(&a, "b", 89_999) && lines.may_try(&a, "b", 90_000) && lines.may_try(&a, "other", 0));
        assert_eq!(lines.next(89_999), Next::At(90_000));
        assert_eq!(turn(&mut lines, 90_000), a);
    }

    #[test]
    fn a_bucket_that_fails_waits_longer_each_time_while_others_go_on() {
        let mut lines = Lines::default();
        let (bad, good) = (tenant("bad"), tenant("good"));
        lines.wake(&bad, 0);
        let mut now = 0;
        for failures in 1..5 {
            assert_eq!(turn(&mut lines, now), bad);
            fail(&mut lines, &bad, now, None);
            let next_try = now + 1000 * failures;
            assert_eq!(lines.next_tries(&bad), [("b".to_owned(), next_try)].into());
            // The receiver has failed once since it last took something, and takes what another one has.
            lines.wake(&good, now);
            assert_eq!(lines.next(now), Next::At(now + 1000));
            assert_eq!(turn(&mut lines, now + 1000), good);
            lines.succeeded(&good, "b");
            lines.end(&good, Outcome::Done, now + 1000);
            now = next_try;
        }
    }

    #[test]
    fn a_tenant_that_cannot_be_used_holds_up_no_other() {
        let mut lines = Lines::default();
        lines.wake(&tenant("a"), 0);
        lines.wake(&tenant("b"), 0);
        let a = turn(&mut lines, 0);
        assert_eq!((lines.tenant_failed(&a), lines.tenant_failed(&a)), (1, 2));
        lines.end(&a, Outcome::Failed { wait_ms: 500 }, 0);
        assert_eq!(turn(&mut lines, 0), tenant("b"));
        lines.end(&tenant("b"), Outcome::Done, 0);
        assert_eq!(lines.next(0), Next::At(500));
        assert_eq!(turn(&mut lines, 500), a);
        lines.end(&a, Outcome::Done, 500);
        assert_eq!(lines.unfinished().count(), 0);
    }

    #[test]
    fn a_bucket_with_nothing_left_is_forgotten() {
        let mut lines = Lines::default();
        lines.wake(&tenant("a"), 0);
        let a = turn(&mut lines, 0);
        lines.failed(&a, "gone", 0, None, |_| 10);
        lines.failed(&a, "b", 0, None, |_| 1000);
        lines.keep(&a, &["b".into()]);
        lines.end(&a, Outcome::Waits, 0);
        assert_eq!(lines.next(999), Next::At(1000));
    }
}
