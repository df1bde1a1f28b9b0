//! Named steps with their times.

use std::fmt::Write;
use std::time::{Duration, Instant};

use anyhow::Result;

/// The steps of a command so far.
pub(crate) struct Phases {
    started: Instant,
    done: Vec<Phase>,
}

struct Phase {
    name: String,
    time: Duration,
    ok: bool,
}

impl Phases {
    pub(crate) fn new() -> Phases {
        Phases { started: Instant::now(), done: Vec::new() }
    }

    /// Announce a step, do it, and tell how long it took.
    ///
    /// # Errors
    /// That of the work, as it is.
    pub(crate) fn run<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("== {name}");
        let start = Instant::now();
        let result = work();
        self.record(name, start.elapsed(), result.is_ok());
        result
    }

    /// Note a step that was timed elsewhere.
    pub(crate) fn record(&mut self, name: &str, time: Duration, ok: bool) {
        println!("   {name}: {}{}", seconds(time), if ok { "" } else { ", FAILED" });
        self.done.push(Phase { name: name.to_string(), time, ok });
    }

    /// The steps that failed.
    pub(crate) fn failed(&self) -> u64 {
        self.done.iter().filter(|phase| !phase.ok).count() as u64
    }

    /// The table of all steps.
    pub(crate) fn table(&self) -> String {
        let width = self.done.iter().map(|phase| phase.name.len()).max().unwrap_or(0).max("total".len());
        let mut table = String::new();
        for phase in &self.done {
            let mark = if phase.ok { "" } else { "  FAILED" };
            let _ = writeln!(table, "{:width$}  {:>9}{mark}", phase.name, seconds(phase.time));
        }
        let _ = writeln!(table, "{:width$}  {:>9}", "total", seconds(self.started.elapsed()));
        table
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn a_failed_phase_is_kept_and_marked() {
        let mut phases = Phases::new();
        assert_eq!(phases.run("one", || Ok(1)).unwrap(), 1);
        assert!(phases.run("two", || -> Result<()> { bail!("no") }).is_err());
        assert_eq!(phases.failed(), 1);
        let table = phases.table();
        assert!(table.contains("one"), "{table}");
        assert!(table.lines().any(|line| line.starts_with("two") && line.ends_with("FAILED")), "{table}");
        assert!(table.lines().last().unwrap().starts_with("total"), "{table}");
    }
}
