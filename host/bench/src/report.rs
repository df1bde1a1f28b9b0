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

/// What a line is compared with.
pub(crate) struct Comparison {
    pub(crate) name: &'static str,
    pub(crate) stats: Stats,
    /// At most so many times as much is wanted.
    pub(crate) most: Option<f64>,
}

/// Nanoseconds an operation, beside those of others.
pub(crate) struct Line {
    name: String,
    durability: Durability,
    ours: Stats,
    comparisons: Vec<Comparison>,
    /// At most so many nanoseconds are wanted.
    most: Option<f64>,
}

impl Line {
    pub(crate) fn new(name: impl Into<String>, durability: Durability, ours: Stats) -> Line {
        Line { name: name.into(), durability, ours, comparisons: Vec::new(), most: None }
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

    /// Wanted: at most so many nanoseconds.
    pub(crate) fn at_most(mut self, nanoseconds: f64) -> Line {
        self.most = Some(nanoseconds);
        self
    }

    fn ratio(&self, comparison: &Comparison) -> f64 {
        self.ours.median / comparison.stats.median
    }

    /// Whether each target of the line is met.
    fn verdicts(&self) -> Vec<bool> {
        let ratios = self.comparisons.iter().filter_map(|other| Some(self.ratio(other) <= other.most?));
        ratios.chain(self.most.map(|most| self.ours.median <= most)).collect()
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
    let range = |stats: &Stats| match stats.least == stats.most {
        true => String::new(),
        false => format!("{} - {}", shown(stats.least), shown(stats.most)),
    };
    let verdict = |met| if met { "ok".to_owned() } else { "MISSED".to_owned() };
    let own = [line.name.clone(), line.durability.as_str().to_owned(), shown(line.ours.median), range(&line.ours)];
    let mut rows = Vec::new();
    if line.most.is_some() || line.comparisons.is_empty() {
        let target = line.most.map_or_else(String::new, |most| format!("<= {}", shown(most)));
        let met = line.most.map_or_else(String::new, |most| verdict(line.ours.median <= most));
        rows.push([String::new(), String::new(), String::new(), String::new(), target, met]);
    }
    for other in &line.comparisons {
        let ratio = line.ratio(other);
        rows.push([
            other.name.to_owned(),
            shown(other.stats.median),
            range(&other.stats),
            format!("{ratio:.2}"),
            other.most.map_or_else(String::new, |most| format!("<= {most:.2} x")),
            other.most.map_or_else(String::new, |most| verdict(ratio <= most)),
        ]);
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
            let met = other.most.map(|most| ratio <= most);
            json!({ "name": other.name, "time": stats(&other.stats), "ratio": ratio, "at_most": other.most, "met": met })
        })
        .collect();
    json!({
        "row": row,
        "line": line.name,
        "durability": line.durability.as_str(),
        "larder": stats(&line.ours),
        "at_most": line.most,
        "met": line.most.map(|most| line.ours.median <= most),
        "beside": others,
    })
}

/// Nanoseconds in a unit that can be read.
fn shown(value: f64) -> String {
    if value < 10_000.0 {
        format!("{value:.0} ns")
    } else if value < 10_000_000.0 {
        format!("{:.1} us", value / 1e3)
    } else {
        format!("{:.1} ms", value / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_judged_by_each_of_its_targets() {
        let once = |value| Stats::of(vec![value]);
        let line = Line::new("x", Durability::Reads, once(100.0))
            .at_most_times(0.5, "native", once(300.0))
            .at_most_times(1.5, "echo", once(50.0))
            .beside("other", once(1.0))
            .at_most(100.0);
        assert_eq!(line.verdicts(), [true, false, true]);
        assert_eq!(cells(&line).len(), 4);
    }

    #[test]
    fn times_are_shown_in_a_unit_that_can_be_read() {
        assert_eq!(shown(950.4), "950 ns");
        assert_eq!(shown(12_345.0), "12.3 us");
        assert_eq!(shown(12_345_678.0), "12.3 ms");
    }
}
