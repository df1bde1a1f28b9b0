//! `requirements.txt`, as far as it pins: lines with `==`.
//!
//! Options, addresses, paths, and names without a pinned version are no part of
//! a lock and passed over.

use super::pypi::{normalise, only};
use super::{Answer, Fault, Found};

pub(super) fn parse(text: &str) -> Answer {
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let mut logical = uncomment(line).to_owned();
        while logical.ends_with('\\') {
            logical.pop();
            let Some((_, more)) = lines.next() else {
                break;
            };
            logical.push_str(uncomment(more));
        }
        found.extend(requirement(logical.trim()).map_err(|message| Fault::at(index, message))?);
    }
    Ok(found)
}

/// A comment begins a line or follows a blank.
fn uncomment(line: &str) -> &str {
    let start = line
        .match_indices('#')
        .map(|(at, _)| at)
        .find(|at| line.get(..*at).is_some_and(|before| before.trim_end().len() < *at || *at == 0));
    start.and_then(|at| line.get(..at)).unwrap_or(line).trim_end()
}

/// `name[extra]==1.2 ; marker --hash=sha256:..`
fn requirement(line: &str) -> Result<Option<Found>, &'static str> {
    let passed_over = ['-', '.', '/'];
    if line.is_empty() || line.starts_with(passed_over) || line.contains("://") {
        return Ok(None);
    }
    let end = line.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    if name.is_empty() {
        return Err("expected `name==version`");
    }
    let rest = match rest.trim_start().strip_prefix('[') {
        Some(extras) => extras.split_once(']').ok_or("`[` without `]`")?.1,
        None => rest,
    };
    let Some(pin) = rest.trim_start().strip_prefix("==") else {
        return Ok(None);
    };
    let pin = pin.trim_start_matches('=').trim_start();
    let version = pin.split(|c: char| c.is_whitespace() || c == ';' || c == ',').next().unwrap_or_default();
    if version.is_empty() {
        return Err("`==` without a version");
    }
    if version.contains('*') {
        return Ok(None);
    }
    let hashes = pin.split_whitespace().filter_map(|word| word.strip_prefix("--hash="));
    Ok(Some(Found::new(normalise(name), version, only(hashes))))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{checksum, names};
    use super::*;

    const SAMPLE: &str = include_str!("../../samples/requirements.txt");

    #[test]
    fn reads_pins_with_extras_markers_and_hashes() {
        assert_eq!(names(parse(SAMPLE)), ["pysocks 1.7.1", "requests 2.31.0", "six 1.17.0", "tomli 2.0.1"]);
        assert_eq!(checksum(parse(SAMPLE), "six"), None);
        assert_eq!(checksum(parse(SAMPLE), "tomli").as_deref(), Some("sha256:0a"));
    }

    #[test]
    fn what_is_no_pin_is_passed_over() {
        let text = "-r other.txt\nflask>=2\ndjango==4.*\n./local\ngit+https://x/y#egg=z\nfoo @ https://x/y\n";
        assert_eq!(names(parse(text)), [""; 0]);
    }

    #[test]
    fn what_makes_no_sense_has_its_line() {
        assert_eq!(parse("six==1\n<<<<<<< HEAD\n").unwrap_err().line, Some(2));
        assert_eq!(parse("six==\n").unwrap_err().line, Some(1));
        assert_eq!(parse("six[x==1\n").unwrap_err().line, Some(1));
    }

    #[test]
    fn a_continuation_at_the_end_is_no_harm() {
        assert_eq!(names(parse("six==1.0 \\")), ["six 1.0"]);
    }
}
