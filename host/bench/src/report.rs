//! The table, and the same as JSON.

use serde_json::{Value, json};

use crate::{args::Args, measure::Stats};

/// How a number is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Nanoseconds an operation.
    Time,
    /// KiB.
    Kibibytes,
    /// How many.
    Count,
    /// How many times as much.
    Times,
}

/// What holds for writes of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It only reads.
    Reads,
    Full,
    Normal,
    /// It is in memory.
    None,
}

impl Durability {
    fn as_str(self) -> &'static str {
        match self {
            Durability::Reads => "reads",
            Durability::Full => "full",
            Durability::Normal => "normal",
            Durability::None => "none",
        }
    }
}

/// What a line is compared with.
pub(crate) struct Comparison {
    pub(crate) name: &'static str,
    pub(crate) stats: Stats,
    /// At most so many times as much is wanted.
    pub(crate) most: Option<f64>,
}

/// A bound on the number itself.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
}

pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) unit: Unit,
    pub(crate) durability: Durability,
    pub(crate) ours: Stats,
    pub(crate) comparisons: Vec<Comparison>,
    pub(crate) target: Option<Target>,
    pub(crate) note: Option<String>,
}

impl Line {
    pub(crate) fn new(name: impl Into<String>, unit: Unit, durability: Durability, ours: Stats) -> Line {
        Line { name: name.into(), unit, durability, ours, comparisons: Vec::new(), target: None, note: None }
    }

    /// Beside another's time, without a target.
    pub(crate) fn beside(mut self, name: &'static str, stats: Stats) -> Line {
        self.comparisons.push(Comparison { name, stats, most: None });
        self
    }

    /// Wanted: at most `most` times what another takes.
    pub(crate) fn at_most_times(mut self, most: f64, name: &'static str, stats: Stats) -> Line {
        self.comparisons.push(Comparison { name, stats, most: Some(most) });
        self
    }

    pub(crate) fn target(mut self, target: Target) -> Line {
        self.target = Some(target);
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Line {
        self.note = Some(note.into());
        self
    }

    fn ratio(&self, comparison: &Comparison) -> f64 {
        self.ours.median / comparison.stats.median
    }

    /// Whether each target of the line is met.
    fn verdicts(&self) -> Vec<bool> {
        let ratios = self.comparisons.iter().filter_map(|other| Some(self.ratio(other) <= other.most?));
        ratios.chain(self.target.map(|target| target.is_met(self.ours.median))).collect()
    }
}

impl Target {
    fn is_met(self, value: f64) -> bool {
        match self {
            Target::AtMost(most) => value <= most,
            Target::AtLeast(least) => value >= least,
        }
    }

