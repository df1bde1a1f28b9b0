//! What is shown, to a person ([`text`]) or to a program ([`json`]).

pub(crate) mod json;
mod layout;
pub(crate) mod text;
mod time;

use std::collections::BTreeMap;

use crate::diff::by_name;
use crate::model::{Ecosystem, Inventory};
use crate::version;

/// The number of packages in each ecosystem that has some.
fn totals(inventory: &Inventory) -> BTreeMap<Ecosystem, usize> {
    let mut totals = BTreeMap::new();
    for id in inventory.keys() {
        *totals.entry(id.ecosystem).or_default() += 1;
    }
    totals
}

/// A package that is there in several versions.
#[derive(Debug, serde::Serialize)]
struct Several<'a> {
    ecosystem: Ecosystem,
    name: &'a str,
    /// The oldest first.
    versions: Vec<&'a str>,
}

/// Packages in several versions, those with the most first.
fn several(inventory: &Inventory) -> Vec<Several<'_>> {
    let names = by_name(inventory).into_iter();
    let mut several: Vec<Several<'_>> = names
        .filter(|(_, versions)| versions.len() > 1)
        .map(|((ecosystem, name), versions)| {
            let mut versions: Vec<&str> = versions.into_iter().collect();
            versions.sort_by(|a, b| version::compare(a, b));
            Several { ecosystem, name, versions }
        })
        .collect();
    several.sort_by_key(|package| core::cmp::Reverse(package.versions.len()));
    several
}
