//! How long to wait before a try.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

/// A number from 0 to 1, another one each time.
pub(super) fn chance() -> f64 {
    // The upper 53 bits are what a float holds.
    (RandomState::new().hash_one(()) >> 11) as f64 / (1_u64 << 53) as f64
}

/// The wait after the failure of this number, counted from 1: twice the one before, up to the longest, between half of it and
/// all of it, so that those that failed together do not come again together.
pub(super) fn wait(first: Duration, longest: Duration, failure: u32, chance: f64) -> Duration {
    let doubled = first.saturating_mul(1 << failure.saturating_sub(1).min(20));
    let half = doubled.min(longest) / 2;
    let chance = if chance.is_finite() { chance.clamp(0.0, 1.0) } else { 1.0 };
    let more = Duration::try_from_secs_f64(half.as_secs_f64() * chance).unwrap_or(half);
    half.saturating_add(more).max(Duration::from_millis(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(failure: u32, chance: f64) -> u128 {
        wait(Duration::from_millis(100), Duration::from_secs(2), failure, chance).as_millis()
    }

    #[test]
    fn waits_double_up_to_the_longest_and_are_never_nothing() {
        assert_eq!(
            [1, 2, 3, 4, 5, 6, 60, u32::MAX].map(|failure| ms(failure, 1.0)),
            [100, 200, 400, 800, 1600, 2000, 2000, 2000]
        );
        assert_eq!([1, 2, 60].map(|failure| ms(failure, 0.0)), [50, 100, 1000]);
        assert_eq!(wait(Duration::ZERO, Duration::ZERO, 1, f64::NAN), Duration::from_millis(1));
        wait(Duration::MAX, Duration::MAX, 9, 1.0);
    }

    #[test]
    fn chance_is_spread_over_what_is_allowed() {
        let found: Vec<f64> = (0..1000).map(|_| chance()).collect();
        assert!(found.iter().all(|chance| (0.0..1.0).contains(chance)));
        for tenth in 0..10 {
            let count = found.iter().filter(|chance| (**chance * 10.0) as u32 == tenth).count();
            assert!((30..300).contains(&count), "{count} of 1000 in tenth {tenth}");
        }
    }
}
