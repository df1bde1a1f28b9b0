//! The table, and the same as JSON.

use std::{fs, io, path::PathBuf};

use serde_json::{Value, json};

use crate::{args::Args, measure::Stats};

/// What holds for writes of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It only reads.
    Reads,
    Full,
    Normal,
}

impl Durability {
    fn as_str(self) -> &'static str {
        match self {
            Durability::Reads => "reads",
            Durability::Full => "full",
            Durability::Normal => "normal",
        }
    }
}

/// What the numbers of a line are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Nanoseconds,
    KiB,
    /// Of something that the line's name says.
    Count,
    PerSecond,
}

/// What is wanted of a number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
}

impl Target {
    fn is_met_by(self, value: f64) -> bool {
        match self {
            Target::AtMost(most) => value <= most,
            Target::AtLeast(least) => value >= least,
        }
    }

    fn shown(self, show: impl Fn(f64) -> String) -> String {
        match self {
            Target::AtMost(most) => format!("<= {}", show(most)),
            Target::AtLeast(least) => format!(">= {}", show(least)),
        }
    }

    fn to_json(self) -> Value {
        match self {
            Target::AtMost(most) => json!({ "at_most": most }),
            Target::AtLeast(least) => json!({ "at_least": least }),
        }
    }
}

/// What a line is compared with, in the same unit.
struct Comparison {
    name: &'static str,
    stats: Stats,
    /// Of larder's number divided by this one.
    target: Option<Target>,
}

/// A number of larder's, nanoseconds an operation unless it says otherwise, beside those of others.
pub(crate) struct Line {
    name: String,
    durability: Durability,
    unit: Unit,
    ours: Stats,
    comparisons: Vec<Comparison>,
    target: Option<Target>,
}

impl Line {
    pub(crate) fn new(name: impl Into<String>, durability: Durability, ours: Stats) -> Line {
        Line { name: name.into(), durability, unit: Unit::Nanoseconds, ours, comparisons: Vec::new(), target: None }
    }

    /// The numbers of the line are these, and no nanoseconds.
    pub(crate) fn unit(mut self, unit: Unit) -> Line {
        self.unit = unit;
        self
    }

    /// Beside another's number, without a target.
    pub(crate) fn beside(self, name: &'static str, stats: Stats) -> Line {
        self.compared(name, stats, None)
    }

    /// Wanted: at most `most` times another's number.
    pub(crate) fn at_most_times(self, most: f64, name: &'static str, stats: Stats) -> Line {
        self.compared(name, stats, Some(Target::AtMost(most)))
    }

    /// Wanted: at least `least` times another's number.
    pub(crate) fn at_least_times(self, least: f64, name: &'static str, stats: Stats) -> Line {
        self.compared(name, stats, Some(Target::AtLeast(least)))
    }

    fn compared(mut self, name: &'static str, stats: Stats, target: Option<Target>) -> Line {
        self.comparisons.push(Comparison { name, stats, target });
        self
    }

    /// Wanted: at most so much, in the unit of the line.
    pub(crate) fn at_most(mut self, most: f64) -> Line {
        self.target = Some(Target::AtMost(most));
        self
    }

    fn ratio(&self, comparison: &Comparison) -> f64 {
        self.ours.median / comparison.stats.median
    }

    /// Whether each target of the line is met.
    fn verdicts(&self) -> Vec<bool> {
        let ratios = self.comparisons.iter().filter_map(|other| Some(other.target?.is_met_by(self.ratio(other))));
        ratios.chain(self.target.map(|target| target.is_met_by(self.ours.median))).collect()
    }
}

