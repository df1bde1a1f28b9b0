//! The closing lines of test binaries.

use std::fmt;

/// How many tests ended in which way.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// Commands that ran tests and failed; what failed in them is counted above.
    pub(crate) failed_runs: u64,
}

impl Summary {
    /// Add a run of another language's tests.
    pub(crate) fn add_run(&mut self, passed: u64, failed: u64) {
        self.add(&Summary { passed, failed, failed_runs: u64::from(failed > 0) });
    }

    /// Add the numbers of another run.
    pub(super) fn add(&mut self, other: &Summary) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.failed_runs += other.failed_runs;
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// The numbers of a line `test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s`.
pub(super) fn parse(line: &str) -> Option<Summary> {
    let (_, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut summary = Summary::default();
    for part in numbers.split(';') {
        let mut words = part.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some(number), Some("passed"), None) => summary.passed = number.parse().ok()?,
            (Some(number), Some("failed"), None) => summary.failed = number.parse().ok()?,
            _ => {}
        }
    }
    Some(summary)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(passed: u64, failed: u64) -> Summary {
        Summary { passed, failed, failed_runs: 0 }
    }

    #[test]
    fn the_closing_line_of_a_test_binary_is_read() {
        let line = "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s";
        assert_eq!(parse(line), Some(summary(5, 0)));
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s";
        assert_eq!(parse(line), Some(summary(12, 3)));
    }

    #[test]
    fn other_lines_have_no_numbers() {
        for line in ["", "test store::get ... ok", "running 5 tests", "  test result: ok. 1 passed", "test result: odd"]
        {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    #[test]
    fn sums_are_shown_as_the_last_line_wants_them() {
        let mut sum = Summary::default();
        sum.add(&summary(2, 1));
        sum.add(&summary(3, 0));
        assert_eq!(sum.to_string(), "5 passed, 1 failed");
    }
}
