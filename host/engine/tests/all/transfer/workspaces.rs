//! Workspace files of go-store, copied.

use std::{collections::BTreeMap, fs};

use larder_engine::{Error, ImportedWorkspace, Larder, WorkspaceImport};

use crate::{
    sqlite::{Place, fixture},
    support::*,
};

fn files(place: &Place) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = fs::read_dir(place.tenant_dir().join("state")) else { return BTreeMap::new() };
    let file = |entry: fs::DirEntry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap());
    entries.map(|entry| file(entry.unwrap())).collect()
}

fn copied(name: &str, bytes: u64) -> ImportedWorkspace {
    ImportedWorkspace { name: name.into(), outcome: WorkspaceImport::Copied(bytes) }
}

#[test]
fn workspaces_are_copied_byte_by_byte_with_their_logs() {
    let place = Place::new();
    let tenant = place.tenant();
    let expected = [copied("orphan ünï", 12_288), copied("orphan-a", 12_288), copied("orphan-empty", 12_288)];
    assert_eq!(tenant.import_workspaces(&fixture("state"), true).unwrap(), expected);
    assert!(files(&place).is_empty());
    assert_eq!(tenant.import_workspaces(&fixture("state"), false).unwrap(), expected);
    tenant.import_workspaces(&fixture("crash/state"), false).unwrap();
    let found = files(&place);
    for name in ["orphan ünï.duckdb", "orphan-a.duckdb", "orphan-empty.duckdb"] {
        assert_eq!(found[name], fs::read(fixture("state").join(name)).unwrap());
    }
    for name in ["crashed.duckdb", "crashed.duckdb-wal"] {
        assert_eq!(found[name], fs::read(fixture("crash/state").join(name)).unwrap());
    }
    assert_eq!(super::temporary_files(&place), 0);
}

#[test]
fn a_workspace_that_is_there_is_not_replaced() {
    let place = Place::new();
    let tenant = place.tenant();
    tenant.import_workspaces(&fixture("state"), false).unwrap();
    fs::write(place.tenant_dir().join("state/orphan-a.duckdb"), "mine").unwrap();
    let again = tenant.import_workspaces(&fixture("state"), false).unwrap();
    assert!(again.iter().all(|one| matches!(&one.outcome, WorkspaceImport::Refused(why) if why.contains("already"))));
    assert_eq!(files(&place)["orphan-a.duckdb"], b"mine");
}

/// What a removal that was cut off left of another log would be read into the copy.
#[test]
fn a_log_of_one_that_is_gone_is_not_taken_for_the_copy_s() {
    let place = Place::new();
    let tenant = place.tenant();
    tenant.store().workspaces().orphans().unwrap();
    let log = fs::read(fixture("crash/state/crashed.duckdb-wal")).unwrap();
    fs::write(place.tenant_dir().join("state/orphan-a.duckdb-wal"), log).unwrap();
    tenant.import_workspaces(&fixture("state"), false).unwrap();
    assert!(!files(&place).contains_key("orphan-a.duckdb-wal"));
    tenant.store().workspaces().recover("orphan-a").unwrap().count().unwrap();
}

#[cfg(unix)]
#[test]
fn names_that_are_no_workspace_s_are_refused_one_by_one() {
    let place = Place::new();
    let folder = place.outside("state");
    fs::create_dir(&folder).unwrap();
    for name in
        [".duckdb", "a?b.duckdb", "a\nb.duckdb", "a\\b.duckdb", "...duckdb", "nul.duckdb", "good.duckdb", "other.txt"]
    {
        fs::write(folder.join(name), "x").unwrap();
    }
    fs::create_dir(folder.join("folder.duckdb")).unwrap();
    let imported = place.tenant().import_workspaces(&folder, false).unwrap();
    assert_eq!(imported.len(), 8);
    assert_eq!(files(&place).into_keys().collect::<Vec<_>>(), ["good.duckdb"]);
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let place = Place::new();
    assert_refused!(place.tenant().import_workspaces(&place.outside("missing"), true), Error::Io { .. });
    let in_memory = acme(&Larder::in_memory(Default::default()));
    assert_refused!(in_memory.import_workspaces(&fixture("state"), true), Error::Unsupported(_));
}
