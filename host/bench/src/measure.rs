//! Measuring in turn.

use std::{cell::RefCell, time::Duration};

use crate::Result;

/// One way to do the work of a row.
pub(crate) struct Case<'a> {
    operations: u64,
    run: Box<dyn FnMut() -> Result<Duration> + 'a>,
}

impl<'a> Case<'a> {
    /// `run` does `operations` and answers how long they took.
    pub(crate) fn new(operations: u64, run: impl FnMut() -> Result<Duration> + 'a) -> Case<'a> {
        Case { operations, run: Box::new(run) }
    }

    /// Nanoseconds an operation.
    fn measure(&mut self) -> Result<f64> {
        let took = (self.run)()?;
        Ok(took.as_nanos() as f64 / self.operations as f64)
    }
}

/// What the rounds came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stats {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Stats {
    pub(crate) fn of(mut values: Vec<f64>) -> Stats {
        values.sort_by(f64::total_cmp);
        let at = |n: usize| values.get(n).copied().unwrap_or(f64::NAN);
        let (middle, last) = (values.len() / 2, values.len().saturating_sub(1));
        let median =
            if values.len().is_multiple_of(2) { (at(middle.saturating_sub(1)) + at(middle)) / 2.0 } else { at(middle) };
        Stats { median, least: at(0), most: at(last) }
    }

    /// A single number.
    pub(crate) fn once(value: f64) -> Stats {
        Stats { median: value, least: value, most: value }
    }

    /// Of nanoseconds an operation: operations a second.
    pub(crate) fn rate(self) -> Stats {
        let rate = |nanoseconds| 1e9 / nanoseconds;
        Stats { median: rate(self.median), least: rate(self.most), most: rate(self.least) }
    }
}

/// How long each of many operations took, round by round.
#[derive(Default)]
pub(crate) struct Latencies(RefCell<Vec<Vec<u64>>>);

impl Latencies {
    /// Those of a round, in nanoseconds.
    pub(crate) fn add(&self, round: Vec<u64>) {
        self.0.borrow_mut().push(round);
    }

    /// The time within which so many of a thousand operations were done, over the rounds but the first, which warmed up.
    pub(crate) fn quantile(&self, of_thousand: usize) -> Stats {
        let rounds = self.0.borrow();
        let skipped = usize::from(rounds.len() > 1);
        Stats::of(rounds.iter().skip(skipped).map(|round| quantile(round.clone(), of_thousand)).collect())
    }
}

/// The time within which so many of a thousand operations were done.
pub(crate) fn quantile(mut times: Vec<u64>, of_thousand: usize) -> f64 {
    times.sort_unstable();
    let at = (times.len() * of_thousand).div_ceil(1_000).saturating_sub(1);
    times.get(at).map_or(f64::NAN, |time| *time as f64)
}

/// Run every case once to warm up, and then once a round; each other round in the opposite order.
pub(crate) fn in_turn(rounds: u32, cases: &mut [Case<'_>]) -> Result<Vec<Stats>> {
    for case in &mut *cases {
        case.measure()?;
    }
    let mut values = vec![Vec::new(); cases.len()];
    for round in 0..rounds {
        let mut order: Vec<usize> = (0..cases.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for n in order {
            if let (Some(case), Some(values)) = (cases.get_mut(n), values.get_mut(n)) {
                values.push(case.measure()?);
            }
        }
    }
    Ok(values.into_iter().map(Stats::of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_the_two_in_the_middle() {
        let odd = Stats::of(vec![3.0, 1.0, 2.0]);
        assert_eq!((odd.median, odd.least, odd.most), (2.0, 1.0, 3.0));
        assert_eq!(Stats::of(vec![4.0, 1.0, 2.0, 3.0]).median, 2.5);
    }

    #[test]
    fn a_quantile_is_a_time_that_was_measured() {
        let times: Vec<u64> = (1..=1_000).rev().collect();
        assert_eq!(quantile(times.clone(), 500), 500.0);
        assert_eq!(quantile(times.clone(), 999), 999.0);
        assert_eq!(quantile(vec![7], 990), 7.0);
        let latencies = Latencies::default();
        latencies.add(vec![1_000_000]);
        latencies.add(times);
        assert_eq!(latencies.quantile(990).median, 990.0);
    }

    #[test]
    fn cases_take_turns_in_both_orders_after_one_round_that_does_not_count() {
        let order = RefCell::new(String::new());
        let case = |name: char| {
            let order = &order;
            Case::new(1, move || {
                order.borrow_mut().push(name);
                Ok(Duration::from_nanos(5))
            })
        };
        let stats = in_turn(2, &mut [case('a'), case('b')]).unwrap();
        assert_eq!(order.borrow().as_str(), "ababba");
        assert_eq!(stats[0].median, 5.0);
    }
}
