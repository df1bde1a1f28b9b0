//! `Gemfile.lock`: sections in capitals; gems stand at indent 4 below `specs:`.

use std::collections::BTreeMap;

use super::{Answer, Fault, Found};

pub(super) fn parse(text: &str) -> Answer {
    let mut gems: BTreeMap<(String, String), Option<String>> = BTreeMap::new();
    let mut section = "";
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let fault = || Fault::at(index, "expected `name (version)`");
        match (section, indent) {
            (_, 0) => section = heading(index, line)?,
            ("GEM" | "GIT" | "PATH" | "PLUGIN SOURCE", 4) => {
                gems.entry(gem(line).ok_or_else(fault)?).or_default();
            }
            ("CHECKSUMS", 2) => {
                // A gem without a checksum stands alone.
                if let Some((spec, sum)) = line.rsplit_once(' ')
                    && sum.contains('=')
                {
                    let key = gem(spec).ok_or_else(fault)?;
                    gems.insert(key, Some(sum.replacen('=', ":", 1)));
                }
            }
            _ => {}
        }
    }
    Ok(gems.into_iter().map(|((name, version), sum)| Found::new(name, version, sum)).collect())
}

fn heading(index: usize, line: &str) -> Result<&str, Fault> {
    let capitals = |c: char| c.is_ascii_uppercase() || c == ' ';
    if line.trim_end().chars().all(capitals) {
        Ok(line.trim_end())
    } else {
        Err(Fault::at(index, "expected a section"))
    }
}

/// `name (1.2.3)` or `name (1.2.3-platform)`: the platform is no part of the
/// version.
fn gem(spec: &str) -> Option<(String, String)> {
    let (name, version) = spec.trim().split_once(" (")?;
    let version = version.strip_suffix(')')?;
    let version = version.split('-').next()?;
    Some((name.to_owned(), version.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{checksum, names};
    use super::*;

    const SAMPLE: &str = include_str!("../../samples/Gemfile.lock");

    #[test]
    fn reads_gems_of_all_sources_and_not_what_they_need() {
        assert_eq!(
            names(parse(SAMPLE)),
            ["mini_portile2 2.8.6", "nokogiri 1.16.5", "racc 1.8.0", "rake 13.2.1", "shop 0.1.0"]
        );
        assert_eq!(
            checksum(parse(SAMPLE), "rake").as_deref(),
            Some("sha256:46cb38dae65d7d74b6020a4ac9d48afed8eb8149c040eccf0523bec91907059d")
        );
        assert_eq!(checksum(parse(SAMPLE), "shop"), None);
    }

    #[test]
    fn a_fault_has_its_line() {
        assert_eq!(parse("GEM\n<<<<<<< HEAD\n").unwrap_err().line, Some(2));
        assert_eq!(parse("GEM\n  specs:\n    rake\n").unwrap_err().line, Some(3));
    }
}