    fn shown(self, unit: Unit) -> String {
        match self {
            Target::AtMost(most) => format!("<= {}", shown(most, unit)),
            Target::AtLeast(least) => format!(">= {}", shown(least, unit)),
        }
    }
}

pub(crate) struct Report {
    json: bool,
    rounds: u32,
    quick: bool,
    rows: Vec<(&'static str, Vec<Line>)>,
}

impl Report {
    pub(crate) fn new(args: &Args) -> Report {
        Report { json: args.json, rounds: args.rounds(), quick: args.quick, rows: Vec::new() }
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

    pub(crate) fn print(&self) {
        if self.json {
            println!("{:#}", self.to_json());
        } else {
            print!("{}", self.table());
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
        for line in self.lines() {
            if let Some(note) = &line.note {
                text += &format!("{}: {note}\n", line.name);
            }
        }
        let all = self.lines().flat_map(Line::verdicts).count();
        text + &format!("{} of {all} targets met, medians of {} rounds\n", all - self.missed(), self.rounds)
    }

    fn to_json(&self) -> Value {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .flat_map(|(row, lines)| lines.iter().map(move |line| json_of(row, line)))
            .collect();
        json!({ "rounds": self.rounds, "quick": self.quick, "missed": self.missed(), "lines": rows })
    }
}

/// A line of the table for each thing that the line is compared with, and one for a bound on the number itself.
fn cells(line: &Line) -> Vec<[String; 10]> {
    let range = |stats: &Stats| match stats.least == stats.most {
        true => String::new(),
        false => format!("{} - {}", shown(stats.least, line.unit), shown(stats.most, line.unit)),
    };
    let verdict = |met| if met { "ok".to_owned() } else { "MISSED".to_owned() };
    let own = [
        line.name.clone(),
        line.durability.as_str().to_owned(),
        shown(line.ours.median, line.unit),
        range(&line.ours),
    ];
    let mut rows = Vec::new();
    if line.target.is_some() || line.comparisons.is_empty() {
        let (target, met) = match line.target {
            Some(target) => (target.shown(line.unit), verdict(target.is_met(line.ours.median))),
            None => Default::default(),
        };
        rows.push([String::new(), String::new(), String::new(), String::new(), target, met]);
    }
    for other in &line.comparisons {
        let ratio = line.ratio(other);
        rows.push([
            other.name.to_owned(),
            shown(other.stats.median, line.unit),
            range(&other.stats),
            format!("{ratio:.2}"),
            other.most.map_or_else(String::new, |most| format!("<= {most:.2} x")),
            other.most.map_or_else(String::new, |most| verdict(ratio <= most)),
        ]);
    }
    let own = std::iter::once(own).chain(std::iter::repeat_with(Default::default));
    own.zip(rows)
        .map(|([a, b, c, d], [e, f, g, h, i, j])| [a, b, c, d, e, f, g, h, i, j])
        .collect()
}

fn json_of(row: &str, line: &Line) -> Value {
    let stats = |stats: &Stats| json!({ "median": stats.median, "least": stats.least, "most": stats.most });
    let others: Vec<Value> = line
        .comparisons
        .iter()
        .map(|other| {
            let ratio = line.ratio(other);
            let met = other.most.map(|most| ratio <= most);
            json!({ "name": other.name, "time": stats(&other.stats), "ratio": ratio, "at_most": other.most, "met": met })
        })
        .collect();
    let (at_most, at_least) = match line.target {
        Some(Target::AtMost(most)) => (Some(most), None),
        Some(Target::AtLeast(least)) => (None, Some(least)),
        None => (None, None),
    };
    json!({
        "row": row,
        "line": line.name,
        "unit": match line.unit {
            Unit::Time => "ns",
            Unit::Kibibytes => "KiB",
            Unit::Count => "count",
            Unit::Times => "times",
        },
        "durability": line.durability.as_str(),
        "larder": stats(&line.ours),
        "at_most": at_most,
        "at_least": at_least,
        "met": line.target.map(|target| target.is_met(line.ours.median)),
        "beside": others,
        "note": line.note,
    })
}

fn shown(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Time if value < 10_000.0 => format!("{value:.0} ns"),
        Unit::Time if value < 10_000_000.0 => format!("{:.1} us", value / 1e3),
        Unit::Time => format!("{:.1} ms", value / 1e6),
        Unit::Kibibytes => format!("{value:.0} KiB"),
        Unit::Count => format!("{value:.0}"),
        Unit::Times => format!("{value:.2} x"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_judged_by_each_of_its_targets() {
        let line = Line::new("x", Unit::Time, Durability::Reads, Stats::once(100.0))
            .at_most_times(0.5, "native", Stats::once(300.0))
            .at_most_times(1.5, "echo", Stats::once(50.0))
            .beside("other", Stats::once(1.0))
            .target(Target::AtMost(100.0));
        assert_eq!(line.verdicts(), [true, false, true]);
        assert_eq!(cells(&line).len(), 4);
    }

    #[test]
    fn times_are_shown_in_a_unit_that_can_be_read() {
        assert_eq!(shown(950.4, Unit::Time), "950 ns");
        assert_eq!(shown(12_345.0, Unit::Time), "12.3 us");
        assert_eq!(shown(12_345_678.0, Unit::Time), "12.3 ms");
    }
}
