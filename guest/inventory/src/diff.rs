//! What is different between two inventories.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{Ecosystem, Inventory, PackageId};
use crate::version;

/// A package whose version is another one now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    pub(crate) ecosystem: Ecosystem,
    pub(crate) name: String,
    /// Versions that are gone.
    pub(crate) from: Vec<String>,
    /// Versions that are new.
    pub(crate) to: Vec<String>,
}

/// What came, what went, and what was replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Changes {
    pub(crate) added: Vec<PackageId>,
    pub(crate) removed: Vec<PackageId>,
    pub(crate) changed: Vec<Change>,
}

impl Changes {
    /// What leads from `before` to `after`.
    ///
    /// A package that lost versions and gained others is changed; one that only
    /// gained or only lost them is added or removed, version by version.
    pub(crate) fn between(before: &Inventory, after: &Inventory) -> Self {
        let (old, new) = (by_name(before), by_name(after));
        let names: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
        let none = BTreeSet::new();
        let mut changes = Self::default();
        for (ecosystem, name) in names {
            let old = old.get(&(ecosystem, name)).unwrap_or(&none);
            let new = new.get(&(ecosystem, name)).unwrap_or(&none);
            let gone: Vec<&str> = old.difference(new).copied().collect();
            let come: Vec<&str> = new.difference(old).copied().collect();
            if gone.is_empty() || come.is_empty() {
                changes.added.extend(ids(ecosystem, name, &come));
                changes.removed.extend(ids(ecosystem, name, &gone));
            } else {
                changes.changed.push(Change {
                    ecosystem,
                    name: name.to_owned(),
                    from: gone.into_iter().map(str::to_owned).collect(),
                    to: come.into_iter().map(str::to_owned).collect(),
                });
            }
        }
        changes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

type ByName<'a> = BTreeMap<(Ecosystem, &'a str), BTreeSet<&'a str>>;

/// The versions of each package.
pub(crate) fn by_name(inventory: &Inventory) -> ByName<'_> {
    let mut names = ByName::new();
    for id in inventory.keys() {
        let versions = names.entry((id.ecosystem, &id.name)).or_default();
        versions.insert(&id.version);
    }
    names
}

fn ids(ecosystem: Ecosystem, name: &str, versions: &[&str]) -> Vec<PackageId> {
    let id = |version: &&str| PackageId { ecosystem, name: name.to_owned(), version: (*version).to_owned() };
    let mut ids: Vec<PackageId> = versions.iter().map(id).collect();
    ids.sort_by(|a, b| version::compare(&a.version, &b.version));
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Package;

    fn inventory(packages: &[(&str, &str)]) -> Inventory {
        let id = |(name, version): &(&str, &str)| PackageId {
            ecosystem: Ecosystem::Cargo,
            name: (*name).to_owned(),
            version: (*version).to_owned(),
        };
        packages.iter().map(|package| (id(package), Package::default())).collect()
    }

    fn between(before: &[(&str, &str)], after: &[(&str, &str)]) -> Changes {
        Changes::between(&inventory(before), &inventory(after))
    }

    fn named(ids: &[PackageId]) -> Vec<String> {
        let id = |id: &PackageId| format!("{} {}", id.name, id.version);
        ids.iter().map(id).collect()
    }

    #[test]
    fn the_same_twice_is_no_change() {
        assert!(between(&[("a", "1")], &[("a", "1")]).is_empty());
    }

    #[test]
    fn what_came_and_what_went_is_told_apart() {
        let changes = between(&[("a", "1"), ("b", "1")], &[("b", "1"), ("c", "1")]);
        assert_eq!(named(&changes.added), ["c 1"]);
        assert_eq!(named(&changes.removed), ["a 1"]);
        assert_eq!(changes.changed, []);
    }

    #[test]
    fn another_version_in_place_of_one_is_a_change() {
        let changes = between(&[("a", "1"), ("a", "2")], &[("a", "1"), ("a", "3")]);
        assert_eq!(changes.changed.len(), 1);
        assert_eq!(changes.changed[0].from, ["2"]);
        assert_eq!(changes.changed[0].to, ["3"]);
        assert!(changes.added.is_empty() && changes.removed.is_empty());
    }

    #[test]
    fn another_version_beside_one_is_added() {
        let changes = between(&[("a", "1")], &[("a", "1"), ("a", "2")]);
        assert_eq!(named(&changes.added), ["a 2"]);
        assert_eq!(changes.changed, []);
    }

    #[test]
    fn the_same_name_elsewhere_is_another_package() {
        let mut after = inventory(&[]);
        let id = PackageId { ecosystem: Ecosystem::Npm, name: "a".into(), version: "2".into() };
        after.insert(id, Package::default());
        let changes = Changes::between(&inventory(&[("a", "1")]), &after);
        assert_eq!(named(&changes.added), ["a 2"]);
        assert_eq!(named(&changes.removed), ["a 1"]);
    }
}
