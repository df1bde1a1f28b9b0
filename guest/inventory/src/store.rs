//! The inventory in the store.
//!
//! - `packages/ECOSYSTEM`: `NAME@VERSION` -> [`Package`] as JSON
//! - `runs`: the number of a run, with leading zeros -> [`Run`] as JSON
//!
//! A run is one transaction: whoever looks sees the last inventory or the next
//! one, and a run that fails leaves the last one as it was.

use larder_guest::{Error, Result, Store, Transaction};

use crate::diff::Changes;
use crate::model::{Ecosystem, Inventory, Package, PackageId, Run};
use crate::reading::Reading;

const RUNS: &str = "runs";
const PACKAGES: &str = "packages/";
/// The history is this long; older runs go.
const KEPT_RUNS: u64 = 1_000;
/// Entries written in one call; the host takes 10,000.
const CHUNK: usize = 1_000;

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) run: Run,
    pub(crate) previous: Option<Run>,
    pub(crate) inventory: Inventory,
    pub(crate) changes: Changes,
}

/// How much was deleted.
#[derive(Debug)]
pub(crate) struct Forgotten {
    pub(crate) packages: u64,
    pub(crate) runs: u64,
}

/// Stores what was read, in place of what was stored.
pub(crate) fn record(store: &Store, reading: &Reading, at_ms: u64) -> Result<Recorded> {
    store.transaction(|tx| {
        let previous = last_run(tx)?;
        let before = load(tx)?;
        let inventory = reading.with_unread(&before);
        replace(tx, &before, &inventory)?;

        let changes = Changes::between(&before, &inventory);
        let run = Run {
            id: previous.as_ref().map_or(0, |run| run.id) + 1,
            at_ms,
            packages: inventory.len() as u64,
            added: changes.added.len() as u64,
            removed: changes.removed.len() as u64,
            changed: changes.changed.len() as u64,
            files: reading.files.clone(),
            problems: reading.problems.clone(),
        };
        tx.set_json(RUNS, &run_key(run.id), &run)?;
        if let Some(old) = run.id.checked_sub(KEPT_RUNS) {
            tx.delete(RUNS, &run_key(old))?;
        }
        Ok(Recorded { run, previous, inventory, changes })
    })
}

/// All that is stored.
pub(crate) fn load(store: &Store) -> Result<Inventory> {
    let mut inventory = Inventory::new();
    for ecosystem in Ecosystem::ALL {
        for entry in store.scan(&group(ecosystem)).entries().json::<Package>() {
            let (key, package) = entry?;
            inventory.insert(id_of(ecosystem, &key)?, package);
        }
    }
    Ok(inventory)
}

/// The last run, if there was one.
pub(crate) fn last_run(store: &Store) -> Result<Option<Run>> {
    let mut runs = store.scan(RUNS).reverse().page_size(1).entries().json();
    Ok(runs.next().transpose()?.map(|(_, run)| run))
}

/// All runs, the newest first.
pub(crate) fn runs(store: &Store) -> Result<Vec<Run>> {
    let runs = store.scan(RUNS).reverse().entries().json();
    runs.map(|run| Ok(run?.1)).collect()
}

/// Deletes the inventory and its history.
pub(crate) fn forget(store: &Store) -> Result<Forgotten> {
    store.transaction(|tx| Ok(Forgotten { packages: tx.delete_prefix(PACKAGES)?, runs: tx.delete_group(RUNS)? }))
}

/// Makes what is stored be `after`, writing only what is different.
fn replace(tx: &Transaction, before: &Inventory, after: &Inventory) -> Result<()> {
    for ecosystem in Ecosystem::ALL {
        let here = |id: &PackageId| id.ecosystem == ecosystem;
        let group = group(ecosystem);

        let gone = before.keys().filter(|id| here(id) && !after.contains_key(*id));
        let gone: Vec<String> = gone.map(key_of).collect();
        // First, so that the quota counts what is gone no longer.
        for keys in gone.chunks(CHUNK) {
            tx.delete_many(&group, keys)?;
        }

        let new = after.iter().filter(|(id, package)| here(id) && before.get(*id) != Some(*package));
        let new =
            new.map(|(id, package)| Ok((key_of(id), serde_json::to_vec(package)?))).collect::<Result<Vec<_>>>()?;
        for entries in new.chunks(CHUNK) {
            tx.set_many(&group, entries)?;
        }
    }
    Ok(())
}

fn group(ecosystem: Ecosystem) -> String {
    format!("{PACKAGES}{}", ecosystem.name())
}

fn run_key(id: u64) -> String {
    format!("{id:020}")
}

fn key_of(id: &PackageId) -> String {
    format!("{}@{}", id.name, id.version)
}

/// No name holds an `@` but as its first character; a version may.
fn id_of(ecosystem: Ecosystem, key: &str) -> Result<PackageId> {
    let (name, version) = crate::lockfiles::split_name(key)
        .ok_or_else(|| Error::Json(format!("the key `{key}` is not `name@version`")))?;
    Ok(PackageId { ecosystem, name: name.to_owned(), version: version.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_as_they_were_written() {
        for (name, version) in [("@a/b", "1.0.0"), ("c", "git+ssh://git@host/c"), ("d", "1")] {
            let id = PackageId { ecosystem: Ecosystem::Npm, name: name.into(), version: version.into() };
            assert_eq!(id_of(Ecosystem::Npm, &key_of(&id)), Ok(id));
        }
        assert!(id_of(Ecosystem::Npm, "none").is_err());
    }

    #[test]
    fn keys_of_runs_order_as_their_numbers() {
        assert!(run_key(9) < run_key(10));
    }
}