pub(crate) struct Report {
    json: Option<PathBuf>,
    rounds: u32,
    quick: bool,
    rows: Vec<(&'static str, Vec<Line>)>,
}

impl Report {
    pub(crate) fn new(args: &Args) -> Report {
        Report { json: args.json.clone(), rounds: args.rounds(), quick: args.quick, rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, row: &'static str, lines: Vec<Line>) {
        self.rows.push((row, lines));
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.rows.iter().flat_map(|(_, lines)| lines)
    }

    pub(crate) fn missed(&self) -> usize {
        self.lines().flat_map(Line::verdicts).filter(|met| !met).count()
    }

    pub(crate) fn print(&self) -> io::Result<()> {
        print!("{}", self.table());
        match &self.json {
            Some(file) => fs::write(file, format!("{:#}\n", self.to_json())),
            None => Ok(()),
        }
    }

    fn table(&self) -> String {
        let head =
            ["row", "writes", "larder", "least - most", "beside", "takes", "least - most", "ratio", "target", ""];
        let mut rows = vec![head.map(str::to_owned)];
        for line in self.lines() {
            rows.extend(cells(line));
        }
        let widths: Vec<usize> =
            (0..head.len()).map(|n| rows.iter().map(|row| row[n].chars().count()).max().unwrap_or(0)).collect();
        let mut text = String::new();
        for row in &rows {
            let padded = row.iter().zip(&widths).enumerate().map(|(n, (cell, width))| {
                if [2, 5, 7].contains(&n) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
            });
            text += padded.collect::<Vec<_>>().join("  ").trim_end();
            text += "\n";
        }
        let all = self.lines().flat_map(Line::verdicts).count();
        text + &format!("{} of {all} targets met, medians of {} rounds\n", all - self.missed(), self.rounds)
    }

    fn to_json(&self) -> Value {
        let rows: Vec<Value> =
            self.rows.iter().flat_map(|(row, lines)| lines.iter().map(move |line| json_of(row, line))).collect();
        json!({ "rounds": self.rounds, "quick": self.quick, "missed": self.missed(), "lines": rows })
    }
}

/// A line of the table for each thing that the line is compared with, and one for a bound on the number itself.
fn cells(line: &Line) -> Vec<[String; 10]> {
    let show = |value| shown(value, line.unit);
    let range = |stats: &Stats| match stats.least == stats.most {
        true => String::new(),
        false => format!("{} - {}", show(stats.least), show(stats.most)),
    };
    let verdict = |met| if met { "ok".to_owned() } else { "MISSED".to_owned() };
    let own = [line.name.clone(), line.durability.as_str().to_owned(), show(line.ours.median), range(&line.ours)];
    let mut rows = Vec::new();
    if line.target.is_some() || line.comparisons.is_empty() {
        let target = line.target.map_or_else(String::new, |target| target.shown(show));
        let met = line.target.map_or_else(String::new, |target| verdict(target.is_met_by(line.ours.median)));
        rows.push([String::new(), String::new(), String::new(), String::new(), target, met]);
    }
    for other in &line.comparisons {
        let ratio = line.ratio(other);
        let target = other.target.map_or_else(String::new, |target| target.shown(|times| format!("{times:.2} x")));
        let met = other.target.map_or_else(String::new, |target| verdict(target.is_met_by(ratio)));
        let (name, median) = (other.name.to_owned(), show(other.stats.median));
        rows.push([name, median, range(&other.stats), format!("{ratio:.2}"), target, met]);
    }
    let own = std::iter::once(own).chain(std::iter::repeat_with(Default::default));
    own.zip(rows).map(|([a, b, c, d], [e, f, g, h, i, j])| [a, b, c, d, e, f, g, h, i, j]).collect()
}

fn json_of(row: &str, line: &Line) -> Value {
    let stats = |stats: &Stats| json!({ "median": stats.median, "least": stats.least, "most": stats.most });
    let others: Vec<Value> = line
        .comparisons
        .iter()
        .map(|other| {
            let ratio = line.ratio(other);
            let (target, met) = (other.target.map(Target::to_json), other.target.map(|target| target.is_met_by(ratio)));
            json!({ "name": other.name, "number": stats(&other.stats), "ratio": ratio, "target": target, "met": met })
        })
        .collect();
    json!({
        "row": row,
        "line": line.name,
        "durability": line.durability.as_str(),
        "unit": line.unit.as_str(),
        "larder": stats(&line.ours),
        "target": line.target.map(Target::to_json),
        "met": line.target.map(|target| target.is_met_by(line.ours.median)),
        "beside": others,
    })
}

impl Unit {
    fn as_str(self) -> &'static str {
        match self {
            Unit::Nanoseconds => "ns",
            Unit::KiB => "KiB",
            Unit::Count => "count",
            Unit::PerSecond => "1/s",
        }
    }
}

/// A number with its unit, as it can be read.
fn shown(value: f64, unit: Unit) -> String {
    match unit {
        _ if value.is_nan() => "-".to_owned(),
        Unit::Nanoseconds if value < 10_000.0 => format!("{value:.0} ns"),
        Unit::Nanoseconds if value < 10_000_000.0 => format!("{:.1} us", value / 1e3),
        Unit::Nanoseconds => format!("{:.1} ms", value / 1e6),
        Unit::KiB if value < 10_000.0 => format!("{value:.1} KiB"),
        Unit::KiB => format!("{:.1} MiB", value / 1024.0),
        Unit::Count if value < 10.0 => format!("{value:.3}"),
        Unit::Count => format!("{value:.1}"),
        Unit::PerSecond => format!("{value:.0} /s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn once(value: f64) -> Stats {
        Stats::of(vec![value])
    }

    #[test]
    fn a_line_is_judged_by_each_of_its_targets() {
        let line = Line::new("x", Durability::Reads, once(100.0))
            .at_most_times(0.5, "native", once(300.0))
            .at_most_times(1.5, "echo", once(50.0))
            .beside("other", once(1.0))
            .at_most(100.0);
        assert_eq!(line.verdicts(), [true, false, true]);
        assert_eq!(cells(&line).len(), 4);
    }

    #[test]
    fn some_numbers_are_better_when_they_are_greater() {
        let line = |least| {
            let line = Line::new("x", Durability::Full, once(1_000.0)).unit(Unit::PerSecond);
            line.at_least_times(least, "one", once(100.0))
        };
        assert_eq!(line(10.0).verdicts(), [true]);
        assert_eq!(line(10.1).verdicts(), [false]);
    }

    #[test]
    fn numbers_are_shown_in_a_unit_that_can_be_read() {
        assert_eq!(shown(950.4, Unit::Nanoseconds), "950 ns");
        assert_eq!(shown(12_345.0, Unit::Nanoseconds), "12.3 us");
        assert_eq!(shown(12_345_678.0, Unit::Nanoseconds), "12.3 ms");
        assert_eq!(shown(80.0, Unit::KiB), "80.0 KiB");
        assert_eq!(shown(0.05, Unit::Count), "0.050");
        assert_eq!(shown(f64::NAN, Unit::Count), "-");
    }
}
