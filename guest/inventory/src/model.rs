//! What an inventory is made of.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Who publishes packages under one set of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Ecosystem {
    Cargo,
    Go,
    Npm,
    Packagist,
    Pypi,
    Rubygems,
}

impl Ecosystem {
    pub(crate) const ALL: [Self; 6] = [Self::Cargo, Self::Go, Self::Npm, Self::Packagist, Self::Pypi, Self::Rubygems];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cargo => "cargo",
            Self::Go => "go",
            Self::Npm => "npm",
            Self::Packagist => "packagist",
            Self::Pypi => "pypi",
            Self::Rubygems => "rubygems",
        }
    }
}

/// One version of a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct PackageId {
    pub(crate) ecosystem: Ecosystem,
    pub(crate) name: String,
    pub(crate) version: String,
}

/// What is known of one version of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Package {
    /// The lock files that name it.
    pub(crate) sources: BTreeSet<String>,
    /// As the lock file has it: `sha256:..`, `sha512-..`, `h1:..`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) checksum: Option<String>,
}

/// All packages, ordered by ecosystem, name and version.
pub(crate) type Inventory = BTreeMap<PackageId, Package>;

/// A lock file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LockFile {
    pub(crate) path: String,
    pub(crate) ecosystem: Ecosystem,
    pub(crate) packages: u64,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Problem {
    pub(crate) path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u64>,
    pub(crate) message: String,
}

/// The record of one scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    /// 1 for the first.
    pub(crate) id: u64,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub(crate) at_ms: u64,
    pub(crate) packages: u64,
    pub(crate) added: u64,
    pub(crate) removed: u64,
    pub(crate) changed: u64,
    pub(crate) files: Vec<LockFile>,
    #[serde(default)]
    pub(crate) problems: Vec<Problem>,
}
