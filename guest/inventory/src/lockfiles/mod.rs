//! Lock files: which there are, and what each names.
//!
//! A parser takes the text of a file and answers every package in it that has a
//! name and a version, in any order, doubled or not. It refuses what it does not
//! understand, with the line, rather than answer less than there is.

mod bundler;
mod cargo;
mod composer;
mod go;
mod npm;
mod pipfile;
mod pnpm;
mod pypi;
mod python;
mod requirements;
mod yarn;

use crate::model::Ecosystem;

/// A package that a lock file names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) checksum: Option<String>,
}

/// Why a lock file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Counted from 1.
    pub(crate) line: Option<u64>,
    pub(crate) message: String,
}

type Answer = Result<Vec<Found>, Fault>;

/// A kind of lock file.
#[derive(Clone, Copy)]
pub(crate) struct Format {
    pub(crate) ecosystem: Ecosystem,
    parse: fn(&str) -> Answer,
}

impl Format {
    /// The kind of lock file that has this name, if one has.
    pub(crate) fn of(file_name: &str) -> Option<Self> {
        use Ecosystem::{Cargo, Go, Npm, Packagist, Pypi, Rubygems};
        let (ecosystem, parse): (_, fn(&str) -> Answer) = match file_name {
            "Cargo.lock" => (Cargo, cargo::parse),
            "go.sum" => (Go, go::parse),
            "package-lock.json" | "npm-shrinkwrap.json" => (Npm, npm::parse),
            "yarn.lock" => (Npm, yarn::parse),
            "pnpm-lock.yaml" => (Npm, pnpm::parse),
            "composer.lock" => (Packagist, composer::parse),
            "poetry.lock" | "uv.lock" | "pdm.lock" => (Pypi, python::parse),
            "Pipfile.lock" => (Pypi, pipfile::parse),
            "Gemfile.lock" => (Rubygems, bundler::parse),
            _ if file_name.starts_with("requirements") && file_name.ends_with(".txt") => (Pypi, requirements::parse),
            _ => return None,
        };
        Some(Self { ecosystem, parse })
    }

    /// The packages that a file of this kind names.
    pub(crate) fn parse(self, content: &[u8]) -> Answer {
        let text = core::str::from_utf8(content).map_err(|error| {
            let good = content.get(..error.valid_up_to()).unwrap_or_default();
            Fault { line: Some(lines_in(good)), message: "not UTF-8 text".to_owned() }
        })?;
        (self.parse)(text.trim_start_matches('\u{feff}'))
    }
}

impl Found {
    fn new(name: impl Into<String>, version: impl Into<String>, checksum: Option<String>) -> Self {
        Self { name: name.into(), version: version.into(), checksum: checksum.filter(|checksum| !checksum.is_empty()) }
    }
}

impl Fault {
    /// A fault in the line with index `index`, counted from 0.
    fn at(index: usize, message: impl Into<String>) -> Self {
        Self { line: Some(index as u64 + 1), message: message.into() }
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        // The text ends in the place, which stands in `line`.
        let message = match text.rfind(" at line ") {
            Some(end) => text.get(..end).unwrap_or(&text).to_owned(),
            None => text.clone(),
        };
        Self { line: Some(error.line() as u64).filter(|line| *line > 0), message }
    }
}

/// Reads TOML into `T`.
fn from_toml<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Fault> {
    toml::from_str(text).map_err(|error: toml::de::Error| Fault {
        line: error.span().and_then(|span| text.as_bytes().get(..span.start)).map(lines_in),
        message: error.message().to_owned(),
    })
}

/// The number of the line behind `before`, counted from 1.
fn lines_in(before: &[u8]) -> u64 {
    before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1
}

/// `name@rest` cut at the `@` that is not the first character: npm names begin
/// with one.
pub(crate) fn split_name(spec: &str) -> Option<(&str, &str)> {
    let at = spec.match_indices('@').map(|(at, _)| at).find(|at| *at > 0)?;
    Some((spec.get(..at)?, spec.get(at + 1..)?))
}

fn unquote(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|t| t.strip_suffix(quote)) {
            return inner;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `name version` of each package, sorted, each once.
    pub(super) fn names(answer: Answer) -> Vec<String> {
        let mut names: Vec<String> =
            answer.unwrap().into_iter().map(|found| format!("{} {}", found.name, found.version)).collect();
        names.sort();
        names.dedup();
        names
    }

    pub(super) fn checksum(answer: Answer, name: &str) -> Option<String> {
        answer.unwrap().into_iter().find(|found| found.name == name).and_then(|found| found.checksum)
    }

    #[test]
    fn only_known_names_are_lock_files() {
        assert!(Format::of("requirements-dev.txt").is_some());
        assert!(Format::of("Cargo.lock").is_some());
        assert!(Format::of("cargo.lock").is_none());
        assert!(Format::of("Cargo.toml").is_none());
        assert!(Format::of("requirements.in").is_none());
    }

    #[test]
    fn text_that_is_not_utf_8_is_a_fault_with_its_line() {
        let format = Format::of("go.sum").unwrap();
        let fault = format.parse(b"\n\xff").unwrap_err();
        assert_eq!(fault.line, Some(2));
    }

    #[test]
    fn a_byte_order_mark_does_not_matter() {
        let format = Format::of("package-lock.json").unwrap();
        assert_eq!(format.parse(b"\xef\xbb\xbf{}"), Ok(Vec::new()));
    }

    #[test]
    fn names_may_begin_with_an_at_sign() {
        assert_eq!(split_name("@a/b@1@2"), Some(("@a/b", "1@2")));
        assert_eq!(split_name("a@1"), Some(("a", "1")));
        assert_eq!(split_name("@a"), None);
    }
}
