//! `Pipfile.lock`: JSON, a section for each kind of dependency.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::pypi::{normalise, only};
use super::{Answer, Found};

struct Lock {
    sections: Vec<BTreeMap<String, Package>>,
}

#[derive(Deserialize)]
struct Package {
    // Absent for what comes from a repository or a directory.
    version: Option<String>,
    #[serde(default)]
    hashes: Vec<String>,
}

pub(super) fn parse(text: &str) -> Answer {
    let lock: Lock = serde_json::from_str(text)?;
    let packages = lock.sections.into_iter().flatten();
    Ok(packages
        .filter_map(|(name, package)| {
            let version = package.version?;
            let version = version.trim_start_matches('=');
            let checksum = only(package.hashes.iter().map(String::as_str));
            Some(Found::new(normalise(&name), version, checksum))
        })
        .collect())
}

// By hand, because `flatten` would lose the line of a fault.
impl<'de> Deserialize<'de> for Lock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Sections;

        impl<'de> Visitor<'de> for Sections {
            type Value = Lock;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of sections")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Lock, A::Error> {
                let mut sections = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "_meta" {
                        map.next_value::<IgnoredAny>()?;
                    } else {
                        sections.push(map.next_value()?);
                    }
                }
                Ok(Lock { sections })
            }
        }

        deserializer.deserialize_map(Sections)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{checksum, names};
    use super::*;

    const SAMPLE: &str = include_str!("../../samples/Pipfile.lock");

    #[test]
    fn reads_all_sections() {
        assert_eq!(names(parse(SAMPLE)), ["setuptools 84.2.1", "six 1.17.0", "zope-event 5.0"]);
        assert_eq!(checksum(parse(SAMPLE), "six"), None);
    }

    #[test]
    fn a_fault_has_its_line() {
        let fault = parse("{\n  \"default\": {\n    \"six\": 7\n  }\n}\n").unwrap_err();
        assert_eq!(fault.line, Some(3));
    }
}
