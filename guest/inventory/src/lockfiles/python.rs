//! `poetry.lock`, `uv.lock` and `pdm.lock`: TOML with a table for each package.

use serde::Deserialize;

use super::pypi::{normalise, only};
use super::{Answer, Found, from_toml};

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    // uv leaves it out where the project makes it up when it is built.
    version: Option<String>,
    // uv: the source archive and the built ones.
    sdist: Option<Archive>,
    #[serde(default)]
    wheels: Vec<Archive>,
    // poetry and pdm: all of them.
    #[serde(default)]
    files: Vec<Archive>,
}

#[derive(Deserialize)]
struct Archive {
    hash: Option<String>,
}

pub(super) fn parse(text: &str) -> Answer {
    let lock: Lock = from_toml(text)?;
    Ok(lock.package.into_iter().filter_map(Package::found).collect())
}

impl Package {
    fn found(self) -> Option<Found> {
        let archives = self.wheels.iter().chain(&self.files);
        let checksum = match self.sdist {
            Some(sdist) => sdist.hash,
            None => only(archives.filter_map(|archive| archive.hash.as_deref())),
        };
        Some(Found::new(normalise(&self.name), self.version?, checksum))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{checksum, names};
    use super::*;

    const UV: &str = include_str!("../../samples/uv.lock");
    const POETRY: &str = include_str!("../../samples/poetry.lock");

    #[test]
    fn reads_uv() {
        assert_eq!(names(parse(UV)), ["setuptools 84.2.1", "shop 0.1.0", "six 1.17.0", "zope-event 5.0"]);
        assert!(checksum(parse(UV), "six").unwrap().starts_with("sha256:"));
    }

    #[test]
    fn reads_poetry() {
        assert_eq!(names(parse(POETRY)), ["six 1.17.0", "zope-event 5.0"]);
        assert_eq!(checksum(parse(POETRY), "six"), None);
    }

    #[test]
    fn a_fault_has_its_line() {
        let fault = parse("[[package]]\nname = 3\n").unwrap_err();
        assert_eq!(fault.line, Some(2));
    }
}
